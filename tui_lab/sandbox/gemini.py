"""The Gemini dialect as a server speaks it, after recorded traffic of Google's API.

A refusal has no words of its own there: the answer ends for SAFETY, and a message says why.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from tui_lab.core.messages import Message
from tui_lab.sandbox.asked import Asked, RequestError, message_of, positive, texts
from tui_lab.sandbox.logprobs import alternatives_asked, logprob
from tui_lab.sandbox.speech import End, Ending, Kind, Piece
from tui_lab.sandbox.wire import EVENT_STREAM, AnswerStream, Envelope

_FINISH = {
    Ending.COMPLETE: "STOP",
    Ending.STOP_SEQUENCE: "STOP",
    Ending.REFUSED: "SAFETY",
    Ending.MAX_TOKENS: "MAX_TOKENS",
}
_STATUSES = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    402: "FAILED_PRECONDITION",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    405: "INVALID_ARGUMENT",
    413: "INVALID_ARGUMENT",
    429: "RESOURCE_EXHAUSTED",
    500: "INTERNAL",
    503: "UNAVAILABLE",
    529: "UNAVAILABLE",
}
_RETRY = "type.googleapis.com/google.rpc.RetryInfo"
_CONTEXT, _LONGEST = 1_048_576, 65_536


def read(body: Mapping[str, Any]) -> Asked:
    """What a request asks: model, `stream` and `as_array` are said by its path."""
    given = body.get("contents")
    if not isinstance(given, list) or not given:
        raise RequestError("* GenerateContentRequest.contents: contents is not specified")
    system = body.get("systemInstruction")
    config = body.get("generationConfig") or {}
    if not isinstance(config, dict):
        raise RequestError("Invalid value at 'generation_config'")
    seed = config.get("seed")
    wants_logprobs = config.get("responseLogprobs") is True
    return Asked(
        model=body["model"],
        messages=tuple(_message(number, content) for number, content in enumerate(given)),
        system=message_of("system", system.get("parts")).text if isinstance(system, dict) else None,
        stream=body["stream"],
        as_array=body["as_array"],
        max_tokens=positive(config, "maxOutputTokens"),
        stop=texts(config, "stopSequences"),
        seed=seed if isinstance(seed, int) else None,
        logprobs=alternatives_asked(config, "logprobs") if wants_logprobs else None,
    )


def _message(number: int, content: object) -> Message:
    match content:
        case {"role": "model", "parts": list() as parts}:
            return message_of("assistant", parts)
        case {"parts": list() as parts, **more} if more.get("role", "user") == "user":
            return message_of("user", parts)
        case _:
            raise RequestError(f"Invalid value at 'contents[{number}]'")


def error(fault: RequestError, envelope: Envelope) -> bytes:
    return _json(_error(fault), indent=2)


def _error(fault: RequestError) -> dict[str, Any]:
    told: dict[str, Any] = {
        "code": fault.status,
        "message": fault.message,
        "status": _STATUSES[fault.status],
    }
    if fault.wait_s is not None:
        told["details"] = [{"@type": _RETRY, "retryDelay": f"{fault.wait_s}s"}]
    return {"error": told}


def unknown_model(model: str) -> RequestError:
    return RequestError(
        f"models/{model} is not found for API version v1beta, or is not supported for "
        "generateContent.",
        status=404,
    )


def too_long(excess: int) -> RequestError:
    return RequestError(
        f"The input token count ({_CONTEXT + excess}) exceeds the maximum number of tokens allowed "
        f"({_CONTEXT})."
    )


def headers(envelope: Envelope, *, refused: bool = False) -> dict[str, str]:
    """Nothing of interest: Google tells no limits, and a wait only in the body."""
    return {"vary": "Origin, X-Origin, Referer"}


def models(ids: Iterable[str], created: int) -> bytes:
    listed = [
        {
            "name": f"models/{id}",
            "version": "001",
            "displayName": id.capitalize(),
            "inputTokenLimit": _CONTEXT,
            "outputTokenLimit": _LONGEST,
            "supportedGenerationMethods": ["generateContent"],
        }
        for id in ids
    ]
    return _json({"models": listed}, indent=2)


def stream(asked: Asked, envelope: Envelope) -> AnswerStream:
    return _Array(asked, envelope) if asked.as_array else _Stream(asked, envelope)


class _Stream:
    """One streamed answer: chunks of one form, each with the counts so far; nothing ends it."""

    content_type = EVENT_STREAM.partition(";")[0]

    def __init__(self, asked: Asked, envelope: Envelope) -> None:
        self._asked = asked
        self._envelope = envelope
        self._reasoning = 0
        self._output = 0
        self._refusal: list[str] = []

    def begin(self) -> bytes:
        return b""

    def piece(self, piece: Piece) -> bytes:
        self._output += 1
        if piece.kind is Kind.REFUSAL:
            self._refusal.append(piece.text)
            return b""
        self._reasoning += piece.kind is Kind.REASONING
        candidate = _candidate(self._asked, [piece])
        return self._chunk(candidate, _usage(self._envelope, self._output, self._reasoning))

    def end(self, end: End) -> bytes:
        candidate = _candidate(self._asked, [Piece(Kind.TEXT, "")])
        candidate.pop("logprobsResult", None)
        usage = _usage(self._envelope, end.output_tokens, end.reasoning_tokens)
        return self._chunk(candidate | _finish(end, "".join(self._refusal)), usage)

    def fail(self, fault: RequestError) -> bytes:
        return self._framed(_error(fault))

    def _chunk(self, candidate: dict[str, Any], usage: dict[str, int]) -> bytes:
        return self._framed(_answer(self._envelope, candidate, usage))

    def _framed(self, value: Mapping[str, Any]) -> bytes:
        return b"data: " + _json(value) + b"\r\n\r\n"


class _Array(_Stream):
    """The same without `alt=sse`: one array, printed for people."""

    content_type = "application/json; charset=UTF-8"
    _between = b"["

    def end(self, end: End) -> bytes:
        return super().end(end) + b"]"

    def fail(self, fault: RequestError) -> bytes:
        return super().fail(fault) + b"]"

    def _framed(self, value: Mapping[str, Any]) -> bytes:
        between, self._between = self._between, b"\n,\r\n"
        return between + _json(value, indent=2)


def whole(asked: Asked, envelope: Envelope, pieces: Sequence[Piece], end: End) -> bytes:
    """The answer to `generateContent`."""
    said = {kind: [piece for piece in pieces if piece.kind is kind] for kind in Kind}
    candidate = _candidate(asked, said[Kind.REASONING] + said[Kind.TEXT])
    finish = _finish(end, _joined(said[Kind.REFUSAL]))
    usage = _usage(envelope, end.output_tokens, end.reasoning_tokens)
    return _json(_answer(envelope, candidate | finish, usage), indent=2)


def _answer(envelope: Envelope, candidate: dict[str, Any], usage: dict[str, int]) -> dict[str, Any]:
    return {
        "candidates": [candidate],
        "usageMetadata": usage,
        "modelVersion": envelope.model,
        "responseId": envelope.answer_id,
    }


def _candidate(asked: Asked, pieces: Sequence[Piece]) -> dict[str, Any]:
    thoughts = [piece for piece in pieces if piece.kind is Kind.REASONING]
    spoken = [piece for piece in pieces if piece.kind is Kind.TEXT]
    parts: list[dict[str, Any]] = []
    if thoughts:
        parts.append({"text": _joined(thoughts), "thought": True})
    if spoken:
        parts.append({"text": _joined(spoken)})
    candidate: dict[str, Any] = {"content": {"parts": parts, "role": "model"}, "index": 0}
    if asked.logprobs is not None and spoken:
        candidate["logprobsResult"] = _logprobs(spoken, asked.logprobs)
    return candidate


def _logprobs(pieces: Sequence[Piece], alternatives: int) -> dict[str, Any]:
    told = [logprob(piece.text, alternatives) for piece in pieces]
    return {
        "chosenCandidates": [_scored(one) for one in told],
        "topCandidates": [{"candidates": [*map(_scored, one["top_logprobs"])]} for one in told],
    }


def _scored(told: Mapping[str, Any]) -> dict[str, Any]:
    return {"token": told["token"], "logProbability": told["logprob"]}


def _finish(end: End, refusal: str) -> dict[str, Any]:
    message = {"finishMessage": refusal} if refusal else {}
    return {"finishReason": _FINISH[end.ending], **message}


def _usage(envelope: Envelope, output: int, reasoning: int) -> dict[str, int]:
    """Thoughts count beside the answer."""
    usage = {
        "promptTokenCount": envelope.input_tokens,
        "candidatesTokenCount": output - reasoning,
        "totalTokenCount": envelope.input_tokens + output,
    }
    return usage | ({"thoughtsTokenCount": reasoning} if reasoning else {})


def _joined(pieces: Sequence[Piece]) -> str:
    return "".join(piece.text for piece in pieces)


def _json(value: Mapping[str, Any], indent: int | None = None) -> bytes:
    """Google's text is always valid: a lone surrogate cannot be sent."""
    text = json.dumps(value, ensure_ascii=False, indent=indent, separators=(",", ": "))
    return text.encode("utf-8", "replace")
