"""Server-sent events, from bytes as they arrive.

The rules are WHATWG's: https://html.spec.whatwg.org/multipage/server-sent-events.html. Only CR, LF
and CRLF end a line (JSON strings may hold U+2028 and its kin raw), the text is always UTF-8, and a
block without data is no event.
"""

from __future__ import annotations

from tui_lab.providers.wire import Frame, too_large

MIB = 1024 * 1024
_BOM = b"\xef\xbb\xbf"
_LONGEST_RETRY = 15
"""Digits of a `retry`; longer ones are no time that anybody waits."""


class EventStreamDecoder:
    """Bytes in, events out; the cost of a byte does not depend on what came before.

    `retry` is the last reconnection time that the server asked for, in milliseconds.
    """

    def __init__(self, max_line: int = 16 * MIB, max_event: int = 32 * MIB) -> None:
        """Limits in bytes: of one line, and of the data of one event."""
        self.retry: int | None = None
        self._max_line = max_line
        self._max_event = max_event
        self._line = bytearray()
        self._first_line = True
        self._after_cr = False
        self._data: list[str] = []
        self._data_size = 0
        self._event = ""
        self._last_event_id = ""

    def feed(self, chunk: bytes, at_ms: float) -> list[Frame]:
        if self._after_cr and chunk.startswith(b"\n"):
            # The second half of a CRLF. The CR has ended the line already: an event that it
            # completed did not wait for this.
            self._after_cr = False
            chunk = chunk[1:]
        if chunk:
            self._after_cr = chunk.endswith(b"\r")
        frames = []
        # `bytes.splitlines` knows exactly CR, LF and CRLF (unlike that of `str`).
        for piece in chunk.splitlines(keepends=True):
            content = piece.rstrip(b"\r\n")
            self._line += content
            if len(self._line) > self._max_line:
                raise too_large("a line", self._max_line)
            if len(content) < len(piece) and (frame := self._end_line(at_ms)):
                frames.append(frame)
        return frames

    def close(self, at_ms: float) -> list[Frame]:
        """Nothing: a block without its blank line is discarded."""
        return []

    def _end_line(self, at_ms: float) -> Frame | None:
        if self._first_line:
            self._first_line = False
            if self._line.startswith(_BOM):
                del self._line[: len(_BOM)]
        if not self._line:
            return self._dispatch(at_ms)
        # A line end is no part of any UTF-8 sequence, so lines can be decoded one by one.
        name, _, value = self._line.decode("utf-8", "replace").partition(":")
        self._data_size += len(self._line) if name == "data" else 0
        self._line.clear()
        if self._data_size > self._max_event:
            raise too_large("an event", self._max_event)
        self._field(name, value.removeprefix(" "))
        return None

    def _field(self, name: str, value: str) -> None:
        match name:
            case "data":
                self._data.append(value)
            case "event":
                self._event = value
            case "id" if "\0" not in value:
                self._last_event_id = value
            case "retry" if value.isascii() and value.isdigit() and len(value) <= _LONGEST_RETRY:
                self.retry = int(value)

    def _dispatch(self, at_ms: float) -> Frame | None:
        data, event = self._data, self._event
        self._data, self._data_size, self._event = [], 0, ""
        if not data:
            return None
        return Frame("\n".join(data), event or "message", self._last_event_id, at_ms)
