from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from tests.providers.answers import random_cuts, sse, stream, whole
from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.core.events import Failed, Finished, FinishReason
from tui_lab.core.messages import DocumentPart, ImagePart, Message, TextPart
from tui_lab.core.parameters import Parameters
from tui_lab.core.usage import Usage
from tui_lab.providers.anthropic import DEFAULT_MAX_TOKENS, REASONING_MAX_TOKENS, AnthropicMessages
from tui_lab.providers.wire import Call, WireRequest

MESSAGES = AnthropicMessages()
PING = {"type": "ping"}
STOP = {"type": "message_stop"}


def request(
    *messages: Message,
    model: str = "claude-haiku-4-5",
    headers: Mapping[str, str] | None = None,
    **given: Any,
) -> WireRequest:
    turns = messages or (Message.of("user", "Hi"),)
    call = Call(model, turns, parameters=Parameters(**given), headers=headers or {})
    return MESSAGES.request(call)


def body(sent: WireRequest) -> dict[str, Any]:
    found = json.loads(sent.body)
    assert isinstance(found, dict)
    return found


def refused(**given: Any) -> LabError:
    with pytest.raises(LabError) as caught:
        request(**given)
    assert caught.value.kind is ErrorKind.USAGE
    assert caught.value.hint
    return caught.value


def test_an_answer_has_a_name() -> None:
    decoder = MESSAGES.decoder()
    decoder.whole({"type": "message", "id": "msg_1", "content": [{"type": "text", "text": "x"}]})
    assert decoder.response_id == "msg_1"


def start(**usage: Any) -> Any:
    return {"type": "message_start", "message": {"model": "claude-x", "usage": usage}}


def opened(index: int, **block: Any) -> Any:
    return {"type": "content_block_start", "index": index, "content_block": block}


def delta(index: int, kind: str, **content: Any) -> Any:
    return {
        "type": "content_block_delta",
        "index": index,
        "delta": {"type": f"{kind}_delta", **content},
    }


def say(text: str) -> Any:
    return delta(0, "text", text=text)


def ending(reason: str | None = "end_turn", details: Any = None, **usage: Any) -> Any:
    told = {"stop_reason": reason, "stop_details": details}
    return {"type": "message_delta", "delta": told, "usage": usage}


def test_the_least_request() -> None:
    sent = request()
    assert sent.path == "/messages"
    assert sent.headers == {"content-type": "application/json"}
    assert sent.dropped == ()
    assert body(sent) == {
        "model": "claude-haiku-4-5",
        "messages": [{"role": "user", "content": [{"type": "text", "text": "Hi"}]}],
        "stream": True,
        "max_tokens": DEFAULT_MAX_TOKENS,
    }


def test_the_system_prompt_stands_apart() -> None:
    call = Call("m", (Message.of("user", "Hi"),), system="Be brief.", stream=False)
    sent = body(MESSAGES.request(call))
    assert sent["system"] == "Be brief."
    assert sent["stream"] is False
    assert [turn["role"] for turn in sent["messages"]] == ["user"]


def test_every_parameter_in_the_dialects_words() -> None:
    sent = body(
        request(
            temperature=1.0,
            top_p=0.9,
            top_k=0,
            max_tokens=10,
            stop=("END",),
            reasoning="high",
            schema={"type": "object"},
        )
    )
    assert {name: sent[name] for name in sent if name not in ("model", "messages", "stream")} == {
        "temperature": 1.0,
        "top_p": 0.9,
        "top_k": 0,
        "max_tokens": 10,
        "stop_sequences": ["END"],
        "output_config": {
            "effort": "high",
            "format": {"type": "json_schema", "schema": {"type": "object"}},
        },
    }


def test_what_the_dialect_has_no_word_for_is_named() -> None:
    sent = request(seed=1, logprobs=0)
    assert [name for name, _ in sent.dropped] == ["seed", "logprobs"]
    assert not {"seed", "logprobs"} & set(body(sent))


