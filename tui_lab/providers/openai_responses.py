"""OpenAI's Responses, which xAI, DeepSeek, OpenRouter, llama.cpp and others serve as well."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from tui_lab.core.errors import LabError
from tui_lab.core.events import Event, FinishReason
from tui_lab.core.messages import DocumentPart, ImagePart, Message, Part, TextPart
from tui_lab.core.parameters import Parameters
from tui_lab.core.usage import Usage
from tui_lab.providers.answer import JsonAnswer
from tui_lab.providers.attachments import url_of
from tui_lab.providers.billing import billed_cost
from tui_lab.providers.errors import classify, classify_payload
from tui_lab.providers.event_stream import EventStreamDecoder
from tui_lab.providers.logprobs import token_logprobs
from tui_lab.providers.payload import (
    as_count,
    as_json,
    as_list,
    as_object,
    as_text,
    request_body,
)
from tui_lab.providers.wire import AnswerDecoder, Call, FrameDecoder, WireRequest


class OpenAIResponses:
    """The dialect `openai-responses`. Nothing is stored at the provider."""

    id = "openai-responses"
    frames: type[FrameDecoder] = EventStreamDecoder
    json_frames: type[FrameDecoder] | None = None
    headers: Mapping[str, str] = MappingProxyType({})

    def request(self, call: Call) -> WireRequest:
        body = {
            "model": call.model,
            **({"instructions": call.system} if call.system else {}),
            "input": [_turn(message) for message in call.messages],
            "stream": call.stream,
            "store": False,
            **_parameters(call.parameters),
        }
        headers = {"content-type": "application/json", **call.headers}
        dropped = _dropped(call.parameters)
        return WireRequest("/responses", headers, request_body(body), dropped=dropped)

    def decoder(self) -> AnswerDecoder:
        return _ResponseAnswer()

    def error(self, status: int, headers: Mapping[str, str], body: bytes) -> LabError:
        return classify(status, headers, body)


def _turn(message: Message) -> dict[str, Any]:
    text_type = "output_text" if message.role == "assistant" else "input_text"
    content = [_part(part, text_type) for part in message.parts]
    return {"type": "message", "role": message.role, "content": content}


def _part(part: Part, text_type: str) -> dict[str, Any]:
    match part:
        case TextPart(text):
            return {"type": text_type, "text": text}
        case ImagePart():
            return {"type": "input_image", "image_url": url_of(part)}
        case DocumentPart(url=str() as url):
            return {"type": "input_file", "file_url": url}
        case _:
            name = part.name or "document.pdf"
            return {"type": "input_file", "filename": name, "file_data": url_of(part)}


def _parameters(given: Parameters) -> dict[str, Any]:
    words = {
        "temperature": given.temperature,
        "top_p": given.top_p,
        "max_output_tokens": given.max_tokens,
        "reasoning": _reasoning(given.reasoning),
        "text": _text_format(given.schema),
        "include": None if given.logprobs is None else ["message.output_text.logprobs"],
        "top_logprobs": given.logprobs,
    }
    return {name: value for name, value in words.items() if value is not None}


def _reasoning(reasoning: str | int | None) -> dict[str, Any] | None:
    """The effort, and the summary that is all OpenAI shows of the reasoning."""
    if not isinstance(reasoning, str):
        return None
    return {"effort": reasoning} | ({"summary": "auto"} if reasoning != "none" else {})


def _text_format(schema: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if schema is None:
        return None
    form = {"type": "json_schema", "name": "answer", "strict": True, "schema": schema}
    return {"format": form}


def _dropped(given: Parameters) -> tuple[tuple[str, str], ...]:
    absent = {"top_k": given.top_k, "stop": given.stop or None, "seed": given.seed}
    dropped = [
        (name, f"Responses have no {name}") for name, value in absent.items() if value is not None
    ]
    if isinstance(given.reasoning, int):
        dropped.append(("reasoning", "Responses take an effort word, not a budget"))
    return tuple(dropped)


class _ResponseAnswer(JsonAnswer):
    """The events of a stream, or the one response that they add up to.

    An item of the output that came in pieces is not read again when it comes whole.
    """

    def __init__(self) -> None:
        super().__init__()
        self._heard: set[int | str] = set()
        self._call_numbers: dict[int | str, int] = {}

    def read(self, payload: Mapping[str, Any]) -> list[Event]:
        """New events are promised by the API: what is unknown is passed over."""
        kind = as_text(payload.get("type"))
        match kind.removeprefix("response."):
            case "":
                return self._ending(payload)
            case "created" | "in_progress" | "queued":
                return self._head(as_object(payload.get("response")))
            case "completed" | "incomplete" | "failed" | "cancelled":
                return self._end_of_stream(as_object(payload.get("response")))
            case "output_item.added":
                return self._begun(_item_key(payload), as_object(payload.get("item")))
            case "output_item.done":
                return self._finished_item(_item_key(payload), as_object(payload.get("item")))
            case event if event.endswith(".delta"):
                return self._delta(event.removesuffix(".delta"), payload)
        return []

    def _head(self, response: Mapping[str, Any]) -> list[Event]:
        self.serve(response.get("model"))
        self.identify(response.get("id"))
        return []

    def _delta(self, channel: str, payload: Mapping[str, Any]) -> list[Event]:
        key, piece = _item_key(payload), as_text(payload.get("delta"))
        match channel:
            case "output_text":
                events = self.text(piece, token_logprobs(payload.get("logprobs")))
            case "refusal":
                events = self.refusal(piece)
            case "reasoning_summary_text" | "reasoning_text":
                events = self.reasoning(piece)
            case "function_call_arguments":
                events = self.tool_call(self._call_number(key), arguments=piece)
            case _:
                return []
        self._heard.add(key)
        return events

    def _begun(self, key: int | str, item: Mapping[str, Any]) -> list[Event]:
        if item.get("type") != "function_call":
            return []
        return self.tool_call(self._call_number(key), item.get("call_id"), item.get("name"))

    def _finished_item(self, key: int | str, item: Mapping[str, Any]) -> list[Event]:
        if key in self._heard:
            return []
        self._heard.add(key)
        return self._item(key, item)

    def _item(self, key: int | str, item: Mapping[str, Any]) -> list[Event]:
        match item.get("type"):
            case "message":
                return self._content(item.get("content"))
            case "reasoning":
                return self.reasoning(_texts(item.get("content")) or _texts(item.get("summary")))
            case "function_call":
                number, arguments = self._call_number(key), as_json(item.get("arguments"))
                return self.tool_call(number, item.get("call_id"), item.get("name"), arguments)
            case _:
                return []

    def _content(self, content: object) -> list[Event]:
        events: list[Event] = []
        for part in map(as_object, as_list(content)):
            if part.get("type") == "output_text":
                logprobs = token_logprobs(part.get("logprobs"))
                events += self.text(as_text(part.get("text")), logprobs)
            elif part.get("type") == "refusal":
                events += self.refusal(as_text(part.get("refusal")))
        return events

    def _call_number(self, key: int | str) -> int:
        return self._call_numbers.setdefault(key, len(self._call_numbers))

    def _end_of_stream(self, response: Mapping[str, Any]) -> list[Event]:
        events, error = self._ending(response), response.get("error")
        return events + (self.fail(classify_payload({"error": error})) if error else self.stop())

    def _ending(self, response: Mapping[str, Any]) -> list[Event]:
        """A whole response; at the end of a stream, what the stream did not tell of it."""
        events = self._head(response)
        if not self._heard:
            for key, item in enumerate(as_list(response.get("output"))):
                events += self._item(key, as_object(item))
        usage = as_object(response.get("usage"))
        events += self.report(_counts(usage), billed_cost(usage))
        status = as_text(response.get("status"))
        why = as_text(as_object(response.get("incomplete_details")).get("reason"))
        called = status == "completed" and self._call_numbers
        return events + self.finish_reason(
            why or status, FinishReason.TOOL_CALLS if called else None
        )


def _item_key(event: Mapping[str, Any]) -> int | str:
    """The item that an event belongs to.

    Its index, because ids may change on the way (GitHub's Copilot); llama.cpp tells only the id.
    """
    index = as_count(event.get("output_index"))
    if index is not None:
        return index
    return as_text(event.get("item_id")) or as_text(as_object(event.get("item")).get("id"))


def _texts(parts: object) -> str:
    return "".join(as_text(part.get("text")) for part in map(as_object, as_list(parts)))


def _counts(told: Mapping[str, Any]) -> Usage:
    inputs = as_object(told.get("input_tokens_details"))
    outputs = as_object(told.get("output_tokens_details"))
    return Usage(
        input_tokens=as_count(told.get("input_tokens")),
        output_tokens=as_count(told.get("output_tokens")),
        cached_tokens=as_count(inputs.get("cached_tokens")),
        cache_write_tokens=as_count(inputs.get("cache_write_tokens")),
        reasoning_tokens=as_count(outputs.get("reasoning_tokens")),
    )
