"""Anthropic's Messages, also served by llama.cpp, Ollama, OpenRouter, LM Studio and others."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.core.events import Event, Note
from tui_lab.core.messages import ImagePart, Message, Part, TextPart
from tui_lab.core.parameters import Parameters
from tui_lab.core.usage import Usage
from tui_lab.providers.answer import JsonAnswer
from tui_lab.providers.attachments import base64_data, media_type
from tui_lab.providers.billing import billed_cost
from tui_lab.providers.errors import classify
from tui_lab.providers.event_stream import EventStreamDecoder
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

DEFAULT_MAX_TOKENS = 4096
"""The limit of an answer where none was asked for: the API takes no request without one."""

REASONING_MAX_TOKENS = 32_000
"""The same where an effort was asked for: the limit includes the thinking."""

_VERSION = "anthropic-version"
_WITHOUT_SAMPLING = "2026-10-21"
"""The first version of the API that refuses temperature, top_p and top_k for every model."""

_ADAPTIVE = re.compile(r"(?:.*[/.])?claude-(?:opus|sonnet|haiku|fable|mythos)-(?:4-[6-9]|[5-9])\b")
"""Models that think only when told to be adaptive, and show it only when asked for a summary:
https://platform.claude.com/docs/en/build-with-claude/adaptive-thinking"""

_SMALLEST_BUDGET = 1024
_EFFORTS = ("low", "medium", "high", "xhigh", "max")


class AnthropicMessages:
    """The dialect `anthropic`."""

    id = "anthropic"
    frames: type[FrameDecoder] = EventStreamDecoder
    json_frames: type[FrameDecoder] | None = None
    headers: Mapping[str, str] = MappingProxyType({_VERSION: "2023-06-01"})

    def request(self, call: Call) -> WireRequest:
        dropped = _dropped(call.parameters, call.headers.get(_VERSION, self.headers[_VERSION]))
        given = call.parameters.without(*(name for name, _ in dropped))
        body = {
            "model": call.model,
            **({"system": call.system} if call.system else {}),
            "messages": _messages(call.messages),
            "stream": call.stream,
            **_parameters(call.model, given),
        }
        headers = {"content-type": "application/json", **call.headers}
        return WireRequest("/messages", headers, request_body(body), dropped=dropped)

    def decoder(self) -> AnswerDecoder:
        return _MessageAnswer()

    def error(self, status: int, headers: Mapping[str, str], body: bytes) -> LabError:
        return classify(status, headers, body)


def _messages(messages: tuple[Message, ...]) -> list[dict[str, Any]]:
    """Turns that alternate, as the API wants them; it refuses blocks and turns that are blank."""
    turns: list[dict[str, Any]] = []
    for message in messages:
        blocks = [_block(part) for part in message.parts if not _is_blank(part)]
        if turns and turns[-1]["role"] == message.role:
            turns[-1]["content"] += blocks
        elif blocks:
            turns.append({"role": message.role, "content": blocks})
    return turns


def _is_blank(part: Part) -> bool:
    return isinstance(part, TextPart) and not part.text.strip()


def _block(part: Part) -> dict[str, Any]:
    if isinstance(part, TextPart):
        return {"type": "text", "text": part.text}
    if part.url is not None:
        source = {"type": "url", "url": part.url}
    else:
        data = base64_data(part)
        source = {"type": "base64", "media_type": media_type(part), "data": data}
    return {"type": "image" if isinstance(part, ImagePart) else "document", "source": source}


def _parameters(model: str, given: Parameters) -> dict[str, Any]:
    if given.temperature is not None and given.temperature > 1:
        raise _refused(f"temperature cannot be {given.temperature}", "a number from 0 to 1")
    words = {
        "max_tokens": _max_tokens(given),
        "temperature": given.temperature,
        "top_p": given.top_p,
        "top_k": given.top_k,
        "stop_sequences": list(given.stop) if given.stop else None,
        "thinking": _thinking(model, given.reasoning),
        "output_config": _output_config(given) or None,
    }
    return {name: value for name, value in words.items() if value is not None}


def _max_tokens(given: Parameters) -> int:
    """The limit includes the thinking, so it must leave room after it."""
    budget = given.reasoning if isinstance(given.reasoning, int) else 0
    if given.max_tokens is None:
        by_effort = isinstance(given.reasoning, str) and given.reasoning != "none"
        return REASONING_MAX_TOKENS if by_effort else budget + DEFAULT_MAX_TOKENS
    if given.max_tokens <= budget:
        raise _refused(
            f"max_tokens cannot be {given.max_tokens} with {budget} tokens of reasoning",
            "a number above the reasoning budget",
        )
    return given.max_tokens


def _thinking(model: str, reasoning: str | int | None) -> dict[str, Any] | None:
    if reasoning in ("none", 0):
        return {"type": "disabled"}
    if not isinstance(reasoning, int):
        adaptive = reasoning is not None and _ADAPTIVE.match(model)
        return {"type": "adaptive", "display": "summarized"} if adaptive else None
    if reasoning < _SMALLEST_BUDGET:
        raise _refused(
            f"reasoning cannot be {reasoning} tokens", f"0, or {_SMALLEST_BUDGET} and more"
        )
    return {"type": "enabled", "budget_tokens": reasoning}


