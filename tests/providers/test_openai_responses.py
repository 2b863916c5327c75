from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from tests.providers.answers import random_cuts, sse, stream, whole
from tui_lab.core.cost import billed
from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.core.events import Finished, FinishReason, TextDelta
from tui_lab.core.messages import DocumentPart, ImagePart, Message, TextPart
from tui_lab.core.parameters import Parameters
from tui_lab.core.usage import Usage
from tui_lab.providers.openai_responses import OpenAIResponses
from tui_lab.providers.wire import Call, WireRequest

RESPONSES = OpenAIResponses()
USAGE = {
    "input_tokens": 9,
    "input_tokens_details": {"cached_tokens": 4},
    "output_tokens": 12,
    "output_tokens_details": {"reasoning_tokens": 10},
    "total_tokens": 21,
}


def event(kind: str, **more: Any) -> dict[str, Any]:
    return {"type": f"response.{kind}", "sequence_number": 1, **more}


def response(status: str = "completed", **more: Any) -> dict[str, Any]:
    return {"id": "resp_1", "object": "response", "model": "m-1", "status": status, **more}


def say(piece: str, **more: Any) -> dict[str, Any]:
    return event("output_text.delta", delta=piece, output_index=0, **more)


def message(text: str, **more: Any) -> dict[str, Any]:
    part = {"type": "output_text", "text": text, "annotations": [], **more}
    return {"type": "message", "role": "assistant", "content": [part]}


def call_item(arguments: str = "") -> dict[str, Any]:
    item = {"type": "function_call", "id": "fc_1", "call_id": "call_1", "name": "weather"}
    return item | {"arguments": arguments}


BEGIN = event("created", response=response("in_progress", usage=None, error=None))
END = event("completed", response=response(usage=USAGE))


def test_a_stream_as_openai_sends_it() -> None:
    told = stream(
        RESPONSES,
        sse(
            BEGIN,
            event("in_progress", response=response("in_progress")),
            event("output_item.added", output_index=0, item=message("")),
            event("content_part.added", output_index=0, part={"type": "output_text", "text": ""}),
            say("Hel", obfuscation="x"),
            say("lo"),
            event("output_text.done", output_index=0, text="Hello"),
            event("output_item.done", output_index=0, item=message("Hello")),
            event("completed", response=response(output=[message("Hello")], usage=USAGE)),
        ),
    )
    assert [e.text for e in told.events if isinstance(e, TextDelta)] == ["Hel", "lo"]
    assert told.usage == Usage(9, 12, cached_tokens=4, reasoning_tokens=10)
    assert told.end == Finished(FinishReason.STOP, "completed", "m-1")


def test_the_same_bytes_in_any_pieces_tell_the_same() -> None:
    data = sse(BEGIN, say("café "), say("☃ [DONE] 😀"), END, "[DONE]")
    expected = stream(RESPONSES, data)
    assert expected.text == "café ☃ [DONE] 😀"
    for seed in range(20):
        assert stream(RESPONSES, data, random_cuts(data, seed)) == expected


def test_a_whole_answer_tells_what_a_stream_would() -> None:
    reasoning = {"type": "reasoning", "summary": [{"type": "summary_text", "text": "Hm."}]}
    told = whole(
        RESPONSES,
        json.dumps(
            response(output=[reasoning, message("Hi"), call_item("{}")], usage=USAGE, error=None)
        ),
    )
    assert (told.text, told.reasoning) == ("Hi", "Hm.")
    assert told.calls == [("call_1", "weather", "{}")]
    assert told.usage == Usage(9, 12, cached_tokens=4, reasoning_tokens=10)
    assert told.end == Finished(FinishReason.TOOL_CALLS, "completed", "m-1")


def test_a_stream_that_only_ends_is_read_from_its_end() -> None:
    told = stream(RESPONSES, sse(event("completed", response=response(output=[message("Hi")]))))
    assert (told.text, told.finished.reason) == ("Hi", FinishReason.STOP)


def test_a_stream_may_be_taken_up_in_its_middle() -> None:
    told = stream(RESPONSES, sse(say("lo"), END))
    assert (told.text, told.finished.served_model) == ("lo", "m-1")


@pytest.mark.parametrize("kind", ["reasoning_summary_text", "reasoning_text"])
def test_reasoning_is_told_as_a_summary_or_as_it_was(kind: str) -> None:
    told = stream(RESPONSES, sse(event(f"{kind}.delta", delta="Hm.", output_index=0), END))
    assert (told.reasoning, told.text) == ("Hm.", "")