@pytest.mark.parametrize("reasoning", ["none", 0])
def test_no_reasoning_means_that_thinking_is_off(reasoning: str | int) -> None:
    sent = body(request(reasoning=reasoning))
    assert sent["thinking"] == {"type": "disabled"}
    assert "output_config" not in sent


@pytest.mark.parametrize(
    "model",
    ["claude-opus-5-5", "claude-sonnet-4-6", "claude-opus-4-7", "anthropic/claude-fable-5"],
)
def test_an_effort_makes_newer_models_think_and_show_it(model: str) -> None:
    sent = body(request(model=model, reasoning="high"))
    assert sent["thinking"] == {"type": "adaptive", "display": "summarized"}
    assert sent["output_config"] == {"effort": "high"}
    assert sent["max_tokens"] == REASONING_MAX_TOKENS


@pytest.mark.parametrize("model", ["claude-opus-4-5", "claude-haiku-4-5-20251001", "llama"])
def test_older_models_are_not_told_to_be_adaptive(model: str) -> None:
    assert "thinking" not in body(request(model=model, reasoning="high"))


def test_unasked_nothing_is_said_of_thinking() -> None:
    assert not {"thinking", "output_config"} & set(body(request(model="claude-opus-5-5")))


def test_the_version_that_refuses_sampling_is_sent_none() -> None:
    sampling: dict[str, Any] = {"temperature": 0.5, "top_p": 0.9, "top_k": 5}
    newer = request(headers={"anthropic-version": "2026-10-21"}, max_tokens=9, **sampling)
    assert [name for name, _ in newer.dropped] == ["temperature", "top_p", "top_k"]
    assert "2026-10-21" in newer.dropped[0][1]
    assert not set(sampling) & set(body(newer))
    pinned = request(headers={"anthropic-version": "2023-06-01"}, **sampling)
    assert set(sampling) <= set(body(pinned))


def test_a_reasoning_budget_leaves_room_for_the_answer() -> None:
    sent = body(request(reasoning=2048))
    assert sent["thinking"] == {"type": "enabled", "budget_tokens": 2048}
    assert sent["max_tokens"] == 2048 + DEFAULT_MAX_TOKENS


@pytest.mark.parametrize(
    "given",
    [
        {"temperature": 1.1},
        {"reasoning": 100},
        {"reasoning": "minimal"},
        {"reasoning": 2048, "max_tokens": 2048},
    ],
)
def test_a_value_that_the_provider_would_refuse_is_refused_before_sending(
    given: dict[str, Any],
) -> None:
    assert str(next(iter(given.values()))) in refused(**given).message


def test_turns_alternate_and_empty_ones_are_left_out() -> None:
    turns = (
        Message.of("user", "1"),
        Message.of("user", "2"),
        Message.of("assistant", ""),
        Message.of("user", "3"),
        Message.of("assistant", "4"),
    )
    found = body(request(*turns))["messages"]
    texts = [(turn["role"], [block["text"] for block in turn["content"]]) for turn in found]
    assert texts == [("user", ["1", "2", "3"]), ("assistant", ["4"])]


def test_images_and_documents_by_address_and_by_bytes() -> None:
    parts = (
        TextPart("Look:"),
        ImagePart(url="https://example.org/a.png"),
        ImagePart(data=b"\x01", media_type="image/gif"),
        DocumentPart(data=b"%PDF", name="a.pdf"),
        DocumentPart(url="https://example.org/b.pdf"),
    )
    assert body(request(Message("user", parts)))["messages"][0]["content"] == [
        {"type": "text", "text": "Look:"},
        {"type": "image", "source": {"type": "url", "url": "https://example.org/a.png"}},
        {
            "type": "image",
            "source": {"type": "base64", "media_type": "image/gif", "data": "AQ=="},
        },
        {
            "type": "document",
            "source": {"type": "base64", "media_type": "application/pdf", "data": "JVBERg=="},
        },
        {"type": "document", "source": {"type": "url", "url": "https://example.org/b.pdf"}},
    ]


