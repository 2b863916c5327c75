from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from tests.providers.answers import random_cuts, sse, stream, whole
from tui_lab.core.cost import billed
from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.core.events import Failed, Finished, FinishReason, TextDelta
from tui_lab.core.usage import Usage
from tui_lab.providers.openai_chat import OpenAIChat
from tui_lab.providers.wire import Frame

CHAT = OpenAIChat()
DONE = "[DONE]"


def chunk(delta: dict[str, Any] | None = None, finish: str | None = None, **more: Any) -> Any:
    choice = {"index": 0, "delta": delta or {}, "finish_reason": finish}
    return {"model": "m-1", "choices": [choice], "usage": None} | more


def say(content: Any) -> Any:
    return chunk({"content": content})


END = chunk(finish="stop")


def test_a_stream_as_openai_sends_it() -> None:
    told = stream(
        CHAT,
        sse(
            chunk({"role": "assistant", "content": "", "refusal": None}, obfuscation="x"),
            say("Hel"),
            say("lo"),
            END,
            {
                "model": "m-1",
                "choices": [],
                "usage": {
                    "prompt_tokens": 9,
                    "completion_tokens": 12,
                    "total_tokens": 21,
                    "prompt_tokens_details": {"cached_tokens": 4},
                    "completion_tokens_details": {"reasoning_tokens": 10},
                },
            },
            DONE,
        ),
    )
    assert [e.text for e in told.events if isinstance(e, TextDelta)] == ["Hel", "lo"]
    assert told.usage == Usage(9, 12, cached_tokens=4, reasoning_tokens=10)
    assert told.end == Finished(FinishReason.STOP, "stop", "m-1")


def test_the_same_bytes_in_any_pieces_tell_the_same() -> None:
    data = sse(say("café "), say("☃ [DONE] 😀"), END, DONE)
    expected = stream(CHAT, data)
    assert expected.text == "café ☃ [DONE] 😀"
    for seed in range(20):
        assert stream(CHAT, data, random_cuts(data, seed)) == expected


def test_a_whole_answer_tells_what_a_stream_would() -> None:
    message = {
        "role": "assistant",
        "content": "Hi",
        "reasoning": "Hm.",
        "tool_calls": [
            {"id": "a", "type": "function", "function": {"name": "f", "arguments": "{}"}},
            {"id": "b", "type": "function", "function": {"name": "g", "arguments": "[1]"}},
        ],
    }
    told = whole(
        CHAT,
        json.dumps(
            {
                "model": "m-1",
                "choices": [{"index": 0, "message": message, "finish_reason": "tool_calls"}],
                "usage": {"prompt_tokens": 1, "completion_tokens": 2, "total_tokens": 3},
            }
        ),
    )
    assert (told.text, told.reasoning) == ("Hi", "Hm.")
    assert told.calls == [("a", "f", "{}"), ("b", "g", "[1]")]
    assert told.usage == Usage(1, 2)
    assert told.end == Finished(FinishReason.TOOL_CALLS, "tool_calls", "m-1")


def test_a_filtered_answer_without_a_message_is_an_answer() -> None:
    told = whole(CHAT, '{"choices": [{"index": 0, "finish_reason": "content_filter"}]}')
    assert told.finished.reason is FinishReason.CONTENT_FILTER


@pytest.mark.parametrize("text", ["{}", '{"object": "list", "data": []}', '{"choices": []}', "[]"])
def test_a_reply_that_holds_no_answer_is_a_protocol_error(text: str) -> None:
    with pytest.raises(LabError) as caught:
        whole(CHAT, text)
    assert caught.value.kind is ErrorKind.PROTOCOL


def test_an_error_behind_a_whole_reply_is_a_failure() -> None:
    assert whole(CHAT, '{"error": {"message": "no such model"}}').error.message == "no such model"


@pytest.mark.parametrize(
    "delta",
    [
        {"reasoning_content": "Hm.", "content": None},
        {"reasoning": "Hm."},
        {"reasoning": "Hm.", "reasoning_content": "Hm."},
        {"reasoning": "Hm.", "reasoning_details": [{"type": "reasoning.text", "text": "Hm."}]},
        {"reasoning_details": [{"type": "reasoning.summary", "summary": "Hm."}]},
        {"content": [{"type": "thinking", "thinking": [{"type": "text", "text": "Hm."}]}]},
    ],
    ids=["deepseek", "groq", "vllm", "openrouter", "openrouter-details", "mistral"],
)
def test_reasoning_in_every_accent_is_told_once(delta: dict[str, Any]) -> None:
    told = stream(CHAT, sse(chunk(delta), say("42"), END, DONE))
    assert (told.reasoning, told.text) == ("Hm.", "42")


