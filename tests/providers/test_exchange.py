"""One attempt, from call to end, under the real dialects."""

from __future__ import annotations

import asyncio
import itertools
import json
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing, suppress
from dataclasses import dataclass, replace
from typing import Any

import pytest

from tests.providers.servers import END, JSON, STREAM, Scripted, chunk, head, loopback, refusing
from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.core.events import (
    Failed,
    Finished,
    FinishReason,
    Note,
    Stamped,
    Started,
    TextDelta,
    UsageReport,
)
from tui_lab.core.handler import Handler
from tui_lab.core.messages import Message
from tui_lab.core.parameters import Parameters
from tui_lab.core.secret import Secret
from tui_lab.providers.catalogue import Provider, load_catalogue
from tui_lab.providers.dialects import dialect
from tui_lab.providers.exchange import TimeLimits, exchange
from tui_lab.providers.http import HttpRoom
from tui_lab.providers.wire import Call

pytestmark = pytest.mark.anyio

MINE = Provider(
    "mine",
    "Mine",
    "openai-chat",
    "http://lab.invalid/v1/",
    key_env=("MY_KEY",),
    keys_url="https://keys.example",
)
CLAUDE = replace(load_catalogue()["anthropic"], base_url="http://lab.invalid/v1")
CALL = Call("small", (Message.of("user", "hello"),))
KEY = Secret("sk-test-0123456789abcdef")


def data(payload: object) -> bytes:
    return f"data: {json.dumps(payload)}\n\n".encode()


def delta(text: str | None, finish: str | None = None) -> dict[str, Any]:
    choice = {"index": 0, "delta": {"content": text}, "finish_reason": finish}
    return {"id": "1", "model": "small-2026", "choices": [choice]}


DONE = b"data: [DONE]\n\n"
ANSWER = [data(delta("")), data(delta("Hel")), data(delta("lo")), data(delta(None, "stop")), DONE]
WHOLE = {
    "model": "small-2026",
    "choices": [{"index": 0, "message": {"content": "Hello"}, "finish_reason": "stop"}],
    "usage": {"prompt_tokens": 3, "completion_tokens": 2},
}


@dataclass
class Clock:
    """Stands still unless it is set."""

    ms: float = 0.0

    def __call__(self) -> float:
        return self.ms


def attempt(
    room: HttpRoom,
    *,
    provider: Provider = MINE,
    call: Call = CALL,
    key: Secret | None = KEY,
    limits: TimeLimits | None = None,
    now_ms: Clock | None = None,
) -> AsyncGenerator[Stamped, None]:
    wire = dialect(provider.dialect)
    return exchange(room, provider, wire, call, key, limits or TimeLimits(), now_ms or Clock())


async def events_of(handler: Handler, **changes: Any) -> list[Any]:
    room = HttpRoom({"lab.invalid": handler})
    events = [stamped.event async for stamped in attempt(room, **changes)]
    await room.aclose()
    ends = [event for event in events if isinstance(event, Finished | Failed)]
    assert ends == events[-1:]
    return events


async def failure_of(handler: Handler, **changes: Any) -> LabError:
    ending = (await events_of(handler, **changes))[-1]
    assert isinstance(ending, Failed)
    return ending.error


async def at_loopback(url: str, **changes: Any) -> list[Any]:
    room = HttpRoom()
    provider = replace(MINE, base_url=url)
    events = [stamped.event async for stamped in attempt(room, provider=provider, **changes)]
    await room.aclose()
    return events


def text_of(events: list[Any]) -> str:
    return "".join(event.text for event in events if isinstance(event, TextDelta))


# The answer


async def test_an_answer_begins_with_started_and_ends_with_finished() -> None:
    headers = {**STREAM, "X-Request-Id": "req-1", "X-RateLimit-Remaining-Tokens": "7"}
    events = await events_of(Scripted(ANSWER, headers=headers))
    started, *deltas, finished = events
    assert started == Started(
        200, "small-2026", "req-1", None, 0.0, rate_limits={"tokens_remaining": 7}
    )
    assert deltas == [TextDelta("Hel"), TextDelta("lo")]
    assert finished == Finished(FinishReason.STOP, "stop", "small-2026")


