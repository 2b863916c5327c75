"""Failures on demand: what each is on the wire, and what the lab's own dialects make of it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.sandbox.asking import PROMPT, ask, every_dialect, no_wait, streamed_or_not
from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.core.events import Started
from tui_lab.core.handler import HttpAnswer
from tui_lab.providers.catalogue import load_catalogue
from tui_lab.providers.exchange import TimeLimits
from tui_lab.sandbox.faults import FAULTS
from tui_lab.sandbox.handler import Sandbox
from tui_lab.sandbox.scenarios import SCENARIOS

pytestmark = pytest.mark.anyio

NOON = 1_795_348_800
RETRY = ("retry-after", "retry-after-ms")
BRIEF = TimeLimits(first_event_s=0.02, idle_s=0.02, total_s=0.05)
SAID = "Say hello to the"
"""The beginning of the echo: four pieces."""

REFUSALS: dict[str, tuple[ErrorKind, int, float | None]] = {
    "429": (ErrorKind.RATE_LIMIT, 429, 1),
    "429-seconds": (ErrorKind.RATE_LIMIT, 429, 7),
    "429-date": (ErrorKind.RATE_LIMIT, 429, 7),
    "429-ms": (ErrorKind.RATE_LIMIT, 429, 1.5),
    "429-body": (ErrorKind.RATE_LIMIT, 429, 7),
    "429-none": (ErrorKind.RATE_LIMIT, 429, None),
    "429-quota": (ErrorKind.QUOTA, 429, None),
    "401": (ErrorKind.AUTH, 401, None),
    "402": (ErrorKind.QUOTA, 402, None),
    "403": (ErrorKind.PERMISSION, 403, None),
    "404": (ErrorKind.NOT_FOUND, 404, None),
    "413": (ErrorKind.BAD_REQUEST, 413, None),
    "500": (ErrorKind.SERVER, 500, None),
    "503": (ErrorKind.SERVER, 503, None),
    "529": (ErrorKind.SERVER, 529, None),
    "context": (ErrorKind.CONTEXT_OVERFLOW, 400, None),
}
"""Kind, status and advice to wait, in every dialect, streamed or not."""

BREAKAGES: dict[str, tuple[ErrorKind, str]] = {
    "json-error": (ErrorKind.SERVER, ""),
    "empty": (ErrorKind.PROTOCOL, ""),
    "html": (ErrorKind.PROTOCOL, ""),
    "drip": (ErrorKind.TIMEOUT, ""),
    "error-in-stream": (ErrorKind.SERVER, SAID),
    "cut": (ErrorKind.PROTOCOL, SAID),
    "stall": (ErrorKind.TIMEOUT, SAID),
    "garbage": (ErrorKind.PROTOCOL, ""),
}
"""Kind, and the text that a stream tells before."""


def test_the_tables_name_every_fault() -> None:
    assert {*REFUSALS, *BREAKAGES, "bad-utf8"} == set(FAULTS)


@every_dialect
@streamed_or_not
@pytest.mark.parametrize("fault", REFUSALS)
async def test_a_refusal_is_understood(spoken: str, stream: bool, fault: str) -> None:
    told = await ask(spoken, stream=stream, fault=fault)
    error = told.error
    assert (error.kind, error.status, error.retry_after_s) == REFUSALS[fault]
    assert not told.events


@every_dialect
@streamed_or_not
@pytest.mark.parametrize("fault", BREAKAGES)
async def test_a_broken_answer_is_understood(spoken: str, stream: bool, fault: str) -> None:
    told = await ask(spoken, stream=stream, fault=fault, limits=BRIEF)
    kind, said = BREAKAGES[fault]
    assert told.error.kind is kind
    assert told.text == (said if stream else "")
    assert any(isinstance(event, Started) for event in told.events) == bool(told.text)


@every_dialect
@streamed_or_not
async def test_bytes_that_are_no_utf8_cost_no_more_than_themselves(
    spoken: str, stream: bool
) -> None:
    told = await ask(spoken, stream=stream, fault="bad-utf8")
    assert told.text.startswith("Say\ufffd hello\ufffd to\ufffd")
    assert told.text.replace("\ufffd", "") == PROMPT
    assert told.finished


@every_dialect
async def test_an_overflow_carries_its_numbers(spoken: str) -> None:
    message = (await ask(spoken, fault="context")).error.message
    numbers = [int(word.strip("().")) for word in message.split() if word.strip("().").isdigit()]
    if spoken == "ollama":  # which tells only the difference
        assert numbers == [25]
    else:
        assert max(numbers) - min(numbers) == 25


@every_dialect
@pytest.mark.parametrize("model", SCENARIOS)
async def test_any_model_can_be_made_to_fail(spoken: str, model: str) -> None:
    cut = await ask(spoken, model, fault="cut")
    assert cut.error.kind is ErrorKind.PROTOCOL
    assert (await ask(spoken, model, fault="401")).error.kind is ErrorKind.AUTH


@every_dialect
async def test_a_fault_comes_every_time(spoken: str) -> None:
    sandbox = Sandbox(sleep=no_wait)
    for _ in range(3):
        refused = await ask(spoken, "flaky", sandbox=sandbox, fault="500")
        assert refused.error.status == 500


@every_dialect
@pytest.mark.parametrize("name", ["teapot", "", "429 "])
async def test_a_name_that_no_fault_has_is_refused_with_those_there_are(
    spoken: str, name: str
) -> None:
    path, body = REQUESTS[spoken]
    answer = await asked_with(name, path, body)
    words = (await body_of(answer)).decode()
    assert answer.status == 400
    assert f"x-sandbox-fault cannot be {name!r}" in words
    assert all(fault in words for fault in FAULTS)


# On the wire

TURN = {"messages": [{"role": "user", "content": "Hi"}], "model": "echo", "max_tokens": 9}
CHAT: tuple[str, Any] = ("/v1/chat/completions", TURN | {"stream": True})
GEMINI: tuple[str, Any] = (
    "/v1beta/models/echo:streamGenerateContent?alt=sse",
    {"contents": [{"parts": [{"text": "Hi"}]}]},
)
REQUESTS: dict[str, tuple[str, Any]] = {
    "openai-chat": CHAT,
    "openai-responses": ("/v1/responses", {"model": "echo", "input": "Hi", "stream": True}),
    "anthropic": ("/v1/messages", TURN | {"stream": True}),
    "gemini": GEMINI,
    "ollama": ("/api/chat", TURN),
}


async def asked_with(fault: str, path: str, body: Any) -> HttpAnswer:
    sandbox = Sandbox(sleep=no_wait, now=lambda: NOON)
    return await sandbox("POST", path, {"x-sandbox-fault": fault}, json.dumps(body).encode())


async def body_of(answer: HttpAnswer) -> bytes:
    return b"".join([chunk async for chunk in answer.body])


@pytest.mark.parametrize(
    ("fault", "hints"),
    [
        ("429", {"retry-after": "1"}),
        ("429-seconds", {"retry-after": "7"}),
        ("429-ms", {"retry-after-ms": "1500", "retry-after": "2"}),
        (
            "429-date",
            {
                "date": "Sun, 22 Nov 2026 12:00:00 GMT",
                "retry-after": "Sun, 22 Nov 2026 12:00:07 GMT",
            },
        ),
        ("429-body", {}),
        ("429-none", {}),
        ("429-quota", {}),
    ],
)
async def test_each_hint_has_its_own_place(fault: str, hints: dict[str, str]) -> None:
    answer = await asked_with(fault, *CHAT)
    told = {name: answer.headers[name] for name in answer.headers if name in ("date", *RETRY)}
    assert told == hints
    assert (b"try again in" in await body_of(answer)) == (fault in ("429", "429-body"))


async def test_gemini_tells_a_wait_in_the_body_alone() -> None:
    for fault, seconds in (("429", "1s"), ("429-body", "7s")):
        answer = await asked_with(fault, *GEMINI)
        assert not {*RETRY} & set(answer.headers)
        assert json.loads(await body_of(answer))["error"]["details"] == [
            {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": seconds}
        ]
    bare = json.loads(await body_of(await asked_with("429-none", *GEMINI)))
    assert "details" not in bare["error"]


@pytest.mark.parametrize(
    ("spoken", "words"),
    [
        ("openai-chat", {"type": "insufficient_quota", "code": "credit_balance_exhausted"}),
        ("openai-responses", {"type": "insufficient_quota", "code": "credit_balance_exhausted"}),
        ("anthropic", {"type": "billing_error"}),
        ("gemini", {"status": "RESOURCE_EXHAUSTED", "code": 429}),
    ],
)
async def test_money_is_told_in_the_words_of_the_provider(
    spoken: str, words: dict[str, Any]
) -> None:
    error = json.loads(await body_of(await asked_with("429-quota", *REQUESTS[spoken])))["error"]
    assert words.items() <= error.items()


OVERLOADED = "The server is overloaded or not ready yet."


@pytest.mark.parametrize(
    ("spoken", "last"),
    [
        (
            "openai-chat",
            f'data: {{"error":{{"message":"{OVERLOADED}","type":"server_error","param":null,'
            '"code":null}}\n\n',
        ),
        (
            "anthropic",
            'event: error\ndata: {"type":"error","error":{"type":"overloaded_error",'
            f'"message":"{OVERLOADED}"}},"request_id":"req_sandbox0000000000001"}}\n\n',
        ),
        (
            "gemini",
            f'data: {{"error": {{"code": 503,"message": "{OVERLOADED}",'
            '"status": "UNAVAILABLE"}}\r\n\r\n',
        ),
        ("ollama", f'{{"error":"{OVERLOADED}"}}\n'),
    ],
)
async def test_an_error_in_a_stream_has_the_framing_of_the_stream(spoken: str, last: str) -> None:
    answer = await asked_with("error-in-stream", *REQUESTS[spoken])
    assert answer.status == 200
    assert (await body_of(answer)).decode().endswith(last)


async def test_responses_tell_an_error_and_then_that_they_failed() -> None:
    body = await body_of(await asked_with("error-in-stream", *REQUESTS["openai-responses"]))
    blocks = body.decode().strip().split("\n\n")
    error, failed = (json.loads(block.partition("\ndata: ")[2]) for block in blocks[-2:])
    assert (error["type"], error["error"]["message"]) == ("error", OVERLOADED)
    assert failed["sequence_number"] == error["sequence_number"] + 1 == len(blocks) - 1
    assert failed["response"]["status"] == "failed"
    assert failed["response"]["error"] == {"code": "server_error", "message": OVERLOADED}


async def test_an_error_in_geminis_array_leaves_it_an_array() -> None:
    path = "/v1beta/models/echo:streamGenerateContent"
    chunks = json.loads(await body_of(await asked_with("error-in-stream", path, GEMINI[1])))
    assert [next(iter(chunk)) for chunk in chunks] == ["candidates", "error"]


async def test_an_empty_stream_is_a_success_without_a_byte() -> None:
    answer = await asked_with("empty", *CHAT)
    assert (answer.status, await body_of(answer)) == (200, b"")
    assert answer.headers["content-type"].startswith("text/event-stream")


async def test_a_drip_goes_on_for_ever_at_the_pace_of_the_model() -> None:
    waits: list[float] = []

    async def sleep(seconds: float) -> None:
        waits.append(seconds)

    path, body = CHAT
    headers = {"x-sandbox-fault": "drip", "x-sandbox-pace": "4"}
    answer = await Sandbox(sleep=sleep)("POST", path, headers, json.dumps(body).encode())
    pieces = [await anext(answer.body) for _ in range(1000)]
    assert set(pieces) == {b"\n"}
    assert set(waits) == {0.25}


async def test_a_json_error_is_a_success_by_its_status_alone() -> None:
    answer = await asked_with("json-error", *CHAT)
    assert (answer.status, answer.headers["content-type"]) == (200, "application/json")
    assert json.loads(await body_of(answer))["error"]["type"] == "server_error"


async def test_garbage_keeps_its_frames_and_loses_its_json() -> None:
    frames = (await body_of(await asked_with("garbage", *CHAT))).split(b"\n\n")
    assert all(frame.startswith(b"data: <") for frame in frames[:-2])
    assert frames[-2:] == [b"data: [DONE]", b""]


async def test_bad_utf8_is_really_bad() -> None:
    with pytest.raises(UnicodeDecodeError):
        (await body_of(await asked_with("bad-utf8", *CHAT))).decode()


async def test_the_option_takes_every_failure_and_no_other() -> None:
    option = load_catalogue()["sandbox"].options["fault"]
    assert option.choices == tuple(FAULTS)
    with pytest.raises(LabError) as raised:
        option.check("sandbox.fault", "429-second")
    assert raised.value.hint == "did you mean 429-seconds?"
