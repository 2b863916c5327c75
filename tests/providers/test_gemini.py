from __future__ import annotations

import json
from typing import Any

import pytest

from tests.providers.answers import Told, random_cuts, sse, stream, whole
from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.core.events import Failed, Finished, FinishReason, TextDelta
from tui_lab.core.messages import DocumentPart, ImagePart, Message, TextPart
from tui_lab.core.parameters import Parameters
from tui_lab.core.usage import Usage
from tui_lab.providers.gemini import Gemini
from tui_lab.providers.wire import Call, WireRequest

GEMINI = Gemini()


def chunk(*parts: Any, finish: str | None = None, **more: Any) -> dict[str, Any]:
    candidate: dict[str, Any] = {"content": {"parts": list(parts), "role": "model"}, "index": 0}
    if finish:
        candidate["finishReason"] = finish
    return {"candidates": [candidate], "modelVersion": "g-1", "responseId": "r-1"} | more


def text(piece: str, **more: Any) -> dict[str, Any]:
    return {"text": piece, **more}


def counted(**counts: int) -> dict[str, Any]:
    return {"usageMetadata": counts | {"promptTokensDetails": []}}


def crlf(*payloads: Any) -> bytes:
    return sse(*payloads).replace(b"\n", b"\r\n")


def array(*payloads: Any) -> bytes:
    """As the API streams without `alt=sse`."""
    return b"[" + b"\n,\r\n".join(json.dumps(one, indent=2).encode() for one in payloads) + b"]"


def told_in_array(*payloads: Any, seed: int = 0) -> Told:
    body = array(*payloads)
    return stream(GEMINI, body, random_cuts(body, seed), as_json=True)


ANSWER = (
    chunk(text("Hm.", thought=True), **counted(promptTokenCount=9, thoughtsTokenCount=5)),
    chunk(text("Hel"), **counted(promptTokenCount=9, candidatesTokenCount=1, thoughtsTokenCount=5)),
    chunk(
        text("lo"),
        text("", thoughtSignature="abc"),
        finish="STOP",
        **counted(
            promptTokenCount=8,
            cachedContentTokenCount=4,
            candidatesTokenCount=2,
            thoughtsTokenCount=5,
            totalTokenCount=15,
        ),
    ),
)


def test_a_stream_as_google_sends_it() -> None:
    told = stream(GEMINI, crlf(*ANSWER))
    assert [e.text for e in told.events if isinstance(e, TextDelta)] == ["Hel", "lo"]
    assert told.reasoning == "Hm."
    assert told.usage == Usage(8, 7, cached_tokens=4, reasoning_tokens=5)
    assert told.end == Finished(FinishReason.STOP, "STOP", "g-1")


def test_the_same_bytes_in_any_pieces_tell_the_same() -> None:
    data = crlf(chunk(text("café ☃ ")), chunk(text("😀"), finish="STOP"))
    expected = stream(GEMINI, data)
    assert expected.text == "café ☃ 😀"
    for seed in range(20):
        assert stream(GEMINI, data, random_cuts(data, seed)) == expected


@pytest.mark.parametrize("seed", range(10))
def test_an_array_of_chunks_tells_what_an_event_stream_does(seed: int) -> None:
    assert told_in_array(*ANSWER, seed=seed) == stream(GEMINI, crlf(*ANSWER))


def test_a_whole_answer_tells_what_a_stream_would() -> None:
    answer = chunk(
        text("Hm.", thought=True),
        text("Hello"),
        finish="STOP",
        **counted(promptTokenCount=8, candidatesTokenCount=2, thoughtsTokenCount=5),
    )
    told = whole(GEMINI, json.dumps(answer))
    assert (told.text, told.reasoning) == ("Hello", "Hm.")
    assert told.usage == Usage(8, 7, reasoning_tokens=5)
    assert told.end == Finished(FinishReason.STOP, "STOP", "g-1")
    assert told_in_array(answer).events == told.events


def test_what_tools_read_counts_as_input() -> None:
    counts = counted(promptTokenCount=8, toolUsePromptTokenCount=100, candidatesTokenCount=2)
    told = stream(GEMINI, sse(chunk(text("Hi"), finish="STOP", **counts)))
    assert told.usage == Usage(108, 2)


