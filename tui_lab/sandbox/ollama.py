"""Ollama's own dialect as a server speaks it, after recorded traffic.

A refusal is nothing special there: the model says it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from typing import Any

from tui_lab.core.messages import Message
from tui_lab.sandbox.asked import Asked, RequestError, message_of, positive, texts
from tui_lab.sandbox.logprobs import alternatives_asked, logprob
from tui_lab.sandbox.speech import End, Ending, Kind, Piece
from tui_lab.sandbox.wire import CONTEXT, AnswerStream, Envelope, compact, rfc3339

VERSION = compact({"version": "0.13.5"})

_DETAILS = {
    "parent_model": "",
    "format": "gguf",
    "family": "sandbox",
    "families": ["sandbox"],
    "parameter_size": "0",
    "quantization_level": "none",
}


def read(body: Mapping[str, Any]) -> Asked:
    """What a request body asks; raises `RequestError`."""
    model, given = body.get("model"), body.get("messages")
    if not isinstance(model, str) or not model:
        raise RequestError("model is required")
    if not isinstance(given, list) or not given:
        raise RequestError("messages are required")
    options = body.get("options") or {}
    if not isinstance(options, dict):
        raise RequestError("options are an object")
    seed, limit = options.get("seed"), options.get("num_predict")
    wants_logprobs = body.get("logprobs") is True
    messages = [_message(number, one) for number, one in enumerate(given)]
    system = [message.text for message in messages if message.role == "system"]
    return Asked(
        model=model,
        messages=tuple(message for message in messages if message.role != "system"),
        system="\n\n".join(system) or None,
        stream=body.get("stream") is not False,
        max_tokens=None if limit == -1 else positive(options, "num_predict"),
        stop=texts(options, "stop"),
        seed=seed if isinstance(seed, int) else None,
        logprobs=alternatives_asked(body, "top_logprobs") if wants_logprobs else None,
    )


def _message(number: int, given: object) -> Message:
    match given:
        case {"role": "system" | "user" | "assistant" as role, "content": str() as content}:
            return message_of(role, content)
        case _:
            raise RequestError(f"messages[{number}] is no message")


def error(fault: RequestError, envelope: Envelope) -> bytes:
    return compact({"error": fault.message})


def unknown_model(model: str) -> RequestError:
    return RequestError(f"model '{model}' not found", status=404)


def too_long(excess: int) -> RequestError:
    return RequestError(f"prompt too long; exceeded max context length by {excess} tokens")


def headers(envelope: Envelope, *, refused: bool = False) -> dict[str, str]:
    """None: Ollama tells no limits."""
    return {}


def models(ids: Iterable[str], created: int) -> bytes:
    """The answer to `/api/tags`."""
    listed = [
        {
            "name": id,
            "model": id,
            "modified_at": rfc3339(created),
            "size": 0,
            "digest": sha256(id.encode()).hexdigest(),
            "details": _DETAILS,
        }
        for id in ids
    ]
    return compact({"models": listed})


def show(body: Mapping[str, Any], ids: Iterable[str], created: int) -> bytes:
    """The answer to `/api/show`; raises `RequestError`."""
    model = body.get("model")
    if not isinstance(model, str) or model not in ids:
        raise unknown_model(str(model))
    return compact(
        {
            "details": _DETAILS,
            "model_info": {"general.architecture": "sandbox", "sandbox.context_length": CONTEXT},
            "capabilities": ["completion", "thinking"],
            "modified_at": rfc3339(created),
        }
    )


def stream(asked: Asked, envelope: Envelope) -> AnswerStream:
    return _Stream(asked, envelope)


class _Stream:
    """One streamed answer: a line for each piece, and one with the counts."""

    content_type = "application/x-ndjson"

    def __init__(self, asked: Asked, envelope: Envelope) -> None:
        self._asked = asked
        self._envelope = envelope

    def begin(self) -> bytes:
        return b""

    def piece(self, piece: Piece) -> bytes:
        return compact(_answer(self._asked, self._envelope, [piece]) | {"done": False}) + b"\n"

    def end(self, end: End) -> bytes:
        last = _answer(self._asked, self._envelope, []) | _ending(self._envelope, end)
        return compact(last) + b"\n"

    def fail(self, fault: RequestError) -> bytes:
        return error(fault, self._envelope) + b"\n"


def whole(asked: Asked, envelope: Envelope, pieces: Sequence[Piece], end: End) -> bytes:
    """The answer to a request with `stream: false`."""
    return compact(_answer(asked, envelope, pieces) | _ending(envelope, end))


def _answer(asked: Asked, envelope: Envelope, pieces: Sequence[Piece]) -> dict[str, Any]:
    thoughts = "".join(piece.text for piece in pieces if piece.kind is Kind.REASONING)
    spoken = [piece.text for piece in pieces if piece.kind is not Kind.REASONING]
    message = {"role": "assistant", "content": "".join(spoken)}
    if thoughts:
        message["thinking"] = thoughts
    answer: dict[str, Any] = {
        "model": envelope.model,
        "created_at": rfc3339(envelope.created),
        "message": message,
    }
    if asked.logprobs is not None and spoken:
        answer["logprobs"] = [logprob(text, asked.logprobs) for text in spoken]
    return answer


def _ending(envelope: Envelope, end: End) -> dict[str, Any]:
    """Durations in nanoseconds; none is measured here."""
    return {
        "done": True,
        "done_reason": "length" if end.ending is Ending.MAX_TOKENS else "stop",
        "total_duration": 1,
        "load_duration": 1,
        "prompt_eval_count": envelope.input_tokens,
        "prompt_eval_duration": 1,
        "eval_count": end.output_tokens,
        "eval_duration": 1,
    }
