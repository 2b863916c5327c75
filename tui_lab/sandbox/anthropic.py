"""The Anthropic Messages dialect as a server speaks it, after recorded traffic."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from tui_lab.core.messages import Message
from tui_lab.sandbox.asked import Asked, RequestError, message_of, positive, texts
from tui_lab.sandbox.speech import End, Ending, Kind, Piece
from tui_lab.sandbox.wire import (
    EVENT_STREAM,
    OUT_OF_CREDIT,
    AnswerStream,
    Envelope,
    compact,
    rfc3339,
)

_STOP_REASON = {
    Ending.COMPLETE: "end_turn",
    Ending.STOP_SEQUENCE: "stop_sequence",
    Ending.REFUSED: "refusal",
    Ending.MAX_TOKENS: "max_tokens",
}
_ERRORS = {
    400: "invalid_request_error",
    401: "authentication_error",
    402: "billing_error",
    403: "permission_error",
    404: "not_found_error",
    405: "invalid_request_error",
    413: "request_too_large",
    429: "rate_limit_error",
    500: "api_error",
    503: "overloaded_error",
    529: "overloaded_error",
}
_CONTEXT = 200_000
_SIGNATURE = "c2FuZGJveA=="
_BLOCKS: dict[Kind, dict[str, str]] = {
    Kind.TEXT: {"type": "text", "text": ""},
    Kind.REASONING: {"type": "thinking", "thinking": "", "signature": ""},
}


def read(body: Mapping[str, Any]) -> Asked:
    """What a request body asks; raises `RequestError`."""
    model, given = body.get("model"), body.get("messages")
    if not isinstance(model, str):
        raise RequestError("model: Field required")
    if body.get("max_tokens") is None:
        raise RequestError("max_tokens: Field required")
    if not isinstance(given, list):
        raise RequestError("messages: Field required")
    if not given:
        raise RequestError("messages: at least one message is required")
    system = body.get("system")
    return Asked(
        model=model,
        messages=tuple(_message(number, one) for number, one in enumerate(given)),
        system=message_of("system", system).text or None,
        stream=body.get("stream") is True,
        max_tokens=positive(body, "max_tokens"),
        stop=texts(body, "stop_sequences"),
    )


def _message(number: int, given: object) -> Message:
    match given:
        case {"role": "user" | "assistant" as role, "content": str() | list() as content}:
            return message_of(role, content)
        case {"role": "user" | "assistant"}:
            raise RequestError(f"messages.{number}.content: Field required")
        case _:
            raise RequestError(f"messages.{number}.role: Input should be 'user' or 'assistant'")


def error(fault: RequestError, envelope: Envelope) -> bytes:
    kind = "billing_error" if fault.code == OUT_OF_CREDIT else _ERRORS[fault.status]
    return compact(
        {
            "type": "error",
            "error": {"type": kind, "message": fault.message},
            "request_id": envelope.request_id,
        }
    )


def unknown_model(model: str) -> RequestError:
    return RequestError(f"model: {model}", status=404)


def too_long(excess: int) -> RequestError:
    return RequestError(f"prompt is too long: {_CONTEXT + excess} tokens > {_CONTEXT} maximum")


def headers(envelope: Envelope, *, refused: bool = False) -> dict[str, str]:
    """What api.anthropic.com tells besides the content: request id, limits."""
    reset = rfc3339(envelope.created + 1)
    limits = {"requests": 4000, "tokens": 480_000, "input-tokens": 400_000, "output-tokens": 80_000}
    told = {"request-id": envelope.request_id} | ({"retry-after": "1"} if refused else {})
    for name, limit in limits.items():
        told[f"anthropic-ratelimit-{name}-limit"] = str(limit)
        told[f"anthropic-ratelimit-{name}-remaining"] = "0" if refused else str(limit - 1)
        told[f"anthropic-ratelimit-{name}-reset"] = reset
    return told


def models(ids: Iterable[str], created: int) -> bytes:
    at = rfc3339(created)
    data = [
        {"type": "model", "id": id, "display_name": id.capitalize(), "created_at": at} for id in ids
    ]
    return compact(
        {
            "data": data,
            "has_more": False,
            "first_id": data[0]["id"],
            "last_id": data[-1]["id"],
        }
    )


def stream(asked: Asked, envelope: Envelope) -> AnswerStream:
    return _Stream(envelope)


class _Stream:
    """One streamed answer: named events, content in blocks of one kind each."""

    content_type = EVENT_STREAM

    def __init__(self, envelope: Envelope) -> None:
        self._envelope = envelope
        self._index = -1
        self._open: Kind | None = None
        self._refusal: list[str] = []

    def begin(self) -> bytes:
        message = _message_head(self._envelope) | {
            "content": [],
            "stop_reason": None,
            "stop_sequence": None,
            "usage": _input_usage(self._envelope) | {"output_tokens": 1},
        }
        return _event("message_start", message=message)

    def piece(self, piece: Piece) -> bytes:
        if piece.kind is Kind.REFUSAL:
            self._refusal.append(piece.text)
            return b""
        name = "thinking" if piece.kind is Kind.REASONING else "text"
        return self._block(piece.kind) + self._delta({"type": f"{name}_delta", name: piece.text})

    def end(self, end: End) -> bytes:
        delta = _stop(end, "".join(self._refusal))
        usage = _input_usage(self._envelope) | _output_usage(end)
        return (
            self._close()
            + _event("message_delta", delta=delta, usage=usage)
            + _event("message_stop")
        )

    def fail(self, fault: RequestError) -> bytes:
        return b"event: error\ndata: " + error(fault, self._envelope) + b"\n\n"

    def _block(self, kind: Kind) -> bytes:
        """Begins a block of this kind, unless one is open. A ping follows the first, as always."""
        if self._open is kind:
            return b""
        before = self._close()
        self._open = kind
        self._index += 1
        begin = _event("content_block_start", index=self._index, content_block=_BLOCKS[kind])
        ping = b'event: ping\ndata: {"type": "ping"}\n\n' if self._index == 0 else b""
        return before + begin + ping

    def _close(self) -> bytes:
        if self._open is None:
            return b""
        signature = b""
        if self._open is Kind.REASONING:
            signature = self._delta({"type": "signature_delta", "signature": _SIGNATURE})
        self._open = None
        return signature + _event("content_block_stop", index=self._index)

    def _delta(self, delta: dict[str, str]) -> bytes:
        return _event("content_block_delta", index=self._index, delta=delta)


def whole(asked: Asked, envelope: Envelope, pieces: Sequence[Piece], end: End) -> bytes:
    """The answer to a request without `stream`."""
    said = {kind: "".join(piece.text for piece in pieces if piece.kind is kind) for kind in Kind}
    content = []
    if thinking := said[Kind.REASONING]:
        content.append({"type": "thinking", "thinking": thinking, "signature": _SIGNATURE})
    if text := said[Kind.TEXT]:
        content.append({"type": "text", "text": text})
    return compact(
        _message_head(envelope)
        | {"content": content}
        | _stop(end, said[Kind.REFUSAL])
        | {"usage": _input_usage(envelope) | _output_usage(end)}
    )


def _message_head(envelope: Envelope) -> dict[str, Any]:
    return {
        "model": envelope.model,
        "id": f"msg_{envelope.answer_id}",
        "type": "message",
        "role": "assistant",
    }


def _stop(end: End, refusal: str) -> dict[str, Any]:
    stop: dict[str, Any] = {
        "stop_reason": _STOP_REASON[end.ending],
        "stop_sequence": end.stop_sequence,
    }
    if end.ending is Ending.REFUSED:
        stop["stop_details"] = {"type": "refusal", "category": None, "explanation": refusal}
    return stop


def _input_usage(envelope: Envelope) -> dict[str, Any]:
    return {
        "input_tokens": envelope.input_tokens,
        "cache_creation_input_tokens": 0,
        "cache_read_input_tokens": 0,
    }


def _output_usage(end: End) -> dict[str, Any]:
    usage: dict[str, Any] = {"output_tokens": end.output_tokens}
    if end.reasoning_tokens:
        usage["output_tokens_details"] = {"thinking_tokens": end.reasoning_tokens}
    return usage


def _event(name: str, **fields: Any) -> bytes:
    return b"event: " + name.encode() + b"\ndata: " + compact({"type": name, **fields}) + b"\n\n"