def test_a_count_that_a_later_chunk_leaves_out_still_holds() -> None:
    told = stream(
        GEMINI,
        sse(
            chunk(text("Hm", thought=True), **counted(promptTokenCount=8, thoughtsTokenCount=5)),
            chunk(text("Hi"), finish="STOP", **counted(candidatesTokenCount=2)),
        ),
    )
    assert told.usage == Usage(8, 7, reasoning_tokens=5)


def test_an_untold_count_stays_unknown() -> None:
    counts = counted(candidatesTokenCount=23, thoughtsTokenCount=67)
    told = stream(GEMINI, sse(chunk(text("Hi"), finish="STOP", **counts)))
    assert told.usage == Usage(None, 90, reasoning_tokens=67)


def test_a_stream_without_a_finish_reason_was_cut_off() -> None:
    told = stream(GEMINI, sse(chunk(text("Hel"))))
    assert (told.error.kind, told.text) == (ErrorKind.PROTOCOL, "Hel")


def test_what_follows_the_finish_reason_still_counts() -> None:
    told = stream(
        GEMINI,
        sse(chunk(text("Hi"), finish="STOP"), {"usageMetadata": {"promptTokenCount": 3}}),
    )
    assert (told.usage.input_tokens, told.finished.reason) == (3, FinishReason.STOP)


@pytest.mark.parametrize(
    ("word", "reason"),
    [
        ("MAX_TOKENS", FinishReason.LENGTH),
        ("SAFETY", FinishReason.CONTENT_FILTER),
        ("RECITATION", FinishReason.CONTENT_FILTER),
        ("PROHIBITED_CONTENT", FinishReason.CONTENT_FILTER),
        ("SPII", FinishReason.CONTENT_FILTER),
        ("MODEL_ARMOR", FinishReason.CONTENT_FILTER),
        ("IMAGE_SAFETY", FinishReason.CONTENT_FILTER),
        ("NEXT_YEARS_REASON", None),
    ],
)
def test_why_an_answer_ended(word: str, reason: FinishReason | None) -> None:
    told = stream(GEMINI, sse({"candidates": [{"finishReason": word}]}))
    assert (told.finished.reason, told.finished.raw_reason) == (reason, word)


@pytest.mark.parametrize("word", ["MALFORMED_FUNCTION_CALL", "MALFORMED_RESPONSE"])
def test_a_malformed_answer_is_a_failure_with_its_words(word: str) -> None:
    candidate = {"finishReason": word, "finishMessage": "Malformed: x"}
    told = stream(GEMINI, sse({"candidates": [candidate]}))
    assert told.error.kind is ErrorKind.SERVER
    assert told.notes == ["Malformed: x"]


@pytest.mark.parametrize("word", ["OTHER", "NO_IMAGE", "FINISH_REASON_UNSPECIFIED"])
def test_a_stop_for_no_reason_that_is_told_is_no_success(word: str) -> None:
    told = stream(GEMINI, sse(chunk(text("Hi"), finish=word)))
    assert told.text == "Hi"
    assert told.end == Failed(told.error, raw_reason=word)
    assert told.error.kind is ErrorKind.SERVER


@pytest.mark.parametrize("words", ["It violated the filters.", None])
def test_a_blocked_prompt_is_filtered_and_says_why(words: str | None) -> None:
    feedback = {"blockReason": "OTHER"} | ({"blockReasonMessage": words} if words else {})
    payload = {"promptFeedback": feedback, "modelVersion": "g-1"}
    for told in (stream(GEMINI, sse(payload)), whole(GEMINI, json.dumps(payload))):
        assert told.end == Finished(FinishReason.CONTENT_FILTER, "OTHER", "g-1")
        assert told.notes == [f"the prompt was blocked: {words or 'OTHER'}"]


def test_feedback_that_blocks_nothing_ends_nothing() -> None:
    told = stream(GEMINI, sse(chunk(text("Hi"), promptFeedback={"safetyRatings": []})))
    assert told.error.kind is ErrorKind.PROTOCOL