def test_an_answer_has_a_name() -> None:
    decoder = CHAT.decoder()
    decoder.whole({"id": "gen-1", "choices": [{"message": {"content": "x"}}]})
    assert decoder.response_id == "gen-1"


def test_thinking_tags_inside_the_content_are_left_in_it() -> None:
    assert stream(CHAT, sse(say("<think>a</think>b"), END)).text == "<think>a</think>b"


def test_a_refusal_is_apart_from_the_text() -> None:
    told = stream(CHAT, sse(chunk({"refusal": "I can"}), chunk({"refusal": "not."}), END))
    assert (told.refusal, told.text) == ("I cannot.", "")


def test_tool_calls_in_pieces() -> None:
    def piece(index: int, **function: str) -> Any:
        return {"index": index, "function": function}

    told = stream(
        CHAT,
        sse(
            chunk({"tool_calls": [{**piece(0, name="f", arguments=""), "id": "a"}]}),
            chunk({"tool_calls": [piece(0, arguments='{"x"')]}),
            chunk({"tool_calls": [{**piece(1, name="g", arguments="{}"), "id": "b"}]}),
            chunk({"tool_calls": [piece(0, arguments=": 1}")]}),
            chunk(finish="tool_calls"),
            DONE,
        ),
    )
    assert told.calls == [("a", "f", '{"x": 1}'), ("b", "g", "{}")]


def test_tool_calls_without_numbers_are_told_apart_by_their_ids() -> None:
    told = stream(
        CHAT,
        sse(
            chunk({"tool_calls": [{"id": "a", "function": {"name": "f", "arguments": "{"}}]}),
            chunk({"tool_calls": [{"function": {"arguments": "}"}}]}),
            chunk({"tool_calls": [{"id": "b", "function": {"name": "g", "arguments": {"x": 1}}}]}),
            chunk(finish="tool_calls"),
        ),
    )
    assert told.calls == [("a", "f", "{}"), ("b", "g", '{"x": 1}')]


def test_the_older_function_call_is_a_tool_call() -> None:
    told = stream(
        CHAT,
        sse(
            chunk({"function_call": {"name": "f", "arguments": ""}}),
            chunk({"function_call": {"arguments": "{}"}}),
            chunk(finish="function_call"),
        ),
    )
    assert told.calls == [(None, "f", "{}")]
    assert told.finished.reason is FinishReason.TOOL_CALLS


def test_log_probabilities_come_with_their_tokens() -> None:
    token = {"token": "Foo", "logprob": -0.5, "bytes": [70], "top_logprobs": []}
    ranked = token | {"top_logprobs": [{"token": "Bar", "logprob": -1}]}
    delta = chunk({"content": "Foo"})
    delta["choices"][0]["logprobs"] = {"content": [ranked], "refusal": None}
    silent = chunk({"content": ""})
    silent["choices"][0]["logprobs"] = {"content": [token]}
    told = stream(CHAT, sse(delta, silent, END))
    assert told.text == "Foo"
    assert told.logprobs == [
        {"token": "Foo", "logprob": -0.5, "top": [{"token": "Bar", "logprob": -1.0}]},
        {"token": "Foo", "logprob": -0.5, "top": []},
    ]
    json.dumps(told.logprobs)


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        ("stop", FinishReason.STOP),
        ("eos", FinishReason.STOP),
        ("length", FinishReason.LENGTH),
        ("tool_calls", FinishReason.TOOL_CALLS),
        ("content_filter", FinishReason.CONTENT_FILTER),
        ("something_new", None),
    ],
)
def test_finish_reasons_are_normalised_and_kept(raw: str, reason: FinishReason | None) -> None:
    finished = stream(CHAT, sse(say("x"), chunk(finish=raw), DONE)).finished
    assert (finished.reason, finished.raw_reason) == (reason, raw)


