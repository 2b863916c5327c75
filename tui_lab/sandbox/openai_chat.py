"""The OpenAI chat dialect as a server speaks it, after recorded traffic of api.openai.com.

Reasoning goes out as `reasoning_content`, the way of DeepSeek and most servers of open models:
OpenAI itself does not show it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from tui_lab.core.messages import Message
from tui_lab.sandbox.asked import Asked, RequestError, message_of, positive, texts
from tui_lab.sandbox.logprobs import alternatives_asked, logprob
from tui_lab.sandbox.speech import End, Ending, Kind, Piece
from tui_lab.sandbox.wire import (
    CONTEXT,
    EVENT_STREAM,
    OUT_OF_CREDIT,
    AnswerStream,
    Envelope,
    compact,
)

_FINISH = {
    Ending.COMPLETE: "stop",
    Ending.STOP_SEQUENCE: "stop",
    Ending.REFUSED: "stop",
    Ending.MAX_TOKENS: "length",
}
_FIELDS = {Kind.TEXT: "content", Kind.REASONING: "reasoning_content", Kind.REFUSAL: "refusal"}
_ERRORS = {
    400: ("invalid_request_error", None),
    401: ("invalid_request_error", "invalid_api_key"),
    402: ("unknown_error", "invalid_request_error"),  # DeepSeek's words
    403: ("invalid_request_error", "missing_scope"),
    404: ("invalid_request_error", None),
    405: ("invalid_request_error", "method_not_supported"),
    413: ("invalid_request_error", None),
    429: ("requests", "rate_limit_exceeded"),
    500: ("server_error", None),
    503: ("server_error", None),
    529: ("server_error", None),
}


def read(body: Mapping[str, Any]) -> Asked:
    """What a request body asks; raises `RequestError`."""
    model, given = body.get("model"), body.get("messages")
    if not isinstance(model, str):
        raise RequestError("you must provide a model parameter", param="model")
    if not isinstance(given, list) or not given:
        raise RequestError(
            "Missing required parameter: 'messages'.",
            param="messages",
            code="missing_required_parameter",
        )
    messages, system = _conversation(given)
    options = body.get("stream_options") or {}
    top = alternatives_asked(body, "top_logprobs")
    seed = body.get("seed")
    return Asked(
        model=model,
        messages=messages,
        system=system,
        stream=body.get("stream") is True,
        max_tokens=positive(body, "max_completion_tokens") or positive(body, "max_tokens"),
        stop=texts(body, "stop"),
        seed=seed if isinstance(seed, int) else None,
        include_usage=isinstance(options, dict) and options.get("include_usage") is True,
        logprobs=top if body.get("logprobs") is True else None,
    )


def _conversation(given: list[Any]) -> tuple[tuple[Message, ...], str | None]:
    messages: list[Message] = []
    system: list[str] = []
    for number, one in enumerate(given):
        match one:
            case {"role": "system" | "developer"}:
                system.append(message_of("system", one.get("content")).text)
            case {"role": "user" | "tool" | "function"}:
                messages.append(message_of("user", one.get("content")))
            case {"role": "assistant"}:
                messages.append(message_of("assistant", one.get("content")))
            case _:
                raise RequestError(
                    f"Invalid value for 'messages[{number}].role'.",
                    param=f"messages[{number}].role",
                    code="invalid_value",
                )
    return tuple(messages), "\n\n".join(system) or None


def error(fault: RequestError, envelope: Envelope) -> bytes:
    return compact({"error": error_object(fault)})


def error_object(fault: RequestError) -> dict[str, Any]:
    kind, code = _ERRORS[fault.status]
    return {
        "message": fault.message,
        "type": "insufficient_quota" if fault.code == OUT_OF_CREDIT else kind,
        "param": fault.param,
        "code": fault.code or code,
    }


def unknown_model(model: str) -> RequestError:
    return RequestError(
        f"The model `{model}` does not exist or you do not have access to it.",
        status=404,
        code="model_not_found",
    )


def too_long(excess: int) -> RequestError:
    return RequestError(
        f"This model's maximum context length is {CONTEXT} tokens. However, your messages resulted "
        f"in {CONTEXT + excess} tokens. Please reduce the length of the messages.",
        param="messages",
        code="context_length_exceeded",
    )


def headers(envelope: Envelope, *, refused: bool = False) -> dict[str, str]:
    """What api.openai.com tells besides the content: request id, limits."""
    return ({"retry-after": "1"} if refused else {}) | {
        "x-request-id": envelope.request_id,
        "openai-processing-ms": "12",
        "openai-version": "2020-10-01",
        "x-ratelimit-limit-requests": "10000",
        "x-ratelimit-limit-tokens": "2000000",
        "x-ratelimit-remaining-requests": "0" if refused else "9999",
        "x-ratelimit-remaining-tokens": str(2_000_000 - envelope.input_tokens),
        "x-ratelimit-reset-requests": "1s" if refused else "6ms",
        "x-ratelimit-reset-tokens": "0s",
    }


def models(ids: Iterable[str], created: int) -> bytes:
    data = [{"id": id, "object": "model", "created": created, "owned_by": "sandbox"} for id in ids]
    return compact({"object": "list", "data": data})


def stream(asked: Asked, envelope: Envelope) -> AnswerStream:
    return _Stream(asked, envelope)


class _Stream:
    """One streamed answer: `data:` lines, the last of them `[DONE]`."""

    content_type = EVENT_STREAM

    def __init__(self, asked: Asked, envelope: Envelope) -> None:
        self._asked = asked
        self._envelope = envelope

    def begin(self) -> bytes:
        return self._chunk({"role": "assistant", "content": "", "refusal": None})

    def piece(self, piece: Piece) -> bytes:
        logprobs = None
        if self._asked.logprobs is not None and piece.kind is Kind.TEXT:
            logprobs = {"content": [logprob(piece.text, self._asked.logprobs)], "refusal": None}
        return self._chunk({_FIELDS[piece.kind]: piece.text}, logprobs=logprobs)

    def end(self, end: End) -> bytes:
        finish = self._chunk({}, finish_reason=_FINISH[end.ending])
        usage = b""
        if self._asked.include_usage:
            told = _head(self._envelope, "chat.completion.chunk") | {
                "choices": [],
                "usage": _usage(self._envelope, end),
            }
            usage = _data(told)
        return finish + usage + b"data: [DONE]\n\n"

    def fail(self, fault: RequestError) -> bytes:
        return _data({"error": error_object(fault)})

    def _chunk(
        self,
        delta: dict[str, Any],
        *,
        logprobs: dict[str, Any] | None = None,
        finish_reason: str | None = None,
    ) -> bytes:
        choice = {
            "index": 0,
            "delta": delta,
            "logprobs": logprobs,
            "finish_reason": finish_reason,
        }
        chunk = _head(self._envelope, "chat.completion.chunk") | {"choices": [choice]}
        if self._asked.include_usage:
            chunk["usage"] = None
        return _data(chunk)


def whole(asked: Asked, envelope: Envelope, pieces: Sequence[Piece], end: End) -> bytes:
    """The answer to a request without `stream`."""
    said = {kind: [piece.text for piece in pieces if piece.kind is kind] for kind in Kind}
    message: dict[str, Any] = {
        "role": "assistant",
        "content": "".join(said[Kind.TEXT]) if not said[Kind.REFUSAL] else None,
        "refusal": "".join(said[Kind.REFUSAL]) or None,
        "annotations": [],
    }
    if said[Kind.REASONING]:
        message["reasoning_content"] = "".join(said[Kind.REASONING])
    logprobs = None
    if asked.logprobs is not None:
        tokens = [logprob(text, asked.logprobs) for text in said[Kind.TEXT]]
        logprobs = {"content": tokens, "refusal": None}
    choice = {
        "index": 0,
        "message": message,
        "logprobs": logprobs,
        "finish_reason": _FINISH[end.ending],
    }
    return compact(
        _head(envelope, "chat.completion") | {"choices": [choice], "usage": _usage(envelope, end)}
    )


def _head(envelope: Envelope, kind: str) -> dict[str, Any]:
    return {
        "id": f"chatcmpl-{envelope.answer_id}",
        "object": kind,
        "created": envelope.created,
        "model": envelope.model,
        "service_tier": "default",
        "system_fingerprint": "fp_sandbox",
    }


def _usage(envelope: Envelope, end: End) -> dict[str, Any]:
    return {
        "prompt_tokens": envelope.input_tokens,
        "completion_tokens": end.output_tokens,
        "total_tokens": envelope.input_tokens + end.output_tokens,
        "prompt_tokens_details": {"cached_tokens": 0, "audio_tokens": 0},
        "completion_tokens_details": {
            "reasoning_tokens": end.reasoning_tokens,
            "audio_tokens": 0,
            "accepted_prediction_tokens": 0,
            "rejected_prediction_tokens": 0,
        },
    }


def _data(value: dict[str, Any]) -> bytes:
    return b"data: " + compact(value) + b"\n\n"