async def test_every_event_bears_the_arrival_of_the_bytes_that_completed_it() -> None:
    clock = Clock()

    def tick(number: int) -> None:
        clock.ms = 10.0004 * (number + 1)

    handler = Scripted(ANSWER, before_piece=tick)
    room = HttpRoom({"lab.invalid": handler})
    stamps = [(s.t_ms, type(s.event)) async for s in attempt(room, now_ms=clock)]
    assert stamps == [(10.0, Started), (20.001, TextDelta), (30.001, TextDelta), (50.002, Finished)]


async def test_the_same_bytes_in_any_pieces_give_the_same_events() -> None:
    stream = b"".join(ANSWER)
    whole = await events_of(Scripted([stream]))
    for size in (1, 2, 7, 64):
        pieces = [stream[i : i + size] for i in range(0, len(stream), size)]
        assert await events_of(Scripted(pieces)) == whole


async def test_the_answer_ends_at_its_terminator_and_the_connection_is_left() -> None:
    async def script(writer: asyncio.StreamWriter) -> None:
        writer.write(head() + chunk(b"".join(ANSWER)))

    async with loopback(script) as server:
        events = await at_loopback(server.url)
        assert isinstance(events[-1], Finished)
        await asyncio.wait_for(server.client_left.wait(), 5)


async def test_an_answer_with_a_finish_reason_needs_no_terminator() -> None:
    events = await events_of(Scripted(ANSWER[:-1]))
    assert events[-1] == Finished(FinishReason.STOP, "stop", "small-2026")


async def test_an_answer_that_stops_in_the_middle_is_a_failure_and_its_text_stays() -> None:
    events = await events_of(Scripted(ANSWER[:3]))
    assert text_of(events) == "Hello"
    assert events[-1].error.kind is ErrorKind.PROTOCOL


async def test_anthropic_speaks_through_the_same_door() -> None:
    def event(kind: str, **fields: Any) -> bytes:
        return f"event: {kind}\n".encode() + data({"type": kind, **fields})

    usage = {"input_tokens": 3, "output_tokens": 1}
    handler = Scripted(
        [
            event("message_start", message={"model": "claude-1", "usage": usage}),
            event("ping"),
            event("content_block_start", index=0, content_block={"type": "text", "text": ""}),
            event("content_block_delta", index=0, delta={"type": "text_delta", "text": "Hi"}),
            event("message_delta", delta={"stop_reason": "end_turn"}, usage={"output_tokens": 2}),
            event("message_stop"),
        ],
        headers={**STREAM, "request-id": "req-2"},
    )
    started, *between, finished = await events_of(handler, provider=CLAUDE)
    assert (started.served_model, started.request_id) == ("claude-1", "req-2")
    assert text_of(between) == "Hi"
    assert any(isinstance(event, UsageReport) for event in between)
    assert finished.reason is FinishReason.STOP
    (request,) = handler.requests
    assert request.path == "/v1/messages"
    assert request.headers["x-api-key"] == KEY.reveal()
    assert request.headers["anthropic-version"] == "2023-06-01"
    assert "authorization" not in request.headers


async def test_an_answer_in_one_piece_is_taken_whether_asked_for_or_not() -> None:
    body = json.dumps(WHOLE).encode()
    for call in (CALL, replace(CALL, stream=False)):
        for headers in (JSON, STREAM, {"content-type": "text/plain"}, {}):
            handler = Scripted([body[:20], body[20:]], headers=headers)
            events = await events_of(handler, call=call)
            assert isinstance(events[0], Started)
            assert text_of(events) == "Hello"
            assert events[-1] == Finished(FinishReason.STOP, "stop", "small-2026")
            (request,) = handler.requests
            assert json.loads(request.body)["stream"] is call.stream