def test_a_stream_with_thinking_pings_and_padding() -> None:
    data = sse(
        start(input_tokens=28, output_tokens=1),
        opened(0, type="thinking", thinking="", signature=""),
        PING,
        delta(0, "thinking", thinking=""),
        delta(0, "thinking", thinking="Hm."),
        delta(0, "signature", signature="EuY"),
        opened(1, type="text", text=""),
        delta(1, "text", text="Hel"),
        delta(1, "text", text="lo"),
        {"type": "content_block_stop", "index": 1},
        ending(output_tokens=106, output_tokens_details={"thinking_tokens": 67}),
        STOP,
    ).replace(b"}\n\n", b"}      \n\n")
    told = stream(MESSAGES, data)
    assert (told.reasoning, told.text) == ("Hm.", "Hello")
    assert told.usage == Usage(28, 106, reasoning_tokens=67)
    assert told.end == Finished(FinishReason.STOP, "end_turn", "claude-x")
    for seed in range(20):
        assert stream(MESSAGES, data, random_cuts(data, seed)) == told


def test_the_input_includes_what_the_cache_held() -> None:
    first = start(
        input_tokens=3,
        cache_read_input_tokens=5752,
        cache_creation_input_tokens=10,
        output_tokens=1,
    )
    told = stream(MESSAGES, sse(first, ending(output_tokens=5), STOP))
    assert told.usage == Usage(5765, 5, cached_tokens=5752, cache_write_tokens=10)


def test_counts_told_again_replace_the_first_ones_one_by_one() -> None:
    first = start(input_tokens=0, output_tokens=0, cache_read_input_tokens=0)
    last = ending(input_tokens=61, output_tokens=2, cache_read_input_tokens=None)
    told = stream(MESSAGES, sse(first, last, STOP))
    assert told.usage == Usage(61, 2, cached_tokens=0)


def test_a_message_that_starts_twice_is_told_once() -> None:
    first = start(input_tokens=17, output_tokens=1)
    told = stream(MESSAGES, sse(first, first, say("Hello"), ending(output_tokens=9), STOP))
    assert told.text == "Hello"
    assert [report.usage for report in told.reports] == [Usage(17, 1), Usage(17, 9)]


def test_tool_calls_in_pieces_are_numbered_from_zero() -> None:
    told = stream(
        MESSAGES,
        sse(
            start(),
            opened(0, type="text", text=""),
            opened(1, type="tool_use", id="a", name="f", input={}),
            delta(1, "input_json", partial_json=""),
            delta(1, "input_json", partial_json='{"x"'),
            delta(1, "input_json", partial_json=": 1}"),
            opened(2, type="tool_use", id="b", name="g", input={"y": 2}),
            ending("tool_use"),
            STOP,
        ),
    )
    assert told.calls == [("a", "f", '{"x": 1}'), ("b", "g", '{"y": 2}')]
    assert told.finished.reason is FinishReason.TOOL_CALLS


def test_what_the_server_does_by_itself_and_what_is_unknown_is_passed_over() -> None:
    told = stream(
        MESSAGES,
        sse(
            start(),
            opened(0, type="redacted_thinking", data="EqkE"),
            opened(1, type="server_tool_use", id="s", name="web_search", input={}),
            delta(1, "input_json", partial_json='{"query": "x"}'),
            opened(2, type="web_search_tool_result", content=[]),
            opened(3, type="text", text=""),
            delta(3, "citations", citation={}),
            delta(3, "text", text="Hi"),
            delta(3, "surprise", text="?"),
            {"type": "surprise", "index": 3},
            ending(),
            STOP,
        ),
    )
    assert (told.text, told.reasoning, told.calls) == ("Hi", "", [])
    assert told.finished.reason is FinishReason.STOP