def test_the_last_finish_reason_that_is_told_stands() -> None:
    data = sse(chunk(finish="length"), chunk(finish="length"), chunk(), DONE)
    assert stream(CHAT, data).finished.raw_reason == "length"


def test_the_terminator_alone_ends_an_answer_without_a_reason() -> None:
    assert stream(CHAT, sse(say("4"), DONE)).end == Finished(None, None, "m-1")


def test_a_finish_reason_alone_ends_an_answer_without_the_terminator() -> None:
    assert stream(CHAT, sse(say("4"), END)).finished.reason is FinishReason.STOP


def test_an_answer_with_neither_was_cut_off_and_keeps_its_text() -> None:
    told = stream(CHAT, sse(say("Once upon")))
    assert told.text == "Once upon"
    assert told.error.kind is ErrorKind.PROTOCOL


@pytest.mark.parametrize(
    "told", [-0.25, {"tokens": ["Hi"], "token_logprobs": [-0.25]}], ids=["streamed", "whole"]
)
def test_logprobs_as_together_tells_them(told: Any) -> None:
    choice = {"index": 0, "delta": {"content": "Hi"}, "logprobs": told}
    assert stream(CHAT, sse({"choices": [choice]}, END)).logprobs == [
        {"token": "Hi", "logprob": -0.25, "top": []}
    ]


def test_nothing_after_the_terminator_is_read() -> None:
    decoder = CHAT.decoder()
    decoder.frame(Frame(" [DONE] "))
    assert decoder.done
    assert decoder.frame(Frame(json.dumps(say("more")))) == []


@pytest.mark.parametrize("reason", ["error", "insufficient_system_resource"])
def test_a_finish_that_is_a_breakdown_is_a_failure(reason: str) -> None:
    told = stream(CHAT, sse(say("x"), chunk(finish=reason), DONE))
    assert told.end == Failed(told.error, raw_reason=reason)
    assert told.error.kind is ErrorKind.SERVER


def test_an_error_inside_the_stream_ends_it() -> None:
    failure = {"error": {"message": "Tool call validation failed", "status_code": 400}}
    data = sse(say("x")) + b"event: error\n" + sse(failure, say("y"), DONE)
    told = stream(CHAT, data)
    assert told.text == "x"
    assert told.events[-1] == told.end == Failed(told.error)
    assert told.error.kind is ErrorKind.BAD_REQUEST
    assert told.error.message == "Tool call validation failed"


def test_an_error_in_words_alone_is_told() -> None:
    told = stream(CHAT, sse(say("x")) + b"event: error\ndata: upstream went away\n\n")
    assert (told.text, told.error.message) == ("x", "upstream went away")


def test_an_error_after_the_finish_still_wins_and_its_usage_counts() -> None:
    broken = chunk(
        {"content": "."},
        error={"code": 400, "message": "Token limit reached", "after": 0.5},
        usage={"prompt_tokens": 3, "completion_tokens": 1, "cost": 0},
    )
    told = stream(CHAT, sse(say("x"), chunk(finish="length"), broken, DONE))
    assert told.text == "x."
    assert told.end == Failed(told.error, raw_reason="length")
    assert told.error.message == "Token limit reached"
    assert told.usage == Usage(3, 1)


def test_half_characters_in_an_error_are_replaced() -> None:
    told = stream(CHAT, sse({"error": {"message": "bad \ud83d"}}))
    assert told.error.message == "bad \ufffd"
    assert told.error.raw is not None
    told.error.raw.encode("utf-8")


def test_usage_told_twice_is_counted_once() -> None:
    usage = {"prompt_tokens": 12, "completion_tokens": 26, "total_tokens": 38}
    told = stream(
        CHAT,
        sse(
            chunk(finish="stop", x_groq={"usage": usage}),
            {"choices": [], "usage": usage},
            DONE,
        ),
    )
    assert [report.usage for report in told.reports] == [Usage(12, 26)]


def test_usage_told_only_in_groqs_own_place_is_found() -> None:
    usage = {"prompt_tokens": 12, "completion_tokens": 26}
    assert stream(CHAT, sse(chunk(finish="stop", x_groq={"usage": usage}))).usage == Usage(12, 26)