# The request


async def test_the_request_carries_the_key_and_says_who_asks() -> None:
    handler = Scripted(ANSWER)
    await events_of(handler)
    (request,) = handler.requests
    assert (request.method, request.path) == ("POST", "/v1/chat/completions")
    assert request.headers["authorization"] == f"Bearer {KEY.reveal()}"
    assert request.headers["user-agent"].startswith("tui-lab/")
    assert request.headers["content-type"] == "application/json"
    assert json.loads(request.body)["model"] == "small"


async def test_headers_of_the_call_outrank_those_of_the_provider() -> None:
    handler = Scripted()
    call = replace(CALL, headers={"Anthropic-Version": "2026-10-21"})
    await events_of(handler, provider=CLAUDE, call=call)
    assert handler.requests[0].headers["anthropic-version"] == "2026-10-21"


async def test_a_provider_without_keys_is_asked_without_one() -> None:
    for provider, key in [(MINE, None), (replace(MINE, auth="none"), KEY)]:
        handler = Scripted(ANSWER)
        await events_of(handler, provider=provider, key=key)
        assert not {"authorization", "x-api-key"} & set(handler.requests[0].headers)


@pytest.mark.parametrize(
    ("value", "fault"),
    [
        ("sk-secret’0123456789", "U+2019"),
        ("sk-secret0123456789\n", "U+000A"),
        ("sk-secret\r\nx-evil: 1", "U+000D"),
        ("sk-secret 0123456789", "U+0020"),
        ("", "is empty"),
    ],
)
async def test_a_key_that_cannot_be_one_is_refused_before_anything_is_sent(
    value: str, fault: str
) -> None:
    handler = Scripted(ANSWER)
    error = await failure_of(handler, key=Secret(value))
    assert error.kind is ErrorKind.AUTH
    assert fault in error.message
    assert "secret" not in f"{error.message}{error.hint}{error.raw}"
    assert handler.requests == []


async def test_what_the_dialect_cannot_say_is_noted() -> None:
    call = replace(CALL, parameters=Parameters(seed=7))
    events = await events_of(Scripted(), provider=CLAUDE, call=call)
    assert isinstance(events[0], Note)
    assert events[0].dropped == "seed"
    assert events[0].text.startswith("seed was not sent: ")


# Refusals


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (400, {"error": {"message": "maximum context length"}}, ErrorKind.CONTEXT_OVERFLOW),
        (401, {"error": {"message": "bad key"}}, ErrorKind.AUTH),
        (404, {"error": {"message": "no such model"}}, ErrorKind.NOT_FOUND),
        (429, {"error": {"message": "slow down"}}, ErrorKind.RATE_LIMIT),
        (503, {"error": {"message": "overloaded"}}, ErrorKind.SERVER),
    ],
)
async def test_a_failed_status_is_the_only_event(
    status: int, body: Mapping[str, Any], kind: ErrorKind
) -> None:
    handler = Scripted([json.dumps(body).encode()], status=status, headers=JSON)
    events = await events_of(handler)
    assert [type(event) for event in events] == [Failed]
    error = events[0].error
    assert (error.kind, error.status, error.message) == (kind, status, body["error"]["message"])


async def test_a_refused_key_says_where_a_new_one_is_made_or_that_one_is_wanted() -> None:
    refusing_keys = Scripted([b"{}"], status=401, headers=JSON)
    assert "https://keys.example" in (await failure_of(refusing_keys)).hint
    assert "providers.mine.key_env" in (await failure_of(refusing_keys, key=None)).hint


async def test_a_simulated_refusal_of_a_key_wants_none() -> None:
    simulated = replace(MINE, simulated=True)
    refusing_keys = Scripted([b"{}"], status=401, headers=JSON)
    assert "key_env" not in (await failure_of(refusing_keys, provider=simulated, key=None)).hint


