"""The sandbox read by the lab's own dialects: the same models, whatever the words."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.sandbox.asking import PROMPT, ask, every_dialect, no_wait, streamed_or_not
from tui_lab.core.errors import ErrorKind
from tui_lab.core.events import Finished, FinishReason, Started
from tui_lab.core.messages import Message
from tui_lab.core.tokens import estimate_messages
from tui_lab.providers.dialects import DIALECT_IDS
from tui_lab.sandbox.handler import Sandbox
from tui_lab.sandbox.scenarios import SCENARIOS
from tui_lab.sandbox.texts import HOSTILE

pytestmark = pytest.mark.anyio


@every_dialect
@streamed_or_not
@pytest.mark.parametrize("model", ["echo", "markdown", "fast", "reasoner"])
async def test_a_model_says_the_same_in_every_dialect(
    spoken: str, stream: bool, model: str
) -> None:
    expected = await ask("openai-chat", model)
    told = await ask(spoken, model, stream=stream, system="Be brief.")
    assert (told.text, told.reasoning) == (expected.text, expected.reasoning)
    assert told.end == Finished(FinishReason.STOP, told.finished.raw_reason, model)
    assert told.usage.output_tokens == expected.usage.output_tokens
    turns = [Message.of("user", text) for text in ("1", "2", PROMPT)]
    assert told.usage.input_tokens == estimate_messages("Be brief.", turns)
    if spoken != "ollama":  # which does not tell
        assert (told.usage.reasoning_tokens or 0) == (expected.usage.reasoning_tokens or 0)


@every_dialect
@streamed_or_not
async def test_hostile_text_arrives_whole(spoken: str, stream: bool) -> None:
    told = await ask(spoken, "hostile", stream=stream)
    lone = "?" if spoken == "gemini" else "\ufffd"
    assert told.text == "".join(HOSTILE).replace("\ud800", lone)


@every_dialect
@streamed_or_not
async def test_the_refuser_refuses_as_each_provider_does(spoken: str, stream: bool) -> None:
    told = await ask(spoken, "refuser", stream=stream)
    words = {"ollama": told.text, "anthropic": "".join(told.notes), "gemini": "".join(told.notes)}
    assert words.get(spoken, told.refusal).startswith("I'm sorry")
    reasons = {"anthropic": FinishReason.REFUSAL, "gemini": FinishReason.CONTENT_FILTER}
    assert told.finished.reason is reasons.get(spoken, FinishReason.STOP)
    assert spoken == "ollama" or not told.text


@every_dialect
@streamed_or_not
async def test_a_limit_ends_an_answer(spoken: str, stream: bool) -> None:
    told = await ask(spoken, "markdown", stream=stream, max_tokens=5)
    assert told.finished.reason is FinishReason.LENGTH
    assert told.usage.output_tokens == 5


@pytest.mark.parametrize("spoken", [one for one in DIALECT_IDS if one != "openai-responses"])
@streamed_or_not
async def test_a_stop_sequence_ends_an_answer(spoken: str, stream: bool) -> None:
    told = await ask(spoken, stream=stream, stop=(" to",))
    assert (told.text, told.finished.reason) == ("Say hello", FinishReason.STOP)


@pytest.mark.parametrize("spoken", [one for one in DIALECT_IDS if one != "anthropic"])
@streamed_or_not
async def test_logprobs_come_with_each_token(spoken: str, stream: bool) -> None:
    told = await ask(spoken, stream=stream, logprobs=2)
    assert "".join(token["token"] for token in told.logprobs) == told.text
    for token in told.logprobs:
        assert 0 > token["logprob"] == token["top"][0]["logprob"] > token["top"][1]["logprob"]
    assert not (await ask(spoken, stream=stream)).logprobs


@every_dialect
@streamed_or_not
async def test_the_flaky_one_says_when_to_come_again_and_then_answers(
    spoken: str, stream: bool
) -> None:
    sandbox = Sandbox(sleep=no_wait)
    refused = (await ask(spoken, "flaky", stream=stream, sandbox=sandbox)).error
    assert (refused.kind, refused.retry_after_s) == (ErrorKind.RATE_LIMIT, 1)
    assert (await ask(spoken, "flaky", stream=stream, sandbox=sandbox)).text


@every_dialect
@streamed_or_not
@pytest.mark.parametrize(
    ("model", "kind"),
    [("down", ErrorKind.SERVER), ("drop", ErrorKind.NETWORK), ("nobody", ErrorKind.NOT_FOUND)],
)
async def test_failures_are_told_apart(
    spoken: str, stream: bool, model: str, kind: ErrorKind
) -> None:
    told = await ask(spoken, model, stream=stream)
    assert told.error.kind is kind
    assert bool(told.text) == (model == "drop" and stream)


@every_dialect
async def test_every_answer_has_a_name_where_the_dialect_knows_one(spoken: str) -> None:
    started = (await ask(spoken)).events[0]
    assert isinstance(started, Started)
    assert bool(started.request_id) == (spoken != "ollama")


async def get(path: str, method: str = "GET", body: bytes = b"", **headers: str) -> Any:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    answer = await Sandbox()(method, path, named, body)
    assert answer.status == 200
    return json.loads(b"".join([chunk async for chunk in answer.body]))


async def test_gemini_lists_its_models() -> None:
    for listed in (await get("/v1beta/models"), await get("/models", x_goog_api_key="any")):
        assert [one["name"] for one in listed["models"]] == [f"models/{id}" for id in SCENARIOS]
        assert listed["models"][0]["supportedGenerationMethods"] == ["generateContent"]


async def test_ollama_lists_and_shows_its_models_and_has_a_version() -> None:
    assert [one["name"] for one in (await get("/api/tags"))["models"]] == list(SCENARIOS)
    shown = await get("/api/show", "POST", b'{"model": "echo"}')
    assert shown["model_info"]["sandbox.context_length"] == 131_072
    assert (await get("/api/version"))["version"]


async def post(path: str, body: Any) -> tuple[int, str, bytes]:
    answer = await Sandbox(sleep=no_wait)("POST", path, {}, json.dumps(body).encode())
    data = b"".join([chunk async for chunk in answer.body])
    return answer.status, answer.headers["content-type"], data


HELLO = {"contents": [{"parts": [{"text": "Hi"}]}]}


async def test_gemini_streams_as_google_frames_it() -> None:
    path = "/v1beta/models/echo:streamGenerateContent"
    _, kind, events = await post(f"{path}?alt=sse", HELLO)
    assert kind == "text/event-stream"
    assert events.startswith(b'data: {"candidates": [{"content": {"parts": [{"text": "Hi"}],')
    assert events.endswith(b"}\r\n\r\n")
    _, kind, array = await post(path, HELLO)
    assert kind.startswith("application/json")
    chunks = json.loads(array)
    assert [chunk["candidates"][0].get("finishReason") for chunk in chunks] == [None, "STOP"]
    assert b"[{\n" in array


async def test_responses_number_their_events_and_end_with_the_whole() -> None:
    body = {"model": "reasoner", "input": "Hi", "stream": True}
    _, _, data = await post("/v1/responses", body)
    blocks = data.decode().strip().split("\n\n")
    events = [json.loads(block.partition("\ndata: ")[2]) for block in blocks]
    assert [f"event: {event['type']}" for event in events] == [b.split("\n")[0] for b in blocks]
    assert [event["sequence_number"] for event in events] == list(range(len(events)))
    _, _, unstreamed = await post("/v1/responses", body | {"stream": False})
    ending = events[-1]["response"]
    assert ending["output"] == json.loads(unstreamed)["output"]
    assert [item["type"] for item in ending["output"]] == ["reasoning", "message"]
    said = "".join(e["delta"] for e in events if e["type"] == "response.output_text.delta")
    assert said == ending["output"][1]["content"][0]["text"]


async def test_ollama_streams_lines_unless_told_not_to() -> None:
    body: dict[str, Any] = {"model": "echo", "messages": [{"role": "user", "content": "Hi"}]}
    _, kind, data = await post("/api/chat", body)
    assert kind == "application/x-ndjson"
    lines = [json.loads(line) for line in data.splitlines()]
    assert [line["done"] for line in lines] == [False, True]
    _, kind, data = await post("/api/chat", body | {"stream": False})
    assert (kind, json.loads(data)["message"]["content"]) == ("application/json", "Hi")


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v1/responses", {}),
        ("/v1/responses", {"model": "echo"}),
        ("/v1/responses", {"model": "echo", "input": ["Hi"]}),
        ("/v1/responses", {"model": "echo", "input": "Hi", "max_output_tokens": 0}),
        ("/v1beta/models/echo:generateContent", {}),
        ("/v1beta/models/echo:generateContent", {"contents": ["Hi"]}),
        ("/v1beta/models/echo:generateContent", HELLO | {"generationConfig": 1}),
        ("/v1beta/models/echo:generateContent", {"contents": [{"role": "x", "parts": []}]}),
        ("/api/chat", {}),
        ("/api/chat", {"model": "echo"}),
        ("/api/chat", {"model": "echo", "messages": ["Hi"]}),
        ("/api/chat", {"model": "echo", "messages": [{"role": "user", "content": 1}]}),
        ("/api/chat", {"model": "echo", "messages": ["Hi"], "options": 1}),
    ],
)
async def test_a_request_that_makes_no_sense_is_refused(path: str, body: Any) -> None:
    status, _, data = await post(path, body)
    assert status == 400
    assert json.loads(data)["error"]


@pytest.mark.parametrize(
    "path", ["/api/generate", "/v1beta/cachedContents", "/v1beta/models/echo:countTokens"]
)
async def test_paths_that_nobody_has_are_refused_in_the_words_of_the_dialect(path: str) -> None:
    status, _, data = await post(path, {})
    error = json.loads(data)["error"]
    assert status == 404
    assert error["status"] == "NOT_FOUND" if path.startswith("/v1beta") else "URL" in error
