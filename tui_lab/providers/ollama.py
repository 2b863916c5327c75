"""Ollama's own chat: unlike its OpenAI endpoint it lets the context be set, and does not cut.

Left to itself, Ollama drops the beginning of a prompt that is longer than its context, and tells
nobody; `truncate` (ChatRequest in its api/types.go) makes it refuse instead, with the numbers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.core.events import Event, FinishReason
from tui_lab.core.messages import DocumentPart, ImagePart, Message
from tui_lab.core.parameters import Parameters
from tui_lab.core.usage import Usage
from tui_lab.providers.answer import JsonAnswer
from tui_lab.providers.attachments import base64_data
from tui_lab.providers.errors import classify
from tui_lab.providers.json_objects import JsonObjectsDecoder
from tui_lab.providers.logprobs import token_logprobs
from tui_lab.providers.ndjson import NdjsonDecoder
from tui_lab.providers.payload import (
    as_count,
    as_json,
    as_list,
    as_object,
    as_text,
    request_body,
)
from tui_lab.providers.wire import AnswerDecoder, Call, FrameDecoder, WireRequest

NUM_CTX = "x-ollama-num-ctx"
"""Not a header of Ollama's: the option `num_ctx` comes in it, and goes out in the body."""

_OVERFLOW_HINT = "shorten the prompt, or set a larger context with this provider's option num_ctx"
_LEVELS = ("low", "medium", "high", "max")


class OllamaNative:
    """The dialect `ollama`."""

    id = "ollama"
    frames: type[FrameDecoder] = NdjsonDecoder
    json_frames: type[FrameDecoder] | None = JsonObjectsDecoder
    headers: Mapping[str, str] = MappingProxyType({})

    def request(self, call: Call) -> WireRequest:
        more = dict(call.headers)
        options = _options(call.parameters) | _context(more.pop(NUM_CTX, None))
        body = {
            "model": call.model,
            "messages": _messages(call),
            "stream": call.stream,
            "truncate": False,
            **_parameters(call.parameters),
            **({"options": options} if options else {}),
        }
        headers = {"content-type": "application/json", **more}
        dropped = _dropped(call.parameters)
        return WireRequest("/api/chat", headers, request_body(body), dropped=dropped)

    def decoder(self) -> AnswerDecoder:
        return _OllamaAnswer()

    def error(self, status: int, headers: Mapping[str, str], body: bytes) -> LabError:
        error = classify(status, headers, body)
        overflow = error.kind is ErrorKind.CONTEXT_OVERFLOW
        return replace(error, hint=_OVERFLOW_HINT) if overflow else error


def _messages(call: Call) -> list[dict[str, Any]]:
    system = [{"role": "system", "content": call.system}] if call.system else []
    return system + [_message(message) for message in call.messages]


def _message(message: Message) -> dict[str, Any]:
    images = [_image(part) for part in message.attachments]
    turn: dict[str, Any] = {"role": message.role, "content": message.text}
    return turn | ({"images": images} if images else {})


def _image(part: ImagePart | DocumentPart) -> str:
    if isinstance(part, DocumentPart):
        raise _refused("Ollama takes no documents", "put the document's text into the prompt")
    if part.url is not None:
        raise _refused("Ollama takes no images by address", "attach the image as a file")
    return base64_data(part)


def _parameters(given: Parameters) -> dict[str, Any]:
    words = {
        "think": _think(given.reasoning),
        "format": given.schema,
        "logprobs": None if given.logprobs is None else True,
        "top_logprobs": given.logprobs or None,
    }
    return {name: value for name, value in words.items() if value is not None}


def _think(reasoning: str | int | None) -> bool | str | None:
    if reasoning in ("none", 0):
        return False
    if not isinstance(reasoning, str):
        return None
    if reasoning not in _LEVELS:
        raise _refused(
            f"reasoning cannot be {reasoning!r} for Ollama", f"it takes none, {', '.join(_LEVELS)}"
        )
    return reasoning


def _options(given: Parameters) -> dict[str, Any]:
    words = {
        "temperature": given.temperature,
        "top_p": given.top_p,
        "top_k": given.top_k,
        "num_predict": given.max_tokens,
        "stop": list(given.stop) if given.stop else None,
        "seed": given.seed,
    }
    return {name: value for name, value in words.items() if value is not None}


def _context(tokens: str | None) -> dict[str, int]:
    return {} if tokens is None else {"num_ctx": int(tokens)}


def _refused(message: str, hint: str) -> LabError:
    return LabError(ErrorKind.USAGE, message, hint)


def _dropped(given: Parameters) -> tuple[tuple[str, str], ...]:
    if isinstance(given.reasoning, int) and given.reasoning:
        return (("reasoning", "Ollama takes an effort word, not a budget"),)
    return ()


class _OllamaAnswer(JsonAnswer):
    """Lines of a stream, or the one object of a whole answer: both have one form."""

    def __init__(self) -> None:
        super().__init__()
        self._calls = 0

    def read(self, payload: Mapping[str, Any]) -> list[Event]:
        self.serve(payload.get("model"))
        message = as_object(payload.get("message"))
        events = [
            *self.reasoning(as_text(message.get("thinking"))),
            *self.text(as_text(message.get("content")), token_logprobs(payload.get("logprobs"))),
            *self._tool_calls(message.get("tool_calls")),
        ]
        if payload.get("done") is not True:
            return events
        return [*events, *self.report(_counts(payload)), *self._ending(payload.get("done_reason"))]

    def _tool_calls(self, calls: object) -> list[Event]:
        """Each comes whole; a later line brings further ones."""
        events: list[Event] = []
        for call in map(as_object, as_list(calls)):
            function = as_object(call.get("function"))
            arguments = as_json(function.get("arguments"))
            events += self.tool_call(self._calls, call.get("id"), function.get("name"), arguments)
            self._calls += 1
        return events

    def _ending(self, told: object) -> list[Event]:
        called = FinishReason.TOOL_CALLS if told == "stop" and self._calls else None
        return [*self.finish_reason(told, called), *self.stop()]


def _counts(told: Mapping[str, Any]) -> Usage:
    """Thinking is counted in; a prompt that was in the cache may not be counted at all."""
    return Usage(
        input_tokens=as_count(told.get("prompt_eval_count")),
        output_tokens=as_count(told.get("eval_count")),
    )