def test_a_whole_answer_tells_what_a_stream_would() -> None:
    told = whole(
        MESSAGES,
        json.dumps(
            {
                "type": "message",
                "model": "claude-x",
                "content": [
                    {"type": "thinking", "thinking": "Hm.", "signature": "EuY"},
                    {"type": "redacted_thinking", "data": "EqkE"},
                    {"type": "text", "text": "Hello"},
                    {"type": "tool_use", "id": "a", "name": "f", "input": {"x": 0.5}},
                ],
                "stop_reason": "tool_use",
                "usage": {"input_tokens": 3, "cache_read_input_tokens": 4, "output_tokens": 5},
            }
        ),
    )
    assert (told.reasoning, told.text) == ("Hm.", "Hello")
    assert told.calls == [("a", "f", '{"x": 0.5}')]
    assert told.usage == Usage(7, 5, cached_tokens=4)
    assert told.end == Finished(FinishReason.TOOL_CALLS, "tool_use", "claude-x")


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        ("end_turn", FinishReason.STOP),
        ("stop_sequence", FinishReason.STOP),
        ("max_tokens", FinishReason.LENGTH),
        ("model_context_window_exceeded", FinishReason.LENGTH),
        ("tool_use", FinishReason.TOOL_CALLS),
        ("refusal", FinishReason.REFUSAL),
        ("pause_turn", None),
    ],
)
def test_stop_reasons_are_normalised_and_kept(raw: str, reason: FinishReason | None) -> None:
    finished = stream(MESSAGES, sse(start(), ending(raw), STOP)).finished
    assert (finished.reason, finished.raw_reason) == (reason, raw)


def test_why_a_model_declined_is_noted() -> None:
    details = {"type": "refusal", "category": "cyber", "explanation": "It is not allowed."}
    told = stream(MESSAGES, sse(start(), ending("refusal", details), STOP))
    assert told.notes == ["It is not allowed."]
    bare = stream(MESSAGES, sse(start(), ending("refusal", {"category": "cyber"}), STOP))
    assert bare.notes == ["cyber"]
    assert told.finished.reason is FinishReason.REFUSAL


def test_a_stop_reason_alone_ends_an_answer() -> None:
    assert stream(MESSAGES, sse(start(), say("x"), ending())).finished.raw_reason == "end_turn"


def test_the_terminator_alone_ends_an_answer() -> None:
    assert stream(MESSAGES, sse(start(), say("x"), STOP)).end == Finished(None, None, "claude-x")


def test_an_answer_without_an_end_was_cut_off_and_keeps_its_text() -> None:
    told = stream(MESSAGES, sse(start(), say("Once upon"), PING))
    assert told.text == "Once upon"
    assert told.error.kind is ErrorKind.PROTOCOL


def test_an_error_inside_the_stream_ends_it() -> None:
    overloaded = {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}
    told = stream(MESSAGES, sse(start(), say("x"), overloaded, say("y"), STOP))
    assert told.text == "x"
    assert told.events[-1] == Failed(told.error)
    assert (told.error.kind, told.error.message) == (ErrorKind.SERVER, "Overloaded")


@pytest.mark.parametrize(
    "odd",
    [
        "null",
        '{"type": 5}',
        '{"type": "message_start", "message": null}',
        '{"type": "message_start", "message": {"usage": {"output_tokens": "1"}}}',
        '{"type": "content_block_start", "index": [], "content_block": {"type": "tool_use"}}',
        '{"type": "content_block_delta", "index": {}, "delta": {"type": "input_json_delta"}}',
        '{"type": "content_block_delta", "delta": {"type": "text_delta", "text": 5}}',
        '{"type": "message_delta", "delta": {"stop_reason": 1, "stop_details": []}, "usage": 5}',
    ],
)
def test_an_odd_event_says_nothing_and_stops_nothing(odd: str) -> None:
    told = stream(MESSAGES, sse(start(), say("a"), odd, say("b"), ending(), STOP))
    assert told.text == "ab"
    assert told.finished.reason is FinishReason.STOP


def test_a_failed_response_is_told_in_its_own_words() -> None:
    error = MESSAGES.error(401, {}, b'{"type":"error","error":{"message":"invalid x-api-key"}}')
    assert (error.kind, error.message) == (ErrorKind.AUTH, "invalid x-api-key")
