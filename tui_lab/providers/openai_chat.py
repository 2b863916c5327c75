"""OpenAI's chat completions, and the many servers that speak it in their own accents."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from tui_lab.core.errors import LabError
from tui_lab.core.events import Event
from tui_lab.core.usage import Usage
from tui_lab.providers.answer import JsonAnswer
from tui_lab.providers.billing import billed_cost
from tui_lab.providers.chat_request import chat_messages, chat_parameters, dropped_parameters
from tui_lab.providers.errors import classify
from tui_lab.providers.event_stream import EventStreamDecoder
from tui_lab.providers.logprobs import Logprobs, choice_logprobs
from tui_lab.providers.payload import (
    as_count,
    as_json,
    as_list,
    as_object,
    as_text,
    request_body,
)
from tui_lab.providers.wire import AnswerDecoder, Call, FrameDecoder, WireRequest


class OpenAIChat:
    """The dialect `openai-chat`."""

    id = "openai-chat"
    frames: type[FrameDecoder] = EventStreamDecoder
    json_frames: type[FrameDecoder] | None = None
    headers: Mapping[str, str] = MappingProxyType({})

    def request(self, call: Call) -> WireRequest:
        asks_usage = call.stream and call.accent.usage_option
        body = {
            "model": call.model,
            "messages": chat_messages(call),
            "stream": call.stream,
            **({"stream_options": {"include_usage": True}} if asks_usage else {}),
            **chat_parameters(call.model, call.parameters, call.accent),
        }
        headers = {"content-type": "application/json", **call.headers}
        dropped = dropped_parameters(call.parameters, call.accent)
        return WireRequest("/chat/completions", headers, request_body(body), dropped=dropped)

    def decoder(self) -> AnswerDecoder:
        return _ChatAnswer()

    def error(self, status: int, headers: Mapping[str, str], body: bytes) -> LabError:
        return classify(status, headers, body)


class _ChatAnswer(JsonAnswer):
    """Chunks with `delta`, or a whole answer with `message`: both are read alike.

    Where a server leaves `<think>` tags inside the content, they stay there: the text of an answer
    is kept as it came, and only what the provider itself calls reasoning is told apart.
    """

    def __init__(self) -> None:
        super().__init__()
        self._call_numbers: dict[str, int] = {}

    def read(self, payload: Mapping[str, Any]) -> list[Event]:
        self.serve(payload.get("model"))
        self.identify(payload.get("id"))
        events: list[Event] = []
        for choice in map(as_object, as_list(payload.get("choices"))):
            if choice.get("index") in (0, None):  # one answer was asked for
                events += self._choice(choice)
        return events + self._usage(payload)

    def _choice(self, choice: Mapping[str, Any]) -> list[Event]:
        # Perplexity sends both: the piece, and the whole message as far as it has come.
        delta = as_object(choice.get("delta" if "delta" in choice else "message"))
        content = delta.get("content")
        return [
            *self.reasoning(_reasoning(delta)),
            *self._text(content, choice_logprobs(choice.get("logprobs"), content)),
            *self.refusal(as_text(delta.get("refusal"))),
            *self._tool_calls(delta),
            *self.finish_reason(choice.get("finish_reason")),
        ]

    def _text(self, content: object, logprobs: Logprobs) -> list[Event]:
        if not isinstance(content, list):
            return self.text(as_text(content), logprobs)
        events: list[Event] = []
        for part in map(as_object, content):  # Mistral's way
            if part.get("type") == "thinking":
                events += self.reasoning(_joined_texts(part.get("thinking")))
            elif part.get("type") == "text":
                events += self.text(as_text(part.get("text")))
        return events

    def _tool_calls(self, delta: Mapping[str, Any]) -> list[Event]:
        events: list[Event] = []
        for call in map(as_object, as_list(delta.get("tool_calls"))):
            events += self._function(self._call_number(call), call.get("id"), call.get("function"))
        return events + self._function(0, None, delta.get("function_call"))

    def _call_number(self, call: Mapping[str, Any]) -> int:
        """Its `index`; whole messages and some servers leave only the order of the ids."""
        index = as_count(call.get("index"))
        if index is not None:
            return index
        call_id, known = as_text(call.get("id")), len(self._call_numbers)
        return self._call_numbers.setdefault(call_id, known) if call_id else max(0, known - 1)

    def _function(self, number: int, call_id: object, function: object) -> list[Event]:
        told = as_object(function)
        return self.tool_call(number, call_id, told.get("name"), as_json(told.get("arguments")))

    def _usage(self, payload: Mapping[str, Any]) -> list[Event]:
        groq = as_object(payload.get("x_groq"))
        told = as_object(payload.get("usage")) or as_object(groq.get("usage"))
        return self.report(_counts(told), billed_cost(told))


def _reasoning(delta: Mapping[str, Any]) -> str:
    """The reasoning in a delta, once: servers that use several of these repeat themselves."""
    return (
        as_text(delta.get("reasoning_content"))
        or as_text(delta.get("reasoning"))
        or _joined_texts(delta.get("reasoning_details"))
    )


def _joined_texts(parts: object) -> str:
    found = map(as_object, as_list(parts))
    return "".join(as_text(part.get("text")) or as_text(part.get("summary")) for part in found)


def _counts(told: Mapping[str, Any]) -> Usage:
    inputs = as_object(told.get("prompt_tokens_details"))
    outputs = as_object(told.get("completion_tokens_details"))
    places = (
        inputs.get("cached_tokens"),
        told.get("cached_tokens"),  # Together, Moonshot
        told.get("prompt_cache_hit_tokens"),  # DeepSeek
    )
    reasoning = as_count(outputs.get("reasoning_tokens"))
    return Usage(
        input_tokens=as_count(told.get("prompt_tokens")),
        output_tokens=_output_tokens(told, reasoning),
        cached_tokens=next((n for n in map(as_count, places) if n is not None), None),
        cache_write_tokens=as_count(inputs.get("cache_write_tokens")),
        reasoning_tokens=reasoning,
    )


def _output_tokens(told: Mapping[str, Any], reasoning: int | None) -> int | None:
    """xAI counts reasoning beside the completion; only its total gives that away."""
    prompt, output = as_count(told.get("prompt_tokens")), as_count(told.get("completion_tokens"))
    if prompt is None or output is None or not reasoning:
        return output
    beside = as_count(told.get("total_tokens")) == prompt + output + reasoning
    return output + reasoning if beside else output
