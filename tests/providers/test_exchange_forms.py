"""One attempt under the dialects whose answers are no event stream, or may be none."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from tests.providers.servers import JSON, STREAM, Scripted
from tui_lab.core.errors import ErrorKind
from tui_lab.core.events import Failed, Finished, FinishReason, Started, TextDelta
from tui_lab.core.handler import Handler
from tui_lab.core.messages import Message
from tui_lab.core.secret import Secret
from tui_lab.providers.catalogue import load_catalogue
from tui_lab.providers.dialects import dialect
from tui_lab.providers.exchange import TimeLimits, exchange
from tui_lab.providers.http import HttpRoom
from tui_lab.providers.wire import Call

pytestmark = pytest.mark.anyio

KEY = Secret("AQ.0123456789abcdef0123")
NDJSON = {"content-type": "application/x-ndjson"}


def chunk(text: str, finish: str | None = None) -> dict[str, Any]:
    candidate = {"content": {"parts": [{"text": text}]}, "finishReason": finish}
    return {"candidates": [candidate], "modelVersion": "g-1", "responseId": "r-1"}


def pretty(payload: Any) -> bytes:
    return json.dumps(payload, indent=2).encode()


def event(payload: Any) -> bytes:
    return b"data: " + json.dumps(payload).encode() + b"\r\n\r\n"


async def attempt(
    provider_id: str, handler: Handler, *, stream: bool = True
) -> list[tuple[float, Any]]:
    """When each event was told, and the event; the clock is at 10 ms for the first piece."""
    provider = replace(load_catalogue()[provider_id], base_url="http://lab.invalid/base")
    clock = iter(range(0, 10_000, 10))
    room = HttpRoom({"lab.invalid": handler})
    asked = exchange(
        room,
        provider,
        dialect(provider.dialect),
        Call("m-1", (Message.of("user", "Hi"),), stream=stream),
        KEY,
        TimeLimits(),
        lambda: next(clock),
    )
    events = [(stamped.t_ms, stamped.event) async for stamped in asked]
    await room.aclose()
    return events


def said(events: list[tuple[float, Any]]) -> list[str]:
    return [told.text for _, told in events if isinstance(told, TextDelta)]


async def test_gemini_is_asked_with_its_own_header_and_no_key_in_the_address() -> None:
    handler = Scripted([event(chunk("Hi", "STOP"))], headers=STREAM)
    events = await attempt("gemini", handler)
    (request,) = handler.requests
    assert request.path == "/base/models/m-1:streamGenerateContent?alt=sse"
    assert request.headers["x-goog-api-key"] == KEY.reveal()
    assert not {"authorization", "x-api-key"} & set(request.headers)
    started = events[0][1]
    assert isinstance(started, Started)
    assert (started.served_model, started.request_id) == ("g-1", "r-1")
    assert events[-1][1] == Finished(FinishReason.STOP, "STOP", "g-1")


@pytest.mark.parametrize("headers", [JSON, STREAM, {}], ids=["json", "event-stream", "untyped"])
async def test_a_stream_as_an_array_is_told_as_it_arrives(headers: dict[str, str]) -> None:
    pieces = [b"[" + pretty(chunk("Hel")), b"\n,\r\n" + pretty(chunk("lo", "STOP")), b"]"]
    events = await attempt("gemini", Scripted(pieces, headers=headers))
    times = [at for at, told in events if isinstance(told, TextDelta)]
    assert said(events) == ["Hel", "lo"]
    assert times[0] < times[1]
    assert isinstance(events[-1][1], Finished)


async def test_a_whole_answer_of_gemini_needs_no_array() -> None:
    handler = Scripted([pretty(chunk("Hello", "STOP"))], headers=JSON)
    events = await attempt("gemini", handler, stream=False)
    assert said(events) == ["Hello"]
    assert isinstance(events[-1][1], Finished)


@pytest.mark.parametrize("form", ["{}", "[{}]"])
async def test_an_error_behind_a_success_is_a_failure(form: str) -> None:
    error = {"error": {"code": 400, "message": "API key not valid.", "status": "INVALID_ARGUMENT"}}
    body = form.replace("{}", json.dumps(error)).encode()
    *_, (_, ending) = await attempt("gemini", Scripted([body], headers=JSON))
    assert isinstance(ending, Failed)
    assert ending.error.kind is ErrorKind.AUTH


@pytest.mark.parametrize("body", [b"", b"[]", b"[{}]", b"null", b"not JSON {"])
async def test_a_body_without_an_answer_is_a_failure(body: bytes) -> None:
    *_, (_, ending) = await attempt("gemini", Scripted([body], headers=JSON))
    assert isinstance(ending, Failed)
    assert ending.error.kind is ErrorKind.PROTOCOL


@pytest.mark.parametrize("headers", [NDJSON, JSON])
async def test_ollama_streams_lines_and_its_last_one_needs_no_end(headers: dict[str, str]) -> None:
    lines = [
        {"model": "m-1", "message": {"content": "Hel"}, "done": False},
        {"model": "m-1", "message": {"content": "lo"}, "done": False},
        {"model": "m-1", "message": {"content": ""}, "done": True, "done_reason": "stop"},
    ]
    pieces = [json.dumps(line).encode() + b"\n" for line in lines]
    pieces[-1] = pieces[-1].strip()
    events = await attempt("ollama", Scripted(pieces, headers=headers))
    assert said(events) == ["Hel", "lo"]
    assert events[-1][1] == Finished(FinishReason.STOP, "stop", "m-1")


async def test_ollama_answers_in_one_object_too() -> None:
    line = {"model": "m-1", "message": {"content": "Hello"}, "done": True, "done_reason": "stop"}
    events = await attempt("ollama", Scripted([pretty(line)], headers=JSON), stream=False)
    assert said(events) == ["Hello"]
    assert isinstance(events[-1][1], Finished)


def completion(text: str, finish: str | None = None) -> dict[str, Any]:
    choice = {"index": 0, "delta": {"content": text}, "finish_reason": finish}
    return {"model": "m-1", "choices": [choice]}


@pytest.mark.parametrize("space", [b"", b"\n \n"])
async def test_an_event_stream_that_calls_itself_json_is_told_as_it_arrives(space: bytes) -> None:
    pieces = [space, event(completion("Hel")), event(completion("lo", "stop"))]
    events = await attempt("vllm", Scripted([*filter(None, pieces)], headers=JSON))
    times = [at for at, told in events if isinstance(told, TextDelta)]
    assert said(events) == ["Hel", "lo"]
    assert times[0] < times[1]
    assert isinstance(events[-1][1], Finished)


async def test_a_whole_answer_may_begin_with_space_that_keeps_the_connection_alive() -> None:
    whole = {"choices": [{"message": {"content": "Hello"}, "finish_reason": "stop"}]}
    handler = Scripted([b"\n", b"  ", pretty(whole)], headers=JSON)
    events = await attempt("openrouter", handler, stream=False)
    assert said(events) == ["Hello"]
    assert isinstance(events[-1][1], Finished)


@pytest.mark.parametrize("headers", [JSON, {}], ids=["json", "untyped"])
@pytest.mark.parametrize("provider", ["openrouter", "gemini", "ollama"])
async def test_a_whole_answer_may_begin_with_a_byte_order_mark(
    provider: str, headers: dict[str, str]
) -> None:
    whole = {
        "openrouter": {"choices": [{"message": {"content": "Hello"}, "finish_reason": "stop"}]},
        "gemini": chunk("Hello", "STOP"),
        "ollama": {"message": {"content": "Hello"}, "done": True, "done_reason": "stop"},
    }
    body = b"\xef\xbb\xbf\r\n" + pretty(whole[provider])
    events = await attempt(provider, Scripted([body], headers=headers), stream=False)
    assert said(events) == ["Hello"]
    assert isinstance(events[-1][1], Finished)