def test_running_usage_with_its_cost_ends_at_the_last_value() -> None:
    def running(tokens: int, cost: float) -> Any:
        usage = {
            "prompt_tokens": 5,
            "completion_tokens": tokens,
            "cost": {"total_cost": cost},
        }
        message = {"role": "assistant", "content": "so far"}
        running_chunk = chunk({"content": "x"}, usage=usage)
        running_chunk["choices"][0]["message"] = message
        return running_chunk

    told = stream(CHAT, sse(running(1, 0.005), running(2, 0.00501), END))
    assert told.text == "xx"
    assert told.usage == Usage(5, 2)
    assert told.billed == billed(Decimal("0.00501"))


def test_reasoning_counted_beside_the_completion_is_added_to_it() -> None:
    usage = {
        "prompt_tokens": 12,
        "completion_tokens": 1,
        "total_tokens": 303,
        "completion_tokens_details": {"reasoning_tokens": 290},
    }
    told = stream(CHAT, sse(END, {"choices": [], "usage": usage}, DONE))
    assert told.usage == Usage(12, 291, reasoning_tokens=290)


@pytest.mark.parametrize("name", ["cached_tokens", "prompt_cache_hit_tokens"])
def test_cached_tokens_beside_the_details_are_found(name: str) -> None:
    usage = {"prompt_tokens": 41, "completion_tokens": 15, name: 32}
    assert stream(CHAT, sse(END, {"usage": usage})).usage == Usage(41, 15, cached_tokens=32)


@pytest.mark.parametrize(
    "usage",
    [{}, {"prompt_tokens": "9", "completion_tokens": True}, {"prompt_tokens": -1}, [1], 5],
)
def test_counts_that_are_none_are_not_reported(usage: Any) -> None:
    assert stream(CHAT, sse(chunk(finish="stop", usage=usage), DONE)).reports == []


def test_a_first_chunk_without_a_choice_is_no_event() -> None:
    filters = {"choices": [], "model": "", "prompt_filter_results": [{}]}
    told = stream(CHAT, sse(filters, say("x"), END, filters, DONE))
    assert (told.text, told.served_model) == ("x", "m-1")


def test_only_the_first_of_several_choices_is_read() -> None:
    both = {"choices": [{"index": 1, "delta": {"content": "B"}}, {"delta": {"content": "A"}}]}
    assert stream(CHAT, sse(both, END)).text == "A"


def test_a_character_cut_in_two_is_joined() -> None:
    data = b'data: {"choices":[{"delta":{"content":"\\ud83d"}}]}\n\n'
    data += b'data: {"choices":[{"delta":{"content":"\\ude00 \\ud83d"}}]}\n\n'
    assert stream(CHAT, data + sse(END)).text == "😀 \ufffd"


def test_half_a_character_before_an_error_is_not_swallowed() -> None:
    data = sse(say("x\ud83d"), {"error": {"message": "broken"}})
    assert stream(CHAT, data).text == "x\ufffd"


@pytest.mark.parametrize(
    "odd",
    [
        "null",
        "5",
        "[]",
        '{"choices": null}',
        '{"choices": {}}',
        '{"choices": [null, 5, []]}',
        '{"choices": [{"index": 0, "delta": null}]}',
        '{"choices": [{"delta": {"content": 5, "tool_calls": [null], "reasoning": {}}}]}',
        '{"choices": [{"delta": {"content": [null, "x", {"type": "image"}]}}]}',
        '{"choices": [{"finish_reason": 5, "logprobs": {"content": [null]}}]}',
        '{"model": 5, "x_groq": [], "error": null, "unknown": {"choices": [1]}}',
    ],
)
def test_an_odd_event_says_nothing_and_stops_nothing(odd: str) -> None:
    told = stream(CHAT, sse(say("a"), odd, say("b"), END, DONE))
    assert told.text == "ab"
    assert told.finished.reason is FinishReason.STOP


def test_an_event_that_is_not_json_is_a_protocol_error() -> None:
    with pytest.raises(LabError) as caught:
        stream(CHAT, sse(say("a"), "{oops"))
    assert caught.value.kind is ErrorKind.PROTOCOL
    assert caught.value.raw == "{oops"


def test_a_failed_response_is_told_in_its_own_words() -> None:
    error = CHAT.error(404, {}, b'{"error": {"message": "no such model"}}')
    assert (error.kind, error.message) == (ErrorKind.NOT_FOUND, "no such model")