async def test_the_wait_that_a_refusal_asks_for_is_kept() -> None:
    handler = Scripted([b"{}"], status=429, headers={**JSON, "Retry-After": "7"})
    assert (await failure_of(handler)).retry_after_s == 7


@pytest.mark.parametrize("status", [200, 429])
async def test_a_failure_names_its_request_and_what_is_left_to_ask_for(status: int) -> None:
    body = json.dumps({"error": {"message": "slow down", "code": 429}}).encode()
    told = {"X-Request-Id": "req-7", "X-RateLimit-Remaining-Requests": "0"}
    (failed,) = await events_of(Scripted([body], status=status, headers={**JSON, **told}))
    assert (failed.request_id, failed.rate_limits) == ("req-7", {"requests_remaining": 0})


@pytest.mark.parametrize(
    "header",
    ["request-id", "x-request-id", "apim-request-id", "mistral-correlation-id", "x-ds-trace-id"],
)
async def test_every_provider_names_a_request_in_its_own_header(header: str) -> None:
    started, *_ = await events_of(Scripted(ANSWER, headers={**STREAM, header: "req-7"}))
    assert started.request_id == "req-7"


async def test_an_endless_error_body_is_cut() -> None:
    handler = Scripted([b"x" * 65536] * 1000, status=500)
    error = await failure_of(handler)
    assert error.kind is ErrorKind.SERVER
    assert handler.left


async def test_an_error_body_that_breaks_off_still_tells_the_status() -> None:
    handler = Scripted([b'{"error"'], status=503, fails_with=ConnectionResetError())
    error = await failure_of(handler)
    assert (error.kind, error.status) == (ErrorKind.SERVER, 503)


async def test_a_redirect_is_not_followed_and_names_the_place() -> None:
    handler = Scripted(status=308, headers={"Location": "https://new.example/v2"})
    error = await failure_of(handler)
    assert (error.kind, error.status) == (ErrorKind.PROTOCOL, 308)
    assert "https://new.example/v2" in error.message
    assert "base_url" in error.hint
    assert len(handler.requests) == 1


# Successes that are none


async def test_a_web_page_is_no_answer() -> None:
    page = b"<html><head><title>Please sign in</title></head></html>"
    error = await failure_of(Scripted([page], headers={"content-type": "text/html;charset=utf-8"}))
    assert error.kind is ErrorKind.PROTOCOL
    assert "Please sign in" in error.message


@pytest.mark.parametrize("headers", [{}, STREAM, JSON])
async def test_a_web_page_is_known_by_its_first_byte(headers: Mapping[str, str]) -> None:
    page = [b"\n", b"<", b"!doctype html><title>Please sign in</title>"]
    error = await failure_of(Scripted(page, headers=headers))
    assert error.kind is ErrorKind.PROTOCOL
    assert "Please sign in" in error.message


@pytest.mark.parametrize("body", [b"", b"\n\n", b": keep-alive\n\n", b"event: ping\n\n"])
async def test_a_success_without_an_event_is_a_failure(body: bytes) -> None:
    events = await events_of(Scripted([body]))
    assert [type(event) for event in events] == [Failed]
    assert events[0].error.kind is ErrorKind.PROTOCOL
    assert events[0].error.message == "the provider accepted the request and sent no answer"


@pytest.mark.parametrize("headers", [JSON, STREAM, {}])
async def test_a_success_with_an_error_in_it_is_a_failure(headers: Mapping[str, str]) -> None:
    body = json.dumps({"error": {"message": "no credit", "code": 402}}).encode()
    events = await events_of(Scripted([body], headers=headers))
    assert [type(event) for event in events] == [Failed]
    assert (events[0].error.kind, events[0].error.message) == (ErrorKind.QUOTA, "no credit")


async def test_an_error_as_first_event_means_that_nothing_was_accepted() -> None:
    events = await events_of(Scripted([data({"error": {"message": "busy", "code": 503}})]))
    assert [type(event) for event in events] == [Failed]