def _output_config(given: Parameters) -> dict[str, Any]:
    config: dict[str, Any] = {}
    if isinstance(given.reasoning, str) and given.reasoning != "none":
        if given.reasoning not in _EFFORTS:
            raise _refused(
                f"reasoning cannot be {given.reasoning!r}", f"none, {', '.join(_EFFORTS)}"
            )
        config["effort"] = given.reasoning
    if given.schema is not None:
        config["format"] = {"type": "json_schema", "schema": given.schema}
    return config


def _refused(message: str, allowed: str) -> LabError:
    return LabError(ErrorKind.USAGE, f"{message} for this provider", f"it takes {allowed}")


def _dropped(given: Parameters, version: str) -> tuple[tuple[str, str], ...]:
    absent = dict.fromkeys(("seed", "logprobs"), "Anthropic's messages have no {}")
    if version >= _WITHOUT_SAMPLING:
        refused = f"version {version} of Anthropic's messages takes no {{}}"
        absent |= dict.fromkeys(("temperature", "top_p", "top_k"), refused)
    wanted = given.as_dict()
    return tuple((name, why.format(name)) for name, why in absent.items() if name in wanted)


class _MessageAnswer(JsonAnswer):
    """The events of a stream, or the one message that they would add up to."""

    def __init__(self) -> None:
        super().__init__()
        self._told: dict[str, Any] = {}
        self._call_numbers: dict[int | None, int] = {}

    def read(self, payload: Mapping[str, Any]) -> list[Event]:
        """New events, blocks and deltas are promised by the API: what is unknown is passed over."""
        match payload.get("type"):
            case "message":
                return self._message(payload)
            case "message_start":
                return self._head(as_object(payload.get("message")))
            case "content_block_start":
                index = as_count(payload.get("index"))
                return self._block(index, as_object(payload.get("content_block")))
            case "content_block_delta":
                index = as_count(payload.get("index"))
                return self._delta(index, as_object(payload.get("delta")))
            case "message_delta":
                return [
                    *self._usage(payload.get("usage")),
                    *self._ending(as_object(payload.get("delta"))),
                ]
            case "message_stop":
                return self.stop()
            case _:
                return []

    def _message(self, message: Mapping[str, Any]) -> list[Event]:
        events = self._head(message)
        for index, block in enumerate(as_list(message.get("content"))):
            events += self._block(index, as_object(block))
        return events + self._ending(message)

    def _head(self, message: Mapping[str, Any]) -> list[Event]:
        self.serve(message.get("model"))
        self.identify(message.get("id"))
        return self._usage(message.get("usage"))

    def _block(self, index: int | None, block: Mapping[str, Any]) -> list[Event]:
        """A block, whole, or as it opens (then its text is empty)."""
        match block.get("type"):
            case "text":
                return self.text(as_text(block.get("text")))
            case "thinking":
                return self.reasoning(as_text(block.get("thinking")))
            case "tool_use":
                number = self._call_numbers.setdefault(index, len(self._call_numbers))
                given = as_json(as_object(block.get("input")) or None)
                return self.tool_call(number, block.get("id"), block.get("name"), given)
            case _:
                return []

    def _delta(self, index: int | None, delta: Mapping[str, Any]) -> list[Event]:
        match delta.get("type"):
            case "text_delta":
                return self.text(as_text(delta.get("text")))
            case "thinking_delta":
                return self.reasoning(as_text(delta.get("thinking")))
            case "input_json_delta" if index in self._call_numbers:  # not a tool of the server's
                number = self._call_numbers[index]
                return self.tool_call(number, arguments=as_text(delta.get("partial_json")))
            case _:
                return []

    def _ending(self, told: Mapping[str, Any]) -> list[Event]:
        details = as_object(told.get("stop_details"))
        why = as_text(details.get("explanation")) or as_text(details.get("category"))
        note: list[Event] = [Note(valid_text(why))] if why else []
        return [*note, *self.finish_reason(told.get("stop_reason"))]

    def _usage(self, usage: object) -> list[Event]:
        """Counts are running totals; a later event repeats some of them, and the last one holds."""
        self._told |= {name: value for name, value in as_object(usage).items() if value is not None}
        return self.report(_counts(self._told), billed_cost(self._told))


def _counts(told: Mapping[str, Any]) -> Usage:
    """The provider's `input_tokens` leaves out what was read from or written to the cache."""
    fresh = as_count(told.get("input_tokens"))
    read = as_count(told.get("cache_read_input_tokens"))
    written = as_count(told.get("cache_creation_input_tokens"))
    details = as_object(told.get("output_tokens_details"))
    return Usage(
        input_tokens=None if fresh is None else fresh + (read or 0) + (written or 0),
        output_tokens=as_count(told.get("output_tokens")),
        cached_tokens=read,
        cache_write_tokens=written,
        reasoning_tokens=as_count(details.get("thinking_tokens")),
    )
