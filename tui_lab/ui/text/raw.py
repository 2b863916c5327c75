"""Text exactly as it came, with everything that cannot be seen written out."""

from __future__ import annotations

import re

_UNSEEN = re.compile(
    r"[\\\x00-\x09\x0b-\x1f\x7f-\xa0\xad\u034f\u061c\u115f\u1160\u180b-\u180f\u2000-\u200f"
    r"\u2028-\u202f\u205f-\u206f\u3000\u3164\ud800-\udfff\ufdd0-\ufdef\ufe00-\ufe0f\ufeff\uffa0"
    r"\ufff0-\uffff\U000e0000-\U0010ffff]"
)
_SHORT = {"\\": r"\\", "\t": r"\t", "\r": r"\r"}


def escape(text: str) -> str:
    """The text with Python's escapes for all but newlines and what is plainly visible."""
    return _UNSEEN.sub(_escaped, text)


def _escaped(found: re.Match[str]) -> str:
    char = found.group()
    code = ord(char)
    if char in _SHORT:
        return _SHORT[char]
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
