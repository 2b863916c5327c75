"""JSON objects out of a body as it arrives: those in an array, or one that stands alone."""

from __future__ import annotations

import re

from tui_lab.providers.wire import Frame, too_large

_MARKS = re.compile(rb'["\\{}]')


class JsonObjectsDecoder:
    """Bytes in, outermost objects out; the cost of a byte does not depend on what came before.

    What stands between the objects (brackets, commas, white space) is passed over.
    """

    def __init__(self, max_object: int = 32 * 1024 * 1024) -> None:
        """The limit of one object, in bytes."""
        self._max_object = max_object
        self._object = bytearray()
        self._depth = 0
        self._in_string = False
        self._escaped: int | None = None  # the place of a byte that a backslash took its meaning

    def feed(self, chunk: bytes, at_ms: float) -> list[Frame]:
        frames, begin = [], 0
        for mark in _MARKS.finditer(chunk):
            before = self._depth
            self._step(mark.group(), mark.start())
            if self._depth == 1 and before == 0:
                begin = mark.start()
            elif self._depth == 0 and before == 1:
                self._add(chunk[begin : mark.end()])
                frames.append(self._frame(at_ms))
        if self._depth:
            self._add(chunk[begin:])
        self._escaped = 0 if self._escaped == len(chunk) else None
        return frames

    def close(self, at_ms: float) -> list[Frame]:
        """Nothing: an object without its end is none."""
        return []

    def _step(self, mark: bytes, at: int) -> None:
        if self._in_string:
            if at == self._escaped:
                return
            self._in_string = mark != b'"'
            self._escaped = at + 1 if mark == b"\\" else None
        elif mark == b"{":
            self._depth += 1
        elif self._depth:
            self._in_string = mark == b'"'
            self._depth -= mark == b"}"

    def _add(self, piece: bytes) -> None:
        self._object += piece
        if len(self._object) > self._max_object:
            raise too_large("an object", self._max_object)

    def _frame(self, at_ms: float) -> Frame:
        text = self._object.decode("utf-8", "replace")
        self._object.clear()
        return Frame(text, at_ms=at_ms)
