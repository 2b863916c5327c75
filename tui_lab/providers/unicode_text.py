"""Text out of JSON made valid: halves of a surrogate pair joined, lone halves replaced.

JSON writes a character beyond U+FFFF as two escapes (RFC 8259, section 7). A server that cuts its
answer between them sends one half in each of two pieces, and neither alone can be encoded.
"""

from __future__ import annotations


def valid_text(text: str) -> str:
    """The text with surrogate pairs joined and each lone half as U+FFFD."""
    if text.isascii():
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


class SurrogateJoiner:
    """The pieces of one channel of text; a first half waits for the piece that completes it."""

    def __init__(self) -> None:
        self._half = ""

    def feed(self, piece: str) -> str:
        """As much as is certain; empty while nothing is."""
        if not piece:
            return ""
        text, self._half = self._half + piece, ""
        if "\ud800" <= text[-1] <= "\udbff":
            text, self._half = text[:-1], text[-1]
        return valid_text(text)

    def flush(self) -> str:
        """No more comes: a half that still waits is lost, and U+FFFD says so."""
        text, self._half = valid_text(self._half), ""
        return text
