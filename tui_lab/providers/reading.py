"""The body of a response, read within the time limits: an answer's events, or what went wrong."""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar

from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.core.events import Event, Failed, Stamped, Started
from tui_lab.providers.errors import one_line
from tui_lab.providers.payload import parse_object
from tui_lab.providers.rate_limits import rate_limits
from tui_lab.providers.time_limits import Patience
from tui_lab.providers.wire import AnswerDecoder, Dialect, Frame, FrameDecoder, too_large

if TYPE_CHECKING:  # the HTTP client is slow to import, and here only a type
    from tui_lab.providers.http import HttpResponse

E = TypeVar("E", bound=Event)

_LONGEST_ERROR = 1024 * 1024
_LONGEST_WHOLE = 64 * 1024 * 1024
_BLANK = b"\xef\xbb\xbf \t\r\n"
"""Bytes that say nothing before a body: those of a byte order mark, and space to keep it alive."""
_WITHOUT_DATA = re.compile(rb"^(?::|event:|id:|retry:).*$", re.MULTILINE)
"""Lines of an event stream that make no event: comments, and fields around the data."""
_REQUEST_IDS = (
    "request-id",  # Anthropic
    "x-request-id",  # OpenAI, Groq, xAI, Azure and most others
    "apim-request-id",  # Azure
    "mistral-correlation-id",
    "x-ds-trace-id",  # DeepSeek
)


@dataclass(frozen=True, slots=True)
class Reading:
    """Reads the one response of one attempt; `now_ms` stamps what arrives."""

    response: HttpResponse
    dialect: Dialect
    patience: Patience
    now_ms: Callable[[], float]

    async def answer(self) -> AsyncGenerator[Stamped, None]:
        """The events in the body of a success, whichever form it has, and their one end."""
        answer = _Answer(self.dialect.decoder(), self.response)
        failed = None
        try:
            async for stamped in self._events(answer):
                yield stamped
        except LabError as error:
            failed = Failed(error, given_up=self.patience.ran_out)
        for stamped in answer.end(self.now_ms(), failed):
            yield stamped

    async def refusal(self) -> Failed:
        """What a response that is no success means."""
        status, headers = self.response.status, self.response.headers
        if 300 <= status < 400 and "location" in headers:
            error = LabError(
                ErrorKind.PROTOCOL,
                f"the provider moved to {one_line(headers['location'])}",
                "redirects are not followed; set base_url to the new place",
                status=status,
            )
        else:
            error = self.dialect.error(status, headers, await self._as_much_as_comes())
        # A header of OpenAI's and Anthropic's, which their own clients obey.
        for_good = headers.get("x-should-retry") == "false"
        return _answered_by(self.response, Failed(error, for_good=for_good))

    async def _events(self, answer: _Answer) -> AsyncGenerator[Stamped, None]:
        """The form of the body is told by its first byte: servers give any form any name."""
        beginning = await self._beginning()
        if beginning.startswith(b"<") or self._content_type.startswith("text/html"):
            raise await self._web_page(beginning)
        is_json = beginning.startswith((b"{", b"["))
        frames = self.dialect.json_frames if is_json else self.dialect.frames
        if frames is None:
            body = await self._body(beginning)
            for stamped in answer.whole(body, self.now_ms()):
                yield stamped
            return
        async for stamped in self._stream(answer, frames(), beginning):
            yield stamped

    async def _stream(
        self, answer: _Answer, frames: FrameDecoder, beginning: bytes
    ) -> AsyncGenerator[Stamped, None]:
        unframed = bytearray()
        chunk = beginning
        while chunk := chunk or await self._chunk():
            at_ms = self.now_ms()
            for frame in frames.feed(chunk, at_ms):
                self.patience.began()
                for stamped in answer.frame(frame):
                    yield stamped
                if answer.over:
                    return
            if not answer.heard and len(unframed) < _LONGEST_ERROR:
                unframed += chunk
            chunk = b""
        at_ms = self.now_ms()
        for frame in frames.close(at_ms):
            for stamped in answer.frame(frame):
                yield stamped
        if answer.heard or answer.over:
            return
        if not _WITHOUT_DATA.sub(b"", unframed).strip():
            raise LabError(
                ErrorKind.PROTOCOL,
                "the provider accepted the request and sent no answer",
                "the prompt may be longer than the server's context; otherwise check base_url",
            )
        # No stream at all, whatever its header says: an error, or an answer in one piece.
        for stamped in answer.whole(bytes(unframed), at_ms):
            yield stamped

    @property
    def _content_type(self) -> str:
        return self.response.headers.get("content-type", "").strip().lower()

    async def _chunk(self) -> bytes:
        """The next piece; empty at the end."""
        return await self.patience.wait(anext(self.response.chunks, b""))

    async def _beginning(self) -> bytes:
        """The first piece, from its first byte that says something; empty when none comes."""
        while chunk := await self._chunk():
            if beginning := chunk.lstrip(_BLANK):
                return beginning
            if self._content_type.startswith("application/json"):
                self.patience.began()  # nothing else can come before a whole answer
        return b""

    async def _body(self, beginning: bytes) -> bytes:
        self.patience.began()
        body = bytearray(beginning)
        while chunk := await self._chunk():
            body += chunk
            if len(body) > _LONGEST_WHOLE:
                raise too_large("an answer", _LONGEST_WHOLE)
        return bytes(body)

    async def _as_much_as_comes(self, beginning: bytes = b"") -> bytes:
        """The beginning of an error's body: one that breaks off still says something."""
        self.patience.began()
        body = bytearray(beginning)
        try:
            while len(body) < _LONGEST_ERROR and (chunk := await self._chunk()):
                body += chunk
        except LabError:
            pass
        return bytes(body[:_LONGEST_ERROR])

    async def _web_page(self, beginning: bytes) -> LabError:
        response, body = self.response, await self._as_much_as_comes(beginning)
        error = self.dialect.error(response.status, response.headers, body)
        return replace(error, kind=ErrorKind.PROTOCOL)


