"""The simulated models, in the words of the real dialects."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from typing import Any

import pytest

from tui_lab.core.handler import HttpAnswer
from tui_lab.sandbox.handler import Sandbox
from tui_lab.sandbox.scenarios import SCENARIOS
from tui_lab.sandbox.texts import HOSTILE

pytestmark = pytest.mark.anyio

CHAT, MESSAGES = "/v1/chat/completions", "/v1/messages"
NOON = 1_795_348_800


async def no_wait(seconds: float) -> None:
    """Time flies."""


def a_sandbox() -> Sandbox:
    return Sandbox(sleep=no_wait, now=lambda: NOON)


async def ask(
    sandbox: Sandbox,
    path: str = CHAT,
    model: str = "echo",
    prompt: str = "Say hello.",
    headers: Mapping[str, str] | None = None,
    **body: Any,
) -> HttpAnswer:
    given: dict[str, Any] = {
        "model": model,
        "messages": [{"role": "user", "content": prompt}],
        "max_tokens": 10_000,
    }
    return await sandbox("POST", path, headers or {}, json.dumps(given | body).encode())


async def body_of(answer: HttpAnswer) -> bytes:
    return b"".join([chunk async for chunk in answer.body])


async def json_of(answer: HttpAnswer) -> Any:
    return json.loads(await body_of(answer))


async def events(answer: HttpAnswer) -> list[Any]:
    """The data of each event, `[DONE]` as a text."""
    blocks = (await body_of(answer)).decode().split("\n\n")
    assert blocks.pop() == ""
    data = [block.rpartition("data: ")[2] for block in blocks]
    return [one if one == "[DONE]" else json.loads(one) for one in data]


def chat_text(chunks: list[Any], field: str = "content") -> str:
    deltas = [chunk["choices"][0]["delta"] for chunk in chunks[:-1] if chunk["choices"]]
    return "".join(delta.get(field) or "" for delta in deltas)


def message_text(found: list[Any], kind: str = "text") -> str:
    return "".join(one["delta"].get(kind, "") for one in found if "delta" in one)


async def test_a_chat_stream_has_the_framing_of_openai() -> None:
    answer = await ask(a_sandbox(), stream=True, stream_options={"include_usage": True})
    head = (
        '"id":"chatcmpl-sandbox00000000000000001","object":"chat.completion.chunk",'
        f'"created":{NOON},"model":"echo","service_tier":"default",'
        '"system_fingerprint":"fp_sandbox"'
    )
    assert answer.status == 200
    assert answer.headers["content-type"] == "text/event-stream; charset=utf-8"
    lines = (await body_of(answer)).decode().split("\n\n")
    assert lines[:2] == [
        f'data: {{{head},"choices":[{{"index":0,"delta":{{"role":"assistant","content":"",'
        '"refusal":null},"logprobs":null,"finish_reason":null}],"usage":null}',
        f'data: {{{head},"choices":[{{"index":0,"delta":{{"content":"Say"}},"logprobs":null,'
        '"finish_reason":null}],"usage":null}',
    ]
    assert lines[-4] == (
        f'data: {{{head},"choices":[{{"index":0,"delta":{{}},"logprobs":null,'
        '"finish_reason":"stop"}],"usage":null}'
    )
    usage = json.loads(lines[-3].removeprefix("data: "))
    assert usage["choices"] == []
    assert usage["usage"]["completion_tokens"] == 3
    assert lines[-2:] == ["data: [DONE]", ""]


async def test_a_chat_stream_tells_no_usage_unasked() -> None:
    chunks = await events(await ask(a_sandbox(), stream=True))
    assert chunks[-1] == "[DONE]"
    assert not any("usage" in chunk for chunk in chunks[:-1])
    assert chunks[-2]["choices"][0]["finish_reason"] == "stop"


async def test_a_message_stream_has_the_framing_of_anthropic() -> None:
    answer = await ask(a_sandbox(), MESSAGES, stream=True, prompt="Hi")
    assert answer.headers["request-id"] == "req_sandbox0000000000001"
    assert await body_of(answer) == (
        b'event: message_start\ndata: {"type":"message_start","message":{"model":"echo",'
        b'"id":"msg_sandbox00000000000000001","type":"message","role":"assistant","content":[],'
        b'"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":8,'
        b'"cache_creation_input_tokens":0,"cache_read_input_tokens":0,"output_tokens":1}}}\n\n'
        b'event: content_block_start\ndata: {"type":"content_block_start","index":0,'
        b'"content_block":{"type":"text","text":""}}\n\n'
        b'event: ping\ndata: {"type": "ping"}\n\n'
        b'event: content_block_delta\ndata: {"type":"content_block_delta","index":0,'
        b'"delta":{"type":"text_delta","text":"Hi"}}\n\n'
        b'event: content_block_stop\ndata: {"type":"content_block_stop","index":0}\n\n'
        b'event: message_delta\ndata: {"type":"message_delta","delta":{"stop_reason":"end_turn",'
        b'"stop_sequence":null},"usage":{"input_tokens":8,"cache_creation_input_tokens":0,'
        b'"cache_read_input_tokens":0,"output_tokens":1}}\n\n'
        b'event: message_stop\ndata: {"type":"message_stop"}\n\n'
    )


async def test_unstreamed_answers_say_the_same() -> None:
    chat = await json_of(await ask(a_sandbox()))
    assert chat["object"] == "chat.completion"
    assert chat["choices"][0]["message"]["content"] == "Say hello."
    assert chat["usage"]["total_tokens"] == chat["usage"]["prompt_tokens"] + 3
    message = await json_of(await ask(a_sandbox(), MESSAGES))
    assert message["content"] == [{"type": "text", "text": "Say hello."}]
    assert (message["stop_reason"], message["usage"]["output_tokens"]) == ("end_turn", 3)


@pytest.mark.parametrize("path", ["/chat/completions", "/messages"])
async def test_the_version_may_be_left_out_of_the_path(path: str) -> None:
    assert (await ask(a_sandbox(), path)).status == 200


async def test_the_echo_is_of_the_last_thing_the_user_said() -> None:
    said = [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "one"},
        {"role": "assistant", "content": "two"},
        {
            "role": "user",
            "content": [{"type": "text", "text": "thr\ud800ee"}, {"type": "image_url"}],
        },
    ]
    chat = await json_of(await ask(a_sandbox(), messages=said))
    assert chat["choices"][0]["message"]["content"] == "thr\ud800ee"


@pytest.mark.parametrize("tokens", [1, 2, 37, 600, 5000])
@pytest.mark.parametrize("model", ["echo", "markdown", "fast", "reasoner", "hostile", "drop"])
async def test_an_answer_has_the_length_asked_for(model: str, tokens: int) -> None:
    answer = await ask(
        a_sandbox(),
        model=model,
        stream=True,
        headers={"x-sandbox-tokens": str(tokens)},
    )
    chunks = 0
    try:
        async for chunk in answer.body:
            chunks += b'"content":' in chunk or b'"reasoning_content":' in chunk
    except ConnectionResetError:
        assert model == "drop"
    assert chunks == tokens + 1  # the first one carries the role


async def test_the_seed_decides_the_text() -> None:
    async def text(**changes: Any) -> str:
        answer = await json_of(await ask(a_sandbox(), model="markdown", **changes))
        return str(answer["choices"][0]["message"]["content"])

    assert await text(seed=1) == await text(seed=1) == await text(headers={"x-sandbox-seed": "1"})
    assert len({await text(seed=seed) for seed in range(5)}) == 5
    assert await text(prompt="one") != await text(prompt="two")


async def test_markdown_has_every_kind_of_block() -> None:
    chat = await json_of(await ask(a_sandbox(), model="markdown"))
    text = chat["choices"][0]["message"]["content"]
    assert chat["usage"]["completion_tokens"] == 600
    for mark in ("# ", "## ", "- ", "1. ", "> ", "|---", "```python", "```json", "```bash"):
        assert f"\n{mark}" in f"\n{text}"
    assert "```sql" in text
    assert "```diff" in text
    assert text.count("```") % 2 == 0


async def test_the_reasoner_thinks_before_it_answers() -> None:
    chunks = await events(
        await ask(
            a_sandbox(), model="reasoner", stream=True, stream_options={"include_usage": True}
        )
    )
    assert chat_text(chunks, "reasoning_content")
    assert chat_text(chunks)
    assert chunks[-2]["usage"]["completion_tokens_details"]["reasoning_tokens"] == 120
    found = await events(await ask(a_sandbox(), MESSAGES, model="reasoner", stream=True))
    kinds = [one["content_block"]["type"] for one in found if "content_block" in one]
    assert kinds == ["thinking", "text"]
    assert found[-2]["usage"]["output_tokens_details"] == {"thinking_tokens": 120}
    assert any(one.get("delta", {}).get("type") == "signature_delta" for one in found)


async def test_hostile_text_arrives_whole_and_spread_over_pieces() -> None:
    chunks = await events(await ask(a_sandbox(), model="hostile", stream=True))
    assert chat_text(chunks) == "".join(HOSTILE)
    pieces = [chunk["choices"][0]["delta"].get("content", "") for chunk in chunks[1:-1]]
    assert not any("\x1b]52;c;cm0gLXJmIH4=\x07" in piece for piece in pieces)
    found = await events(await ask(a_sandbox(), MESSAGES, model="hostile", stream=True))
    assert message_text(found) == "".join(HOSTILE)


async def test_the_refuser_refuses_as_each_provider_does() -> None:
    chunks = await events(await ask(a_sandbox(), model="refuser", stream=True))
    assert chat_text(chunks, "refusal").startswith("I'm sorry")
    assert chat_text(chunks) == ""
    assert chunks[-2]["choices"][0]["finish_reason"] == "stop"
    chat = await json_of(await ask(a_sandbox(), model="refuser"))
    assert chat["choices"][0]["message"]["content"] is None
    found = await events(await ask(a_sandbox(), MESSAGES, model="refuser", stream=True))
    assert found[-2]["delta"]["stop_reason"] == "refusal"
    assert found[-2]["delta"]["stop_details"]["explanation"].startswith("I'm sorry")
    message = await json_of(await ask(a_sandbox(), MESSAGES, model="refuser"))
    assert (message["content"], message["stop_reason"]) == ([], "refusal")


@pytest.mark.parametrize("path", [CHAT, MESSAGES])
async def test_the_flaky_one_answers_when_asked_again(path: str) -> None:
    sandbox = a_sandbox()
    statuses = [(await ask(sandbox, path, "flaky")).status for _ in range(4)]
    assert statuses == [429, 200, 429, 200]
    assert (await ask(sandbox, path, "flaky", prompt="another")).status == 429


async def test_a_rate_limit_says_when_to_come_again() -> None:
    chat = await ask(a_sandbox(), model="flaky")
    message = await ask(a_sandbox(), MESSAGES, "flaky")
    assert chat.headers["retry-after"] == message.headers["retry-after"] == "1"
    assert chat.headers["x-ratelimit-remaining-requests"] == "0"
    assert (await json_of(chat))["error"]["code"] == "rate_limit_exceeded"
    assert (await json_of(message))["error"]["type"] == "rate_limit_error"


@pytest.mark.parametrize("path", [CHAT, MESSAGES])
async def test_the_one_that_is_down_is_down(path: str) -> None:
    answer = await ask(a_sandbox(), path, "down")
    assert answer.status == 503
    assert "overloaded" in (await json_of(answer))["error"]["message"]


@pytest.mark.parametrize("path", [CHAT, MESSAGES])
async def test_a_dropped_stream_has_text_and_no_end(path: str) -> None:
    answer = await ask(a_sandbox(), path, "drop", stream=True)
    received: list[bytes] = []
    with pytest.raises(ConnectionResetError):
        await collect(answer, received)
    assert len(received) > 20
    assert b'finish_reason":"stop' not in b"".join(received)
    assert b"message_stop" not in b"".join(received)


async def test_an_unstreamed_answer_can_be_dropped_too() -> None:
    with pytest.raises(ConnectionResetError):
        await body_of(await ask(a_sandbox(), model="drop"))


async def test_a_stalled_stream_says_something_and_then_nothing() -> None:
    answer = await ask(a_sandbox(), model="stall", stream=True)
    received: list[bytes] = []

    reading = asyncio.create_task(collect(answer, received))
    while len(received) < 41:
        await asyncio.sleep(0)
    for _ in range(100):
        await asyncio.sleep(0)
    assert not reading.done()
    assert len(received) == 41
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading


async def collect(answer: HttpAnswer, received: list[bytes]) -> None:
    async for chunk in answer.body:
        received.append(chunk)


async def test_limits_end_an_answer_as_each_provider_says() -> None:
    sandbox = a_sandbox()
    chat = await json_of(await ask(sandbox, model="markdown", max_tokens=5))
    assert chat["choices"][0]["finish_reason"] == "length"
    assert chat["usage"]["completion_tokens"] == 5
    newer = await json_of(await ask(sandbox, max_completion_tokens=1))
    assert newer["choices"][0]["message"]["content"] == "Say"
    message = await json_of(await ask(sandbox, MESSAGES, max_tokens=1))
    assert message["stop_reason"] == "max_tokens"


async def test_stop_sequences_end_an_answer_as_each_provider_says() -> None:
    sandbox = a_sandbox()
    chat = await json_of(await ask(sandbox, stop=" hel"))
    assert chat["choices"][0]["message"]["content"] == "Say"
    assert chat["choices"][0]["finish_reason"] == "stop"
    message = await json_of(await ask(sandbox, MESSAGES, stop_sequences=["lo", "zz"]))
    assert message["content"][0]["text"] == "Say hel"
    assert (message["stop_reason"], message["stop_sequence"]) == ("stop_sequence", "lo")


async def test_logprobs_come_with_each_token() -> None:
    chunks = await events(await ask(a_sandbox(), stream=True, logprobs=True, top_logprobs=3))
    content = [chunk["choices"][0]["logprobs"] for chunk in chunks[1:-2]]
    tokens = [one["content"][0] for one in content]
    assert [token["token"] for token in tokens] == ["Say", " hello", "."]
    for token in tokens:
        ranked = [other["logprob"] for other in token["top_logprobs"]]
        assert len(ranked) == 3
        assert ranked == sorted(ranked, reverse=True)
        assert token["logprob"] == ranked[0] < 0
    whole = await json_of(await ask(a_sandbox(), logprobs=True))
    told = whole["choices"][0]["logprobs"]["content"]
    assert [token["token"] for token in told] == ["Say", " hello", "."]
    assert told[0]["top_logprobs"] == []


async def test_each_piece_has_its_time_and_no_delay_adds_up() -> None:
    clock, waits = [100.0], []

    async def late(seconds: float) -> None:
        waits.append(seconds)
        clock[0] += seconds + 0.125

    sandbox = Sandbox(sleep=late, clock=lambda: clock[0])
    headers = {"x-sandbox-pace": "4"}
    await body_of(await ask(sandbox, prompt="a b c d", headers=headers, stream=True))
    assert waits == [0.25, 0.125, 0.125, 0.125]


async def test_a_pace_of_zero_never_waits() -> None:
    waits = []

    async def sleep(seconds: float) -> None:
        waits.append(seconds)

    await body_of(await ask(Sandbox(sleep=sleep), model="slow", headers={"x-sandbox-pace": "0"}))
    assert set(waits) == {0.0}


async def test_the_models_are_listed_in_both_dialects() -> None:
    chat = await a_sandbox()("GET", "/v1/models", {}, b"")
    assert [one["id"] for one in (await json_of(chat))["data"]] == list(SCENARIOS)
    version = {"anthropic-version": "2023-06-01"}
    listed = await json_of(await a_sandbox()("GET", "/models?limit=1", version, b""))
    assert listed["data"][0]["type"] == "model"
    assert listed["has_more"] is False


async def test_an_unknown_model_is_told_in_the_words_of_the_provider() -> None:
    chat, message = await ask(a_sandbox(), model="no"), await ask(a_sandbox(), MESSAGES, "no")
    assert chat.status == message.status == 404
    assert (await json_of(chat))["error"] == {
        "message": "The model `no` does not exist or you do not have access to it.",
        "type": "invalid_request_error",
        "param": None,
        "code": "model_not_found",
    }
    assert await json_of(message) == {
        "type": "error",
        "error": {"type": "not_found_error", "message": "model: no"},
        "request_id": "req_sandbox0000000000001",
    }


@pytest.mark.parametrize("path", [CHAT, MESSAGES])
@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b"\xff", b"[" * 100_000, b"{}"])
async def test_a_body_that_makes_no_sense_is_refused(path: str, body: bytes) -> None:
    answer = await a_sandbox()("POST", path, {}, body)
    assert answer.status == 400
    assert (await json_of(answer))["error"]["type"] == "invalid_request_error"


@pytest.mark.parametrize(
    ("path", "changes"),
    [
        (CHAT, {"messages": []}),
        (CHAT, {"messages": ["hello"]}),
        (CHAT, {"messages": [{"role": "robot", "content": "x"}]}),
        (CHAT, {"max_tokens": 0}),
        (CHAT, {"max_tokens": "many"}),
        (CHAT, {"max_completion_tokens": True}),
        (CHAT, {"stop": [1]}),
        (CHAT, {"stop": {"a": 1}}),
        (CHAT, {"top_logprobs": 21}),
        (CHAT, {"model": None}),
        (MESSAGES, {"max_tokens": None}),
        (MESSAGES, {"messages": []}),
        (MESSAGES, {"messages": [{"role": "system", "content": "x"}]}),
        (MESSAGES, {"messages": [{"role": "user"}]}),
        (CHAT, {"headers": {"x-sandbox-pace": "quick"}}),
        (CHAT, {"headers": {"x-sandbox-pace": "-1"}}),
        (CHAT, {"headers": {"x-sandbox-pace": "nan"}}),
        (CHAT, {"headers": {"x-sandbox-tokens": "0"}}),
        (CHAT, {"headers": {"x-sandbox-tokens": "1e6"}}),
        (CHAT, {"headers": {"x-sandbox-tokens": "9999999"}}),
    ],
)
async def test_a_request_that_makes_no_sense_is_refused(path: str, changes: dict[str, Any]) -> None:
    assert (await ask(a_sandbox(), path, **changes)).status == 400


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", CHAT, 405),
        ("DELETE", MESSAGES, 405),
        ("POST", "/v1/models", 405),
        ("GET", "/", 404),
        ("POST", "/v1/embeddings", 404),
        ("HEAD", "/v1/models", 200),
    ],
)
async def test_other_paths_and_methods_are_refused(method: str, path: str, status: int) -> None:
    answer = await a_sandbox()(method, path, {}, b"{}")
    assert answer.status == status
    assert await json_of(answer)