@pytest.mark.parametrize(
    "pieces",
    [
        [event("function_call_arguments.delta", delta=part, output_index=1) for part in "[]"],
        [event("function_call_arguments.done", arguments="[]", output_index=1)],
        [],
    ],
)
def test_a_tool_call_comes_in_pieces_or_only_whole(pieces: list[Any]) -> None:
    told = stream(
        RESPONSES,
        sse(
            say("Wait."),
            event("output_item.added", output_index=1, item=call_item()),
            *pieces,
            event("output_item.done", output_index=1, item=call_item("[]")),
            END,
        ),
    )
    assert told.calls == [("call_1", "weather", "[]")]
    assert told.finished.reason is FinishReason.TOOL_CALLS


def test_items_are_told_apart_by_their_index_even_where_ids_change() -> None:
    def piece(index: int, item_id: str, part: str) -> dict[str, Any]:
        kind = "function_call_arguments.delta"
        return event(kind, output_index=index, item_id=item_id, delta=part)

    told = stream(
        RESPONSES,
        sse(piece(0, "a", "{"), piece(1, "b", "["), piece(0, "c", "}"), piece(1, "d", "]"), END),
    )
    assert [arguments for _, _, arguments in told.calls] == ["{}", "[]"]


def test_items_without_an_index_are_told_apart_by_their_ids() -> None:
    told = stream(
        RESPONSES,
        sse(
            event("output_text.delta", item_id="msg_1", delta="Hi"),
            event("output_item.done", item=message("Hi") | {"id": "msg_1"}),
            event("output_item.added", item=call_item()),
            event("function_call_arguments.delta", item_id="fc_1", delta="{}"),
            event("output_item.done", item=call_item("{}")),
            END,
        ),
    )
    assert (told.text, told.calls) == ("Hi", [("call_1", "weather", "{}")])


@pytest.mark.parametrize(
    ("why", "reason"),
    [
        ("max_output_tokens", FinishReason.LENGTH),
        ("content_filter", FinishReason.CONTENT_FILTER),
    ],
)
def test_an_incomplete_answer_says_why(why: str, reason: FinishReason) -> None:
    ending = response("incomplete", incomplete_details={"reason": why}, output=[message("Hi")])
    streamed = stream(RESPONSES, sse(say("Hi"), event("incomplete", response=ending)))
    for told in (streamed, whole(RESPONSES, json.dumps(ending))):
        assert told.text == "Hi"
        assert (told.finished.reason, told.finished.raw_reason) == (reason, why)


def test_a_refusal_is_no_answer() -> None:
    part = {"type": "refusal", "refusal": "No."}
    item = {"type": "message", "content": [part]}
    streamed = stream(
        RESPONSES,
        sse(
            event("refusal.delta", delta="No.", output_index=0),
            event("output_item.done", output_index=0, item=item),
            END,
        ),
    )
    for told in (streamed, whole(RESPONSES, json.dumps(response(output=[item])))):
        assert (told.refusal, told.text) == ("No.", "")


@pytest.mark.parametrize(
    "failure",
    [
        {"type": "error", "error": {"code": "insufficient_quota", "message": "no credit"}},
        {"type": "error", "code": "insufficient_quota", "message": "no credit", "param": None},
        event(
            "failed",
            response=response(
                "failed", error={"code": "insufficient_quota", "message": "no credit"}
            ),
        ),
    ],
)
def test_an_error_inside_the_stream_has_several_forms(failure: Any) -> None:
    told = stream(RESPONSES, sse(BEGIN, say("Hel"), failure, END))
    assert (told.error.kind, told.error.message) == (ErrorKind.QUOTA, "no credit")
    assert (told.text, told.served_model) == ("Hel", "m-1")


def test_a_failed_answer_is_a_failure_whole_too() -> None:
    error = {"code": "server_error", "message": "went wrong"}
    told = whole(RESPONSES, json.dumps(response("failed", error=error, output=[])))
    assert (told.error.kind, told.error.message) == (ErrorKind.SERVER, "went wrong")
    silent = stream(RESPONSES, sse(event("failed", response=response("failed", error=None))))
    assert silent.error.kind is ErrorKind.SERVER


def test_a_stream_without_its_last_event_was_cut_off() -> None:
    told = stream(RESPONSES, sse(BEGIN, say("Hel")))
    assert (told.error.kind, told.text) == (ErrorKind.PROTOCOL, "Hel")


def test_unknown_events_items_and_parts_are_passed_over() -> None:
    told = stream(
        RESPONSES,
        sse(
            event("output_item.added", output_index=0, item={"type": "web_search_call"}),
            event("web_search_call.searching", output_index=0),
            event("custom.delta", delta="x", output_index=0),
            event("output_item.done", output_index=0, item={"type": "web_search_call"}),
            {"type": "keepalive"},
            event("output_text.delta", delta="Hi", output_index=1),
            END,
        ),
    )
    assert (told.text, told.calls, told.finished.reason) == ("Hi", [], FinishReason.STOP)


