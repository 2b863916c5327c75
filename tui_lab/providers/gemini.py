"""Google's Gemini: generateContent and streamGenerateContent."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any
from urllib.parse import quote

from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.core.events import Event, FinishReason, Note
from tui_lab.core.messages import Message, Part, TextPart
from tui_lab.core.parameters import Parameters
from tui_lab.core.usage import Usage
from tui_lab.providers.answer import JsonAnswer
from tui_lab.providers.attachments import base64_data, media_type, url_media_type
from tui_lab.providers.errors import classify
from tui_lab.providers.event_stream import EventStreamDecoder
from tui_lab.providers.json_objects import JsonObjectsDecoder
from tui_lab.providers.logprobs import Logprobs, scored
from tui_lab.providers.payload import (
    as_count,
    as_json,
    as_list,
    as_object,
    as_text,
    request_body,
)
from tui_lab.providers.unicode_text import valid_text
from tui_lab.providers.wire import AnswerDecoder, Call, FrameDecoder, WireRequest

_TAKES_A_BUDGET = re.compile(r"(?:.*/)?gemini-[12]\b")
"""Models that know no level of thinking, only a budget; the later ones know both."""

_BUDGETS = {"minimal": 1024, "low": 1024, "medium": 8192, "high": 24576}
"""The budget of each effort, as Google's own OpenAI-compatible endpoint sets it:
https://ai.google.dev/gemini-api/docs/openai#thinking"""

_LEVELS = ("minimal", "low", "medium", "high", "xhigh")


class Gemini:
    """The dialect `gemini`. A server that ignores `alt=sse` streams an array of JSON."""

    id = "gemini"
    frames: type[FrameDecoder] = EventStreamDecoder
    json_frames: type[FrameDecoder] | None = JsonObjectsDecoder
    headers: Mapping[str, str] = MappingProxyType({})

    def request(self, call: Call) -> WireRequest:
        config = _parameters(call.model, call.parameters)
        body = {
            **({"systemInstruction": {"parts": [{"text": call.system}]}} if call.system else {}),
            "contents": _contents(call.messages),
            **({"generationConfig": config} if config else {}),
        }
        method = "streamGenerateContent?alt=sse" if call.stream else "generateContent"
        model = quote(call.model.removeprefix("models/"), safe="")
        headers = {"content-type": "application/json", **call.headers}
        return WireRequest(f"/models/{model}:{method}", headers, request_body(body))

    def decoder(self) -> AnswerDecoder:
        return _GeminiAnswer()

    def error(self, status: int, headers: Mapping[str, str], body: bytes) -> LabError:
        return classify(status, headers, body)


def _contents(messages: tuple[Message, ...]) -> list[dict[str, Any]]:
    """The turns; the API refuses parts and turns without content."""
    turns = [
        {
            "role": "model" if message.role == "assistant" else "user",
            "parts": [_part(part) for part in message.parts if part != TextPart("")],
        }
        for message in messages
    ]
    return [turn for turn in turns if turn["parts"]]


def _part(part: Part) -> dict[str, Any]:
    if isinstance(part, TextPart):
        return {"text": part.text}
    if part.url is None:
        return {"inlineData": {"mimeType": media_type(part), "data": base64_data(part)}}
    seems = url_media_type(part)
    return {"fileData": {"fileUri": part.url, **({"mimeType": seems} if seems else {})}}


def _parameters(model: str, given: Parameters) -> dict[str, Any]:
    words = {
        "temperature": given.temperature,
        "topP": given.top_p,
        "topK": given.top_k,
        "maxOutputTokens": given.max_tokens,
        "stopSequences": list(given.stop) if given.stop else None,
        "seed": given.seed,
        "thinkingConfig": _thinking(model, given.reasoning),
        "responseMimeType": None if given.schema is None else "application/json",
        "responseJsonSchema": given.schema,
        "responseLogprobs": None if given.logprobs is None else True,
        "logprobs": given.logprobs or None,
    }
    return {name: value for name, value in words.items() if value is not None}


def _thinking(model: str, reasoning: str | int | None) -> dict[str, Any] | None:
    match reasoning:
        case None:
            return None
        case "none" | 0:
            return {"thinkingBudget": 0}
        case int():
            return {"includeThoughts": True, "thinkingBudget": reasoning}
    by_budget = _TAKES_A_BUDGET.match(model)
    allowed = tuple(_BUDGETS) if by_budget else _LEVELS
    if reasoning not in allowed:
        raise LabError(
            ErrorKind.USAGE,
            f"reasoning cannot be {reasoning!r} for {model}",
            f"it takes none, {', '.join(allowed)}, or a number of tokens",
        )
    if by_budget:
        return {"includeThoughts": True, "thinkingBudget": _BUDGETS[reasoning]}
    return {"includeThoughts": True, "thinkingLevel": reasoning.upper()}


