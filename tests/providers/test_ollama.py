from __future__ import annotations

import json
from typing import Any

import pytest

from tests.providers.answers import random_cuts, stream, whole
from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.core.events import Finished, FinishReason, TextDelta
from tui_lab.core.messages import DocumentPart, ImagePart, Message, TextPart
from tui_lab.core.parameters import Parameters
from tui_lab.core.usage import Usage
from tui_lab.providers.catalogue import load_catalogue
from tui_lab.providers.ollama import OllamaNative
from tui_lab.providers.wire import Call, WireRequest

OLLAMA = OllamaNative()


def line(content: str = "", *, done: bool = False, **more: Any) -> dict[str, Any]:
    fields = ("thinking", "tool_calls")
    extra = {name: more.pop(name) for name in fields if name in more}
    message = {"role": "assistant", "content": content, **extra}
    return {"model": "llama3", "message": message, "done": done} | more


END = line(
    done=True, done_reason="stop", prompt_eval_count=9, eval_count=12, total_duration=3722518334
)


def ndjson(*lines: Any) -> bytes:
    return "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in lines).encode()


def test_a_stream_as_ollama_sends_it() -> None:
    told = stream(OLLAMA, ndjson(line(thinking="Hm."), line("Hel"), line("lo"), END))
    assert [e.text for e in told.events if isinstance(e, TextDelta)] == ["Hel", "lo"]
    assert told.reasoning == "Hm."
    assert told.usage == Usage(9, 12)
    assert told.end == Finished(FinishReason.STOP, "stop", "llama3")


def test_the_same_bytes_in_any_pieces_tell_the_same() -> None:
    data = ndjson(line("café "), line("☃ \u2028 😀"), END)
    expected = stream(OLLAMA, data)
    assert expected.text == "café ☃ \u2028 😀"
    for seed in range(20):
        assert stream(OLLAMA, data, random_cuts(data, seed)) == expected


def test_a_whole_answer_tells_what_a_stream_would() -> None:
    message = line("Hello", thinking="Hm.")["message"]
    told = whole(OLLAMA, json.dumps(END | {"message": message}))
    assert (told.text, told.reasoning, told.usage) == ("Hello", "Hm.", Usage(9, 12))
    assert told.end == Finished(FinishReason.STOP, "stop", "llama3")


def test_a_prompt_in_the_cache_may_not_be_counted() -> None:
    told = stream(OLLAMA, ndjson(line("Hi"), line(done=True, done_reason="stop", eval_count=2)))
    assert told.usage == Usage(None, 2)


@pytest.mark.parametrize(
    ("ending", "finish"),
    [
        (line(done=True, done_reason="length"), (FinishReason.LENGTH, "length")),
        (line(done=True, done_reason="load"), (None, "load")),
        (line(done=True), (None, None)),
    ],
)
def test_why_an_answer_ended(ending: Any, finish: Any) -> None:
    told = stream(OLLAMA, ndjson(line("Hi"), ending))
    assert (told.finished.reason, told.finished.raw_reason) == finish


def test_a_stream_that_is_not_done_was_cut_off() -> None:
    told = stream(OLLAMA, ndjson(line("Hel")))
    assert (told.error.kind, told.text) == (ErrorKind.PROTOCOL, "Hel")


def test_an_error_in_the_stream_is_a_failure() -> None:
    told = stream(OLLAMA, ndjson(line("Hel"), {"error": "the runner has crashed"}, END))
    assert (told.error.kind, told.error.message) == (ErrorKind.SERVER, "the runner has crashed")
    assert told.text == "Hel"


def test_a_prompt_that_does_not_fit_is_refused_with_its_numbers_and_a_way_out() -> None:
    inner = {
        "code": 400,
        "message": "request (8889 tokens) exceeds the available context size (4096 tokens)",
        "type": "exceed_context_size_error",
    }
    body = json.dumps({"error": json.dumps({"error": inner})}).encode()
    error = OLLAMA.error(400, {}, body)
    assert (error.kind, error.message) == (ErrorKind.CONTEXT_OVERFLOW, inner["message"])
    assert "num_ctx" in error.hint
    assert "num_ctx" not in OLLAMA.error(404, {}, b'{"error": "model not found"}').hint


def test_tool_calls_come_whole() -> None:
    def call(name: str, **more: Any) -> dict[str, Any]:
        return {"function": {"name": name, "arguments": {"city": "Ulm"}}, **more}

    told = stream(
        OLLAMA,
        ndjson(line(tool_calls=[call("f", id="c1")]), line(tool_calls=[call("g")]), END),
    )
    assert told.calls == [("c1", "f", '{"city": "Ulm"}'), (None, "g", '{"city": "Ulm"}')]
    assert told.finished.reason is FinishReason.TOOL_CALLS


