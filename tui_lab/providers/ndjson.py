"""Newline-delimited JSON, from bytes as they arrive: every line that is not blank is a frame."""

from __future__ import annotations

from tui_lab.providers.wire import Frame, too_large

_BOM = b"\xef\xbb\xbf"


class NdjsonDecoder:
    """Bytes in, lines out; the cost of a byte does not depend on what came before.

    Only LF ends a line: a CR is white space to JSON.
    """

    def __init__(self, max_line: int = 16 * 1024 * 1024) -> None:
        """The limit of one line, in bytes."""
        self._max_line = max_line
        self._line = bytearray()
        self._first_line = True

    def feed(self, chunk: bytes, at_ms: float) -> list[Frame]:
        frames = []
        *ended, rest = chunk.split(b"\n")
        for piece in ended:
            self._add(piece)
            frames += self._end_line(at_ms)
        self._add(rest)
        return frames

    def close(self, at_ms: float) -> list[Frame]:
        """The last line, which needs no line end."""
        return self._end_line(at_ms)

    def _add(self, piece: bytes) -> None:
        self._line += piece
        if len(self._line) > self._max_line:
            raise too_large("a line", self._max_line)

    def _end_line(self, at_ms: float) -> list[Frame]:
        line = bytes(self._line)
        self._line.clear()
        if self._first_line:
            self._first_line = False
            line = line.removeprefix(_BOM)
        text = line.strip().decode("utf-8", "replace")
        return [Frame(text, at_ms=at_ms)] if text else []
