"""The sandbox: a provider in one function, with the words of the real ones on the wire."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from hashlib import sha256
from random import Random
from typing import assert_never
from zlib import crc32

from tui_lab.core.handler import HttpAnswer
from tui_lab.core.tokens import estimate_messages
from tui_lab.sandbox import ollama
from tui_lab.sandbox.asked import Asked, Options, RequestError, read_object, read_options
from tui_lab.sandbox.faults import Alteration, Refusal, Replacement, find_fault, overloaded
from tui_lab.sandbox.routes import METHODS, Purpose, Route, find_route
from tui_lab.sandbox.scenarios import SCENARIOS, Availability, Scenario
from tui_lab.sandbox.speech import End, Ending, Piece, delivered
from tui_lab.sandbox.wire import AnswerStream, Dialect, Envelope

_CREATED = 1_767_225_600
"""When the models came into being: the first of January 2026, in seconds since 1970."""
_JSON = {"content-type": "application/json"}


class Sandbox:
    """The simulated models, behind the paths of the real ones, with or without their version.

    Any key will do. Headers `x-sandbox-pace` (tokens a second, 0: no waiting), `x-sandbox-tokens`
    (length of the answer) and `x-sandbox-seed` change a model's own. The same seed gives the same
    text; without one, the same prompt does. `x-sandbox-fault` names what is to go wrong.
    """

    def __init__(
        self,
        *,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._sleep = sleep
        self._clock = clock
        self._now = now
        self._requests = 0
        self._turned_away: set[bytes] = set()

    async def __call__(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes
    ) -> HttpAnswer:
        self._requests += 1
        envelope = Envelope(self._requests, int(self._now()))
        route = find_route(path, headers)
        if route.purpose is None:
            fault = RequestError(f"Invalid URL ({method} {path})", status=404)
            return _refusal(route.dialect, fault, envelope)
        try:
            if method not in METHODS[route.purpose]:
                raise RequestError(f"Not allowed to {method} on {path}", status=405)
            more = route.dialect.headers(envelope)
            match route.purpose:
                case Purpose.ANSWER:
                    return await self._answer(route, envelope, read_options(headers), body)
                case Purpose.MODELS:
                    return _whole(200, route.dialect.models(SCENARIOS, _CREATED), more)
                case Purpose.OLLAMA_SHOW:
                    return _whole(200, ollama.show(read_object(body), SCENARIOS, _CREATED), more)
                case Purpose.OLLAMA_VERSION:
                    return _whole(200, ollama.VERSION, more)
                case _:
                    assert_never(route.purpose)
        except RequestError as fault:
            return _refusal(route.dialect, fault, envelope)

    async def _answer(
        self, route: Route, envelope: Envelope, options: Options, body: bytes
    ) -> HttpAnswer:
        dialect = route.dialect
        asked = dialect.read({**read_object(body), **route.said})
        scenario = SCENARIOS.get(asked.model)
        if scenario is None:
            raise dialect.unknown_model(asked.model)
        input_tokens = estimate_messages(asked.system, asked.messages)
        envelope = replace(envelope, model=asked.model, input_tokens=input_tokens)
        pace = scenario.pace if options.pace is None else options.pace
        name = self._absence(scenario, body) if options.fault is None else options.fault
        match find_fault(name):
            case Refusal(error):
                raise error(dialect, envelope)
            case Replacement(pieces, headers):
                head = _head(dialect, asked, envelope) | dict(headers)
                return HttpAnswer(200, head, self._dripped(pieces, pace or scenario.pace))
            case Alteration(alter, garble):
                speech = self._paced(alter(_speech(scenario, asked, options)), pace)
                answer = await _spoken(dialect, asked, envelope, speech)
                return replace(answer, body=_garbled(answer.body, garble))
            case never:
                assert_never(never)

    def _absence(self, scenario: Scenario, body: bytes) -> str | None:
        """The fault with which a model is away now.

        A request that was turned away is let in when it comes again.
        """
        match scenario.availability:
            case Availability.ALWAYS:
                return None
            case Availability.NEVER:
                return "503"
            case Availability.EVERY_OTHER_TIME:
                request = sha256(body).digest()
                self._turned_away ^= {request}
                return "429" if request in self._turned_away else None
            case _:
                assert_never(scenario.availability)

    async def _dripped(self, pieces: Iterable[bytes], pace: float) -> AsyncIterator[bytes]:
        for piece in pieces:
            await self._sleep(1 / pace)
            yield piece

    async def _paced(
        self, speech: Iterator[Piece | End], pace: float
    ) -> AsyncIterator[Piece | End]:
        """Each piece at its time since the beginning, so that no delay adds up."""
        start = self._clock()
        for number, item in enumerate(speech, 1):
            if isinstance(item, Piece):
                due = start + number / pace if pace else start
                await self._sleep(max(0.0, due - self._clock()))
            yield item


def _speech(scenario: Scenario, asked: Asked, options: Options) -> Iterator[Piece | End]:
    seeds = (options.seed, asked.seed, crc32(asked.prompt.encode("utf-8", "replace")))
    chance = Random(next(seed for seed in seeds if seed is not None))  # noqa: S311
    pieces = scenario.speak(asked.prompt, options.tokens, chance)
    return delivered(pieces, scenario.ending, max_tokens=asked.max_tokens, stop=asked.stop)


async def _spoken(
    dialect: Dialect, asked: Asked, envelope: Envelope, speech: AsyncIterator[Piece | End]
) -> HttpAnswer:
    if not asked.stream:
        return await _unstreamed(dialect, asked, envelope, speech)
    stream = dialect.stream(asked, envelope)
    return HttpAnswer(200, _head(dialect, asked, envelope), _streamed(stream, speech))


def _head(dialect: Dialect, asked: Asked, envelope: Envelope) -> dict[str, str]:
    """The headers of an answer whose length is not known."""
    if not asked.stream:
        return _JSON | dialect.headers(envelope)
    kind = {"content-type": dialect.stream(asked, envelope).content_type}
    return kind | {"cache-control": "no-cache"} | dialect.headers(envelope)


async def _streamed(
    stream: AnswerStream, speech: AsyncIterator[Piece | End]
) -> AsyncIterator[bytes]:
    if head := stream.begin():
        yield head
    async for item in speech:
        if isinstance(item, End):
            await _break_off(item)
            if item.ending is Ending.FAILED:
                yield stream.fail(overloaded())
            elif item.ending is not Ending.CUT:
                yield stream.end(item)
        elif chunk := stream.piece(item):
            yield chunk


async def _unstreamed(
    dialect: Dialect, asked: Asked, envelope: Envelope, speech: AsyncIterator[Piece | End]
) -> HttpAnswer:
    pieces: list[Piece] = []
    async for item in speech:
        if isinstance(item, Piece):
            pieces.append(item)
            continue
        if item.ending is Ending.LOST:
            return HttpAnswer(200, _head(dialect, asked, envelope), _dropped(item))
        await _break_off(item)
        if item.ending is Ending.FAILED:
            raise overloaded()
        if item.ending is Ending.CUT:
            body = dialect.whole(asked, envelope, pieces, replace(item, ending=Ending.COMPLETE))
            half = _once(body[: len(body) // 2])
            return HttpAnswer(200, _head(dialect, asked, envelope), half)
        body = dialect.whole(asked, envelope, pieces, item)
        return _whole(200, body, dialect.headers(envelope))
    raise AssertionError("an answer has an end")


async def _break_off(end: End) -> None:
    """Lets the connection down in the way that the model is meant to."""
    if end.ending is Ending.LOST:
        raise ConnectionResetError("the sandbox dropped the connection")
    if end.ending is Ending.SILENT:
        await asyncio.get_running_loop().create_future()


def _refusal(dialect: Dialect, fault: RequestError, envelope: Envelope) -> HttpAnswer:
    headers = dialect.headers(envelope, refused=fault.status == 429 and fault.hints is None)
    body = dialect.error(fault, envelope)
    return _whole(fault.sent_as, body, headers | dict(fault.hints or {}))


def _whole(status: int, body: bytes, headers: Mapping[str, str]) -> HttpAnswer:
    length = {"content-length": str(len(body))}
    return HttpAnswer(status, _JSON | length | dict(headers), _once(body))


async def _garbled(
    chunks: AsyncIterator[bytes], garble: Callable[[bytes], bytes]
) -> AsyncIterator[bytes]:
    async for chunk in chunks:
        yield garble(chunk)


async def _once(body: bytes) -> AsyncIterator[bytes]:
    yield body


async def _dropped(end: End) -> AsyncIterator[bytes]:
    await _break_off(end)
    yield b""