def test_logprobs_come_with_their_pieces() -> None:
    token = {"token": "Hi", "logprob": -0.25, "top_logprobs": [{"token": "Ho", "logprob": -1}]}
    told = stream(OLLAMA, ndjson(line("Hi", logprobs=[token]), END))
    assert told.logprobs == [
        {"token": "Hi", "logprob": -0.25, "top": [{"token": "Ho", "logprob": -1.0}]}
    ]


def request(*messages: Message, headers: dict[str, str] | None = None, **given: Any) -> WireRequest:
    turns = messages or (Message.of("user", "Hi"),)
    return OLLAMA.request(
        Call("llama3", turns, parameters=Parameters(**given), headers=headers or {})
    )


def body(sent: WireRequest) -> dict[str, Any]:
    found = json.loads(sent.body)
    assert isinstance(found, dict)
    return found


def test_the_least_request_lets_nothing_be_cut() -> None:
    sent = request()
    assert (sent.path, sent.dropped) == ("/api/chat", ())
    assert body(sent) == {
        "model": "llama3",
        "messages": [{"role": "user", "content": "Hi"}],
        "stream": True,
        "truncate": False,
    }
    unstreamed = OLLAMA.request(Call("llama3", (Message.of("user", "Hi"),), stream=False))
    assert body(unstreamed)["stream"] is False


def test_the_system_prompt_is_the_first_message() -> None:
    turns = (Message.of("user", "1"), Message.of("assistant", "2"), Message.of("user", "3"))
    sent = body(OLLAMA.request(Call("m", turns, system="Be brief.")))
    assert [(turn["role"], turn["content"]) for turn in sent["messages"]] == [
        ("system", "Be brief."),
        ("user", "1"),
        ("assistant", "2"),
        ("user", "3"),
    ]


def test_every_parameter_in_the_dialects_words() -> None:
    schema = {"type": "object"}
    sent = body(
        request(
            temperature=0.0,
            top_p=0.9,
            top_k=40,
            max_tokens=10,
            stop=("\n",),
            seed=0,
            reasoning="low",
            schema=schema,
            logprobs=2,
        )
    )
    assert {name: sent[name] for name in ("think", "format", "logprobs", "top_logprobs")} == {
        "think": "low",
        "format": schema,
        "logprobs": True,
        "top_logprobs": 2,
    }
    assert sent["options"] == {
        "temperature": 0.0,
        "top_p": 0.9,
        "top_k": 40,
        "num_predict": 10,
        "stop": ["\n"],
        "seed": 0,
    }


@pytest.mark.parametrize("reasoning", ["none", 0])
def test_no_reasoning_is_no_thinking(reasoning: str | int) -> None:
    sent = request(reasoning=reasoning)
    assert (body(sent)["think"], sent.dropped) == (False, ())


def test_a_budget_is_named_as_not_sent() -> None:
    sent = request(reasoning=2048)
    assert [name for name, _ in sent.dropped] == ["reasoning"]
    assert "think" not in body(sent)


@pytest.mark.parametrize("reasoning", ["minimal", "xhigh"])
def test_an_effort_that_ollama_does_not_know_is_refused(reasoning: str) -> None:
    with pytest.raises(LabError, match=reasoning) as caught:
        request(reasoning=reasoning)
    assert caught.value.kind is ErrorKind.USAGE


def test_the_context_is_set_by_an_option() -> None:
    headers = load_catalogue()["ollama"].option_headers({"num_ctx": "16384"})
    sent = request(headers=headers | {"x-title": "lab"}, seed=1)
    assert body(sent)["options"] == {"seed": 1, "num_ctx": 16384}
    assert sent.headers == {"content-type": "application/json", "x-title": "lab"}


@pytest.mark.parametrize("tokens", ["0", "-1", "many", "", "1e3", "٣", "9" * 5000])
def test_a_context_that_makes_no_sense_is_refused(tokens: str) -> None:
    with pytest.raises(LabError, match="num_ctx") as caught:
        load_catalogue()["ollama"].option_headers({"num_ctx": tokens})
    assert caught.value.kind is ErrorKind.USAGE


def test_images_go_beside_the_text() -> None:
    parts = (TextPart("Look:"), ImagePart(data=b"\x01", media_type="image/gif"))
    assert body(request(Message("user", parts)))["messages"] == [
        {"role": "user", "content": "Look:", "images": ["AQ=="]}
    ]


@pytest.mark.parametrize(
    "part", [ImagePart(url="https://example.org/a.png"), DocumentPart(data=b"%PDF")]
)
def test_what_ollama_does_not_take_is_refused_before_sending(part: Any) -> None:
    with pytest.raises(LabError, match="Ollama takes no") as caught:
        request(Message("user", (part,)))
    assert caught.value.kind is ErrorKind.USAGE


@pytest.mark.parametrize("reply", ["{}", '{"models": []}', "[]"])
def test_a_reply_that_holds_no_answer_is_a_protocol_error(reply: str) -> None:
    with pytest.raises(LabError) as caught:
        whole(OLLAMA, reply)
    assert caught.value.kind is ErrorKind.PROTOCOL