def test_logprobs_come_with_their_pieces() -> None:
    token = {"token": "Hi", "logprob": -0.25, "bytes": [72, 105]}
    token["top_logprobs"] = [{"token": "Ho", "logprob": -1}]
    expected = [{"token": "Hi", "logprob": -0.25, "top": [{"token": "Ho", "logprob": -1.0}]}]
    assert stream(RESPONSES, sse(say("Hi", logprobs=[token]), END)).logprobs == expected
    body = json.dumps(response(output=[message("Hi", logprobs=[token])]))
    assert whole(RESPONSES, body).logprobs == expected


def test_a_bill_is_exact() -> None:
    usage = USAGE | {"cost_in_usd_ticks": 5143500}
    told = stream(RESPONSES, sse(say("Hi"), event("completed", response=response(usage=usage))))
    assert told.billed == billed(Decimal("0.00051435"))


def test_an_answer_has_a_name() -> None:
    decoder = RESPONSES.decoder()
    decoder.whole(response(output=[message("Hi")]))
    assert decoder.response_id == "resp_1"


def request(*messages: Message, stream: bool = True, **given: Any) -> WireRequest:
    turns = messages or (Message.of("user", "Hi"),)
    return RESPONSES.request(Call("m", turns, stream=stream, parameters=Parameters(**given)))


def body(sent: WireRequest) -> dict[str, Any]:
    found = json.loads(sent.body)
    assert isinstance(found, dict)
    return found


def test_the_least_request_stores_nothing() -> None:
    sent = request()
    assert (sent.path, sent.dropped) == ("/responses", ())
    turn = {
        "type": "message",
        "role": "user",
        "content": [{"type": "input_text", "text": "Hi"}],
    }
    assert body(sent) == {"model": "m", "input": [turn], "stream": True, "store": False}
    assert body(request(stream=False))["stream"] is False


def test_the_system_prompt_stands_apart_and_answers_are_output() -> None:
    turns = (Message.of("user", "1"), Message.of("assistant", "2"), Message.of("user", "3"))
    sent = body(RESPONSES.request(Call("m", turns, system="Be brief.")))
    assert sent["instructions"] == "Be brief."
    assert [(turn["role"], turn["content"][0]["type"]) for turn in sent["input"]] == [
        ("user", "input_text"),
        ("assistant", "output_text"),
        ("user", "input_text"),
    ]


def test_every_parameter_in_the_dialects_words() -> None:
    schema = {"type": "object"}
    sent = body(
        request(
            temperature=0.0, top_p=0.9, max_tokens=10, reasoning="low", schema=schema, logprobs=2
        )
    )
    assert {name: sent[name] for name in sent if name not in ("model", "input")} == {
        "stream": True,
        "store": False,
        "temperature": 0.0,
        "top_p": 0.9,
        "max_output_tokens": 10,
        "reasoning": {"effort": "low", "summary": "auto"},
        "text": {
            "format": {"type": "json_schema", "name": "answer", "strict": True, "schema": schema}
        },
        "include": ["message.output_text.logprobs"],
        "top_logprobs": 2,
    }
    assert body(request(reasoning="none"))["reasoning"] == {"effort": "none"}


def test_what_the_dialect_has_no_word_for_is_named() -> None:
    sent = request(top_k=5, stop=("x",), seed=1, reasoning=2048)
    assert [name for name, _ in sent.dropped] == ["top_k", "stop", "seed", "reasoning"]
    assert not {"top_k", "stop", "seed", "reasoning"} & set(body(sent))


def test_images_and_documents_by_address_and_by_bytes() -> None:
    parts = (
        TextPart("Look:"),
        ImagePart(url="https://example.org/a.png"),
        ImagePart(data=b"\x01", media_type="image/gif"),
        DocumentPart(data=b"%PDF", media_type="application/pdf", name="a.pdf"),
        DocumentPart(url="https://example.org/b.pdf"),
    )
    assert body(request(Message("user", parts)))["input"][0]["content"] == [
        {"type": "input_text", "text": "Look:"},
        {"type": "input_image", "image_url": "https://example.org/a.png"},
        {"type": "input_image", "image_url": "data:image/gif;base64,AQ=="},
        {
            "type": "input_file",
            "filename": "a.pdf",
            "file_data": "data:application/pdf;base64,JVBERg==",
        },
        {"type": "input_file", "file_url": "https://example.org/b.pdf"},
    ]


@pytest.mark.parametrize("text", ["{}", '{"object": "list", "data": []}', '{"output": []}', "[]"])
def test_a_reply_that_holds_no_answer_is_a_protocol_error(text: str) -> None:
    with pytest.raises(LabError) as caught:
        whole(RESPONSES, text)
    assert caught.value.kind is ErrorKind.PROTOCOL