@dataclass(slots=True)
class _Answer:
    """An answer as far as it has come: stamped events, led by `Started`, and one end.

    `heard`: a frame came that was not a failure; the provider has accepted the request.
    """

    decoder: AnswerDecoder
    response: HttpResponse
    heard: bool = False
    _first_ms: float = 0.0
    _last_ms: float = 0.0
    _started: bool = False
    _failed: bool = False

    @property
    def over(self) -> bool:
        return self._failed or self.decoder.done

    def frame(self, frame: Frame) -> Iterator[Stamped]:
        return self._told(self.decoder.frame(frame), frame.at_ms)

    def whole(self, body: bytes, at_ms: float) -> Iterator[Stamped]:
        answer = parse_object(body.decode("utf-8", "replace"))
        return self._told(self.decoder.whole(answer), at_ms)

    def end(self, now_ms: float, failed: Failed | None) -> Iterator[Stamped]:
        """The one end, unless an event was it: an error does not undo an answer that is whole."""
        if self._failed:
            return
        if self.heard:
            yield from self._start()
        ending = self.decoder.end() if failed is None or self.decoder.complete else failed
        at_ms = self._last_ms if self.decoder.done else now_ms
        yield Stamped(at_ms, _answered_by(self.response, ending))

    def _told(self, events: Sequence[Event], at_ms: float) -> Iterator[Stamped]:
        self._last_ms = at_ms
        if not self.heard and not (events and isinstance(events[0], Failed)):
            self.heard, self._first_ms = True, at_ms
        if self.heard and (events or self.decoder.served_model):
            yield from self._start()
        for event in events:
            self._failed = self._failed or isinstance(event, Failed)
            yield Stamped(at_ms, _answered_by(self.response, event))

    def _start(self) -> Iterator[Stamped]:
        """`Started`, once: with the time of the first frame, when there is more to tell."""
        if self._started:
            return
        self._started = True
        response = self.response
        started = Started(
            http_status=response.status,
            served_model=self.decoder.served_model,
            request_id=_request_id(response.headers) or self.decoder.response_id,
            connect_ms=response.connect_ms,
            headers_ms=response.headers_ms,
            rate_limits=rate_limits(response.headers),
        )
        yield Stamped(self._first_ms, started)


def _answered_by(response: HttpResponse, event: E) -> E:
    """The event; a failure with what the headers of its response tell."""
    if not isinstance(event, Failed):
        return event
    headers = response.headers
    return replace(event, request_id=_request_id(headers), rate_limits=rate_limits(headers))


def _request_id(headers: Mapping[str, str]) -> str | None:
    return next((one_line(headers[name]) for name in _REQUEST_IDS if headers.get(name)), None)