class _GeminiAnswer(JsonAnswer):
    """Chunks of a stream, or a whole answer: both have one form, and the stream no terminator."""

    def __init__(self) -> None:
        super().__init__()
        self._told: dict[str, Any] = {}
        self._calls = 0

    def read(self, payload: Mapping[str, Any]) -> list[Event]:
        self.serve(payload.get("modelVersion"))
        self.identify(payload.get("responseId"))
        events: list[Event] = []
        for candidate in map(as_object, as_list(payload.get("candidates"))):
            if candidate.get("index") in (0, None):  # one answer was asked for
                events += self._candidate(candidate)
        return [
            *events,
            *self._blocked(as_object(payload.get("promptFeedback"))),
            *self._usage(payload.get("usageMetadata")),
        ]

    def _candidate(self, candidate: Mapping[str, Any]) -> list[Event]:
        events: list[Event] = []
        logprobs = _logprobs(as_object(candidate.get("logprobsResult")))
        for part in as_list(as_object(candidate.get("content")).get("parts")):
            match part:
                case {"functionCall": dict() as call}:
                    events += self._call(call)
                case {"text": str() as text, "thought": True}:
                    events += self.reasoning(text)
                case {"text": str() as text}:
                    events += self.text(text, logprobs)
                    logprobs = ()
                case {"inlineData": dict() as data}:
                    what = valid_text(as_text(data.get("mimeType"))) or "data"
                    events.append(Note(f"the answer holds {what}, which is not kept"))
        return events + self._ending(candidate)

    def _call(self, call: Mapping[str, Any]) -> list[Event]:
        self._calls += 1
        arguments = as_json(call.get("args"))
        return self.tool_call(self._calls - 1, call.get("id"), call.get("name"), arguments)

    def _ending(self, candidate: Mapping[str, Any]) -> list[Event]:
        told, words = candidate.get("finishReason"), as_text(candidate.get("finishMessage"))
        note: list[Event] = [Note(valid_text(words))] if words else []
        called = FinishReason.TOOL_CALLS if told == "STOP" and self._calls else None
        return note + self.finish_reason(told, called)

    def _blocked(self, feedback: Mapping[str, Any]) -> list[Event]:
        """A prompt that was not let through: there is no candidate then, and no error either."""
        reason = as_text(feedback.get("blockReason"))
        if not reason:
            return []
        words = as_text(feedback.get("blockReasonMessage")) or reason
        note = Note(f"the prompt was blocked: {valid_text(words)}")
        return [note, *self.finish_reason(reason, FinishReason.CONTENT_FILTER)]

    def _usage(self, usage: object) -> list[Event]:
        """Every chunk tells all counts so far, except those that it leaves out."""
        self._told |= {name: value for name, value in as_object(usage).items() if value is not None}
        return self.report(_counts(self._told))


def _counts(told: Mapping[str, Any]) -> Usage:
    """The provider counts what its tools read beside the prompt, and thoughts beside the answer."""
    thoughts = as_count(told.get("thoughtsTokenCount"))
    return Usage(
        input_tokens=_sum(
            as_count(told.get("promptTokenCount")), as_count(told.get("toolUsePromptTokenCount"))
        ),
        output_tokens=_sum(as_count(told.get("candidatesTokenCount")), thoughts),
        cached_tokens=as_count(told.get("cachedContentTokenCount")),
        reasoning_tokens=thoughts,
    )


def _sum(first: int | None, second: int | None) -> int | None:
    return second if first is None else first + (second or 0)


def _logprobs(told: Mapping[str, Any]) -> Logprobs:
    chosen, ranked = as_list(told.get("chosenCandidates")), as_list(told.get("topCandidates"))
    others = [as_list(as_object(step).get("candidates")) for step in ranked]
    others += [[] for _ in chosen[len(others) :]]
    return tuple(
        _scored(token) | {"top": [_scored(other) for other in top]}
        for token, top in zip(chosen, others, strict=False)
    )


def _scored(candidate: object) -> dict[str, Any]:
    told = as_object(candidate)
    return scored(told.get("token"), told.get("logProbability"))
