"""The OpenAI Responses dialect as a server speaks it, after recorded traffic of api.openai.com.

Reasoning goes out as a summary, the only form in which OpenAI shows it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any, NamedTuple

from tui_lab.core.messages import Message
from tui_lab.sandbox import openai_chat
from tui_lab.sandbox.asked import Asked, RequestError, message_of, positive
from tui_lab.sandbox.logprobs import alternatives_asked, logprob
from tui_lab.sandbox.speech import End, Ending, Kind, Piece
from tui_lab.sandbox.wire import EVENT_STREAM, AnswerStream, Envelope, compact

_LOGPROBS = "message.output_text.logprobs"
_WHOLE_TEXT = ("text", "refusal", "logprobs")


class _Form(NamedTuple):
    """How one kind of text is called: its item, its part, its pieces, and where they are."""

    item: str
    part: str
    piece: str
    place: str


_FORMS = {
    Kind.REASONING: _Form(
        "rs", "reasoning_summary_part", "reasoning_summary_text", "summary_index"
    ),
    Kind.TEXT: _Form("msg", "content_part", "output_text", "content_index"),
    Kind.REFUSAL: _Form("msg", "content_part", "refusal", "content_index"),
}

error = openai_chat.error
headers = openai_chat.headers
models = openai_chat.models
too_long = openai_chat.too_long
unknown_model = openai_chat.unknown_model


def read(body: Mapping[str, Any]) -> Asked:
    """What a request body asks; raises `RequestError`."""
    model, instructions = body.get("model"), body.get("instructions")
    if not isinstance(model, str):
        raise RequestError("you must provide a model parameter", param="model")
    include = body.get("include") or []
    wants_logprobs = isinstance(include, list) and _LOGPROBS in include
    return Asked(
        model=model,
        messages=_conversation(body.get("input")),
        system=instructions if isinstance(instructions, str) else None,
        stream=body.get("stream") is True,
        max_tokens=positive(body, "max_output_tokens"),
        logprobs=alternatives_asked(body, "top_logprobs") if wants_logprobs else None,
    )


def _conversation(given: object) -> tuple[Message, ...]:
    if isinstance(given, str):
        return (Message.of("user", given),)
    if not isinstance(given, list) or not given:
        raise RequestError(
            "Missing required parameter: 'input'.",
            param="input",
            code="missing_required_parameter",
        )
    return tuple(_message(number, item) for number, item in enumerate(given))


def _message(number: int, item: object) -> Message:
    match item:
        case {"role": "user" | "assistant" | "system" as role, "content": content}:
            return message_of(role, content)
        case {"role": "developer", "content": content}:
            return message_of("system", content)
        case _:
            param = f"input[{number}]"
            raise RequestError(f"Invalid value for '{param}'.", param=param, code="invalid_value")


def stream(asked: Asked, envelope: Envelope) -> AnswerStream:
    return _Stream(asked, envelope)


class _Stream:
    """One streamed answer: numbered events, the last of them with the whole response."""

    content_type = EVENT_STREAM

    def __init__(self, asked: Asked, envelope: Envelope) -> None:
        self._asked = asked
        self._envelope = envelope
        self._number = 0
        self._output: list[dict[str, Any]] = []
        self._open: list[Piece] = []

    def begin(self) -> bytes:
        response = _response(self._asked, self._envelope) | {"status": "in_progress"}
        created = self._event("created", response=response)
        return created + self._event("in_progress", response=response)

    def piece(self, piece: Piece) -> bytes:
        goes_on = self._open and self._open[0].kind is piece.kind
        opening = b"" if goes_on else self._close() + self._begin_item(piece.kind)
        self._open.append(piece)
        told: dict[str, Any] = {"delta": piece.text}
        if piece.kind is Kind.TEXT:
            told["logprobs"] = _logprobs(self._asked, [piece])
        return opening + self._told(piece.kind, f"{_FORMS[piece.kind].piece}.delta", **told)

    def end(self, end: End) -> bytes:
        closing = self._close()
        response = _finished(self._asked, self._envelope, self._output, end)
        return closing + self._event(response["status"], response=response)

    def fail(self, fault: RequestError) -> bytes:
        error = openai_chat.error_object(fault)
        short = {"code": error["code"] or error["type"], "message": error["message"]}
        response = _response(self._asked, self._envelope) | {"status": "failed", "error": short}
        return self._send("error", error=error) + self._event("failed", response=response)

    def _begin_item(self, kind: Kind) -> bytes:
        item, part = _item(self._asked, self._envelope, kind, [])
        bare = item | {"summary" if kind is Kind.REASONING else "content": []}
        begun = self._event("output_item.added", output_index=len(self._output), item=bare)
        return begun + self._told(kind, f"{_FORMS[kind].part}.added", part=part)

    def _close(self) -> bytes:
        if not self._open:
            return b""
        kind = self._open[0].kind
        item, part = _item(self._asked, self._envelope, kind, self._open)
        whole_text = {name: value for name, value in part.items() if name in _WHOLE_TEXT}
        ending = (
            self._told(kind, f"{_FORMS[kind].piece}.done", **whole_text)
            + self._told(kind, f"{_FORMS[kind].part}.done", part=part)
            + self._event("output_item.done", output_index=len(self._output), item=item)
        )
        self._output.append(item)
        self._open = []
        return ending

    def _told(self, kind: Kind, name: str, **fields: Any) -> bytes:
        """An event of the item that is open."""
        form = _FORMS[kind]
        item_id = f"{form.item}_{self._envelope.answer_id}"
        place = {"item_id": item_id, "output_index": len(self._output), form.place: 0}
        return self._event(name, **place, **fields)

    def _event(self, name: str, **fields: Any) -> bytes:
        return self._send(f"response.{name}", **fields)

    def _send(self, kind: str, **fields: Any) -> bytes:
        data = compact({"type": kind, "sequence_number": self._number, **fields})
        self._number += 1
        return b"event: " + kind.encode() + b"\ndata: " + data + b"\n\n"


def whole(asked: Asked, envelope: Envelope, pieces: Sequence[Piece], end: End) -> bytes:
    """The answer to a request without `stream`."""
    output = [
        _item(asked, envelope, kind, list(spoken))[0]
        for kind, spoken in groupby(pieces, key=lambda piece: piece.kind)
    ]
    return compact(_finished(asked, envelope, output, end))


def _finished(
    asked: Asked, envelope: Envelope, output: Sequence[dict[str, Any]], end: End
) -> dict[str, Any]:
    cut = end.ending is Ending.MAX_TOKENS
    return _response(asked, envelope) | {
        "status": "incomplete" if cut else "completed",
        "incomplete_details": {"reason": "max_output_tokens"} if cut else None,
        "output": output,
        "usage": {
            "input_tokens": envelope.input_tokens,
            "input_tokens_details": {"cached_tokens": 0},
            "output_tokens": end.output_tokens,
            "output_tokens_details": {"reasoning_tokens": end.reasoning_tokens},
            "total_tokens": envelope.input_tokens + end.output_tokens,
        },
    }


def _response(asked: Asked, envelope: Envelope) -> dict[str, Any]:
    return {
        "id": f"resp_{envelope.answer_id}",
        "object": "response",
        "created_at": envelope.created,
        "status": "completed",
        "error": None,
        "incomplete_details": None,
        "instructions": asked.system,
        "max_output_tokens": asked.max_tokens,
        "model": envelope.model,
        "output": [],
        "parallel_tool_calls": True,
        "store": False,
        "temperature": 1.0,
        "text": {"format": {"type": "text"}},
        "tool_choice": "auto",
        "tools": [],
        "top_p": 1.0,
        "usage": None,
        "metadata": {},
    }


def _item(
    asked: Asked, envelope: Envelope, kind: Kind, pieces: Sequence[Piece]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """An item of the output, and its only part."""
    text = "".join(piece.text for piece in pieces)
    head = {"id": f"{_FORMS[kind].item}_{envelope.answer_id}"}
    if kind is Kind.REASONING:
        part: dict[str, Any] = {"type": "summary_text", "text": text}
        return head | {"type": "reasoning", "summary": [part]}, part
    if kind is Kind.REFUSAL:
        part = {"type": "refusal", "refusal": text}
    else:
        logprobs = _logprobs(asked, pieces)
        part = {"type": "output_text", "text": text, "annotations": [], "logprobs": logprobs}
    status = "completed" if pieces else "in_progress"
    message = {"type": "message", "status": status, "role": "assistant", "content": [part]}
    return head | message, part


def _logprobs(asked: Asked, pieces: Sequence[Piece]) -> list[dict[str, Any]]:
    if asked.logprobs is None:
        return []
    return [logprob(piece.text, asked.logprobs) for piece in pieces]