async def test_an_error_inside_the_stream_ends_it() -> None:
    error = data({"error": {"message": "overloaded"}})
    events = await events_of(Scripted([*ANSWER[:3], error, *ANSWER[3:]]))
    assert text_of(events) == "Hello"
    assert events[-1].error.message == "overloaded"


async def test_what_cannot_be_read_is_a_failure() -> None:
    for body, headers in [(b"data: {nonsense\n\n", STREAM), (b"{nonsense", JSON), (b"hi", STREAM)]:
        assert (await failure_of(Scripted([body], headers=headers))).kind is ErrorKind.PROTOCOL


async def test_a_stream_that_was_heard_and_then_cut_was_accepted() -> None:
    events = await events_of(Scripted([data({"choices": []})]))
    assert [type(event) for event in events] == [Started, Failed]


# The network


async def test_a_connection_lost_amid_the_answer_is_a_network_failure() -> None:
    async def script(writer: asyncio.StreamWriter) -> None:
        writer.write(head() + chunk(b"".join(ANSWER[:3])))
        await writer.drain()
        await asyncio.sleep(0.01)
        writer.transport.abort()

    async with loopback(script) as server:
        events = await at_loopback(server.url)
    assert text_of(events) == "Hello"
    assert events[-1].error.kind is ErrorKind.NETWORK


async def test_a_connection_lost_after_the_finish_reason_loses_nothing() -> None:
    handler = Scripted(ANSWER[:-1], fails_with=ConnectionResetError())
    assert isinstance((await events_of(handler))[-1], Finished)


async def test_a_local_server_that_does_not_run_is_told_with_its_own_hint() -> None:
    ollama = replace(load_catalogue()["ollama"], base_url="http://lab.invalid/v1")
    error = await failure_of(refusing(ConnectionRefusedError()), provider=ollama, key=None)
    assert error.kind is ErrorKind.NETWORK
    assert "ollama serve" in error.hint


async def test_a_wrong_base_url_is_told_without_a_call() -> None:
    error = await failure_of(Scripted(), provider=replace(MINE, base_url="api.example.com"))
    assert error.kind is ErrorKind.CONFIG


# Time


BRIEF = TimeLimits(connect_s=5, first_event_s=30, idle_s=30, total_s=30)


async def timeout_of(server_url: str, limits: TimeLimits) -> tuple[list[Any], LabError]:
    events = await at_loopback(server_url, limits=limits)
    assert isinstance(events[-1], Failed)
    assert events[-1].error.kind is ErrorKind.TIMEOUT
    return events, events[-1].error