def test_tool_calls_come_whole() -> None:
    told = stream(
        GEMINI,
        sse(
            chunk({"functionCall": {"name": "f", "args": {"a": "é"}, "id": "c1"}}),
            chunk({"functionCall": {"name": "f", "args": {}}}, finish="STOP"),
        ),
    )
    assert told.calls == [("c1", "f", '{"a": "é"}'), (None, "f", "{}")]
    assert told.end == Finished(FinishReason.TOOL_CALLS, "STOP", "g-1")


def test_only_the_first_candidate_is_read_and_unknown_parts_are_passed_over() -> None:
    other = {"content": {"parts": [text("no")]}, "index": 1, "finishReason": "SAFETY"}
    payload = chunk({"executableCode": {"code": "1"}}, text("Hi"), "x", finish="STOP")
    payload["candidates"].append(other)
    told = stream(GEMINI, sse(payload))
    assert (told.text, told.finished.raw_reason) == ("Hi", "STOP")


def test_an_image_in_the_answer_is_named() -> None:
    part = {"inlineData": {"mimeType": "image/png", "data": "AA=="}}
    told = stream(GEMINI, sse(chunk(part, finish="STOP")))
    assert told.notes == ["the answer holds image/png, which is not kept"]


def test_logprobs_come_with_the_first_text_of_a_chunk() -> None:
    result = {
        "chosenCandidates": [
            {"token": "H", "logProbability": -0.25, "tokenId": 3},
            {"token": "i", "logProbability": -0.5},
        ],
        "topCandidates": [{"candidates": [{"token": "J", "logProbability": -2}]}],
    }
    payload = chunk(text("Hm", thought=True), text("H"), text("i"), finish="STOP")
    payload["candidates"][0]["logprobsResult"] = result
    told = stream(GEMINI, sse(payload))
    assert told.logprobs == [
        {"token": "H", "logprob": -0.25, "top": [{"token": "J", "logprob": -2.0}]},
        {"token": "i", "logprob": -0.5, "top": []},
    ]


def test_an_error_in_the_stream_is_a_failure_in_either_form() -> None:
    error = {"error": {"code": 503, "message": "overloaded", "status": "UNAVAILABLE"}}
    for told in (
        stream(GEMINI, sse(chunk(text("Hel")), error)),
        told_in_array(chunk(text("Hel")), error),
    ):
        assert (told.error.kind, told.error.message) == (ErrorKind.SERVER, "overloaded")
        assert told.text == "Hel"


def test_an_answer_has_a_name() -> None:
    decoder = GEMINI.decoder()
    decoder.whole(chunk(text("Hi")))
    assert decoder.response_id == "r-1"


def request(
    model: str = "gemini-3.6-flash", *messages: Message, stream: bool = True, **given: Any
) -> WireRequest:
    turns = messages or (Message.of("user", "Hi"),)
    return GEMINI.request(Call(model, turns, stream=stream, parameters=Parameters(**given)))


def body(sent: WireRequest) -> dict[str, Any]:
    found = json.loads(sent.body)
    assert isinstance(found, dict)
    return found


def test_the_least_request() -> None:
    sent = request()
    assert sent.path == "/models/gemini-3.6-flash:streamGenerateContent?alt=sse"
    assert sent.headers == {"content-type": "application/json"}
    assert body(sent) == {"contents": [{"role": "user", "parts": [{"text": "Hi"}]}]}
    assert request(stream=False).path == "/models/gemini-3.6-flash:generateContent"


@pytest.mark.parametrize(
    ("model", "path"),
    [
        ("models/gemini-2.5-pro", "/models/gemini-2.5-pro:generateContent"),
        ("../x?key=1#a b", "/models/..%2Fx%3Fkey%3D1%23a%20b:generateContent"),
    ],
)
def test_the_model_is_a_quoted_part_of_the_path(model: str, path: str) -> None:
    assert request(model, stream=False).path == path


def test_the_system_prompt_stands_apart_and_empty_turns_stay_away() -> None:
    turns = (
        Message.of("user", "1"),
        Message.of("assistant", "2"),
        Message.of("assistant", ""),
        Message.of("user", "3"),
    )
    sent = body(GEMINI.request(Call("g", turns, system="Be brief.")))
    assert sent == {
        "systemInstruction": {"parts": [{"text": "Be brief."}]},
        "contents": [
            {"role": "user", "parts": [{"text": "1"}]},
            {"role": "model", "parts": [{"text": "2"}]},
            {"role": "user", "parts": [{"text": "3"}]},
        ],
    }