async def test_a_silent_server_is_given_up() -> None:
    async def script(writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(30)

    async with loopback(script) as server:
        _, error = await timeout_of(server.url, replace(BRIEF, first_event_s=0.02))
    assert "0.02 s" in error.message
    assert "timeouts.first_event" in error.hint


async def test_pings_are_no_first_event() -> None:
    async def script(writer: asyncio.StreamWriter) -> None:
        writer.write(head())
        while True:
            writer.write(chunk(b": ping\n\n"))
            await asyncio.sleep(0.001)

    async with loopback(script) as server:
        events, error = await timeout_of(server.url, replace(BRIEF, first_event_s=0.05))
    assert "timeouts.first_event" in error.hint
    assert len(events) == 1


async def test_a_server_that_stalls_is_given_up() -> None:
    async def script(writer: asyncio.StreamWriter) -> None:
        writer.write(head() + chunk(ANSWER[0]) + chunk(ANSWER[1]))
        await asyncio.sleep(30)

    async with loopback(script) as server:
        events, error = await timeout_of(server.url, replace(BRIEF, idle_s=0.02))
        assert text_of(events) == "Hel"
        assert "0.02 s" in error.message
        assert "timeouts.idle" in error.hint
        await asyncio.wait_for(server.client_left.wait(), 5)


async def test_any_byte_keeps_an_answer_alive_until_its_total_time_is_up() -> None:
    async def script(writer: asyncio.StreamWriter) -> None:
        writer.write(head() + chunk(ANSWER[0]) + chunk(ANSWER[1]))
        while True:
            writer.write(chunk(b":\n"))
            await asyncio.sleep(0.002)

    async with loopback(script) as server:
        limits = replace(BRIEF, idle_s=5.0, total_s=0.4)
        events, error = await timeout_of(server.url, limits)
    assert text_of(events) == "Hel"
    assert "0.4 s" in error.message
    assert "timeouts.total" in error.hint


async def test_a_server_that_never_pauses_is_given_up_too() -> None:
    handler = Scripted(itertools.repeat(b": ping\n\n"))
    error = await failure_of(handler, limits=replace(BRIEF, first_event_s=0.02))
    assert error.kind is ErrorKind.TIMEOUT


async def test_an_answer_that_was_whole_when_its_time_ran_out_is_whole() -> None:
    async def script(writer: asyncio.StreamWriter) -> None:
        writer.write(head() + chunk(b"".join(ANSWER[:-1])))
        await asyncio.sleep(30)

    async with loopback(script) as server:
        events = await at_loopback(server.url, limits=replace(BRIEF, idle_s=0.02))
    assert isinstance(events[-1], Finished)


async def test_an_error_body_that_stalls_is_read_as_far_as_it_came() -> None:
    async def script(writer: asyncio.StreamWriter) -> None:
        body = json.dumps({"error": {"message": "overloaded"}}).encode()
        writer.write(head("503 Service Unavailable", JSON) + chunk(body))
        await asyncio.sleep(30)

    async with loopback(script) as server:
        events = await at_loopback(server.url, limits=replace(BRIEF, idle_s=0.02))
    assert events[-1].error.message == "overloaded"


# Leaving


async def stalling(writer: asyncio.StreamWriter) -> None:
    writer.write(head() + chunk(ANSWER[0]) + chunk(ANSWER[1]))
    await asyncio.sleep(30)


async def test_cancelling_closes_the_connection() -> None:
    async with loopback(stalling) as server:
        room, came = HttpRoom(), asyncio.Event()

        async def consume() -> None:
            async with aclosing(attempt(room, provider=replace(MINE, base_url=server.url))) as told:
                async for stamped in told:
                    if isinstance(stamped.event, TextDelta):
                        came.set()

        task = asyncio.create_task(consume())
        await asyncio.wait_for(came.wait(), 5)
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        assert task.cancelled()
        await asyncio.wait_for(server.client_left.wait(), 5)
        await room.aclose()


async def test_cancelling_before_the_first_byte_closes_the_connection() -> None:
    reached = asyncio.Event()

    async def script(writer: asyncio.StreamWriter) -> None:
        reached.set()
        await asyncio.sleep(30)

    async with loopback(script) as server:
        task = asyncio.create_task(at_loopback(server.url))
        await asyncio.wait_for(reached.wait(), 5)
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        assert task.cancelled()
        await asyncio.wait_for(server.client_left.wait(), 5)


async def test_leaving_the_events_closes_the_connection() -> None:
    async with loopback(stalling) as server:
        room = HttpRoom()
        async with aclosing(attempt(room, provider=replace(MINE, base_url=server.url))) as told:
            async for stamped in told:
                if isinstance(stamped.event, TextDelta):
                    break
        await asyncio.wait_for(server.client_left.wait(), 5)
        await room.aclose()


async def test_answers_at_the_same_time_do_not_mix() -> None:
    async def script(writer: asyncio.StreamWriter) -> None:
        writer.write(head())
        for piece in [*ANSWER]:
            writer.write(chunk(piece))
            await asyncio.sleep(0)
        writer.write(END)

    async with loopback(script) as server:
        answers = await asyncio.gather(*(at_loopback(server.url) for _ in range(5)))
    assert [text_of(events) for events in answers] == ["Hello"] * 5