def test_every_parameter_in_the_dialects_words() -> None:
    schema = {"type": "object"}
    sent = request(
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
    assert sent.dropped == ()
    assert body(sent)["generationConfig"] == {
        "temperature": 0.0,
        "topP": 0.9,
        "topK": 40,
        "maxOutputTokens": 10,
        "stopSequences": ["\n"],
        "seed": 0,
        "thinkingConfig": {"includeThoughts": True, "thinkingLevel": "LOW"},
        "responseMimeType": "application/json",
        "responseJsonSchema": schema,
        "responseLogprobs": True,
        "logprobs": 2,
    }
    assert body(request(logprobs=0))["generationConfig"] == {"responseLogprobs": True}


@pytest.mark.parametrize(
    ("model", "reasoning", "thinking"),
    [
        (
            "gemini-3-flash-preview",
            "minimal",
            {"includeThoughts": True, "thinkingLevel": "MINIMAL"},
        ),
        ("gemini-3.6-flash", "xhigh", {"includeThoughts": True, "thinkingLevel": "XHIGH"}),
        ("gemini-flash-latest", "high", {"includeThoughts": True, "thinkingLevel": "HIGH"}),
        ("gemini-2.5-pro", "high", {"includeThoughts": True, "thinkingBudget": 24576}),
        ("models/gemini-2.5-flash", "low", {"includeThoughts": True, "thinkingBudget": 1024}),
        ("gemini-2.5-flash", 500, {"includeThoughts": True, "thinkingBudget": 500}),
        ("gemini-3.6-flash", 500, {"includeThoughts": True, "thinkingBudget": 500}),
        ("gemini-2.5-flash", "none", {"thinkingBudget": 0}),
        ("gemini-2.5-flash", 0, {"thinkingBudget": 0}),
    ],
)
def test_reasoning_is_a_level_or_a_budget_as_the_model_wants_it(
    model: str, reasoning: str | int, thinking: dict[str, Any]
) -> None:
    sent = body(request(model, reasoning=reasoning))
    assert sent["generationConfig"] == {"thinkingConfig": thinking}


@pytest.mark.parametrize(
    ("model", "reasoning"), [("gemini-2.5-pro", "xhigh"), ("gemini-3.6-flash", "max")]
)
def test_an_effort_that_the_model_does_not_know_is_refused(model: str, reasoning: str) -> None:
    with pytest.raises(LabError, match=reasoning) as caught:
        request(model, reasoning=reasoning)
    assert caught.value.kind is ErrorKind.USAGE
    assert "high" in caught.value.hint


def test_images_and_documents_by_address_and_by_bytes() -> None:
    parts = (
        TextPart("Look:"),
        ImagePart(url="https://example.org/a.png"),
        ImagePart(data=b"\x01", media_type="image/gif"),
        DocumentPart(data=b"%PDF", media_type="application/pdf", name="a.pdf"),
        DocumentPart(url="https://example.org/b.PDF?x"),
    )
    assert body(request("g", Message("user", parts)))["contents"][0]["parts"] == [
        {"text": "Look:"},
        {"fileData": {"fileUri": "https://example.org/a.png", "mimeType": "image/png"}},
        {"inlineData": {"mimeType": "image/gif", "data": "AQ=="}},
        {"inlineData": {"mimeType": "application/pdf", "data": "JVBERg=="}},
        {
            "fileData": {
                "fileUri": "https://example.org/b.PDF?x",
                "mimeType": "application/pdf",
            }
        },
    ]


@pytest.mark.parametrize("reply", ["{}", '{"models": []}', '{"candidates": []}', "[]"])
def test_a_reply_that_holds_no_answer_is_a_protocol_error(reply: str) -> None:
    with pytest.raises(LabError) as caught:
        whole(GEMINI, reply)
    assert caught.value.kind is ErrorKind.PROTOCOL
