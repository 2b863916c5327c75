"""What a dialect is to the sandbox, and what the dialects share."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

from tui_lab.sandbox.asked import Asked, RequestError
from tui_lab.sandbox.speech import End, Piece

EVENT_STREAM = "text/event-stream; charset=utf-8"

OUT_OF_CREDIT = "credit_balance_exhausted"
"""The code of an error that is about money."""

CONTEXT = 131_072
"""Tokens that a simulated model can take in, where its provider has no customary number."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """What is told about an answer besides the answer. `created` in seconds since 1970."""

    number: int
    created: int
    model: str = ""
    input_tokens: int = 0

    @property
    def answer_id(self) -> str:
        return f"sandbox{self.number:017d}"

    @property
    def request_id(self) -> str:
        return f"req_sandbox{self.number:013d}"


class AnswerStream(Protocol):
    """One streamed answer: the bytes for each thing that happens, if any."""

    content_type: str

    def begin(self) -> bytes: ...

    def piece(self, piece: Piece) -> bytes: ...

    def end(self, end: End) -> bytes: ...

    def fail(self, fault: RequestError) -> bytes:
        """An error in place of an end."""
        ...


class Dialect(Protocol):
    """The server's side of a dialect: a module each."""

    def read(self, body: Mapping[str, Any]) -> Asked:
        """What a request asks, by its body and what its path says; raises `RequestError`."""
        ...

    def stream(self, asked: Asked, envelope: Envelope) -> AnswerStream: ...

    def whole(self, asked: Asked, envelope: Envelope, pieces: Sequence[Piece], end: End) -> bytes:
        """The answer to a request without `stream`."""
        ...

    def error(self, fault: RequestError, envelope: Envelope) -> bytes: ...

    def unknown_model(self, model: str) -> RequestError: ...

    def too_long(self, excess: int) -> RequestError:
        """What is said of a prompt with so many tokens more than the context holds."""
        ...

    def headers(self, envelope: Envelope, *, refused: bool = False) -> dict[str, str]:
        """What the provider tells besides the content; `refused`: the limits are used up."""
        ...

    def models(self, ids: Iterable[str], created: int) -> bytes:
        """The list of models; `created` in seconds since 1970."""
        ...


def rfc3339(seconds: int) -> str:
    """Seconds since 1970, for people."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def compact(value: Mapping[str, Any]) -> bytes:
    """JSON in UTF-8 without spaces; a lone surrogate goes out as its escape, which JSON allows."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "backslashreplace")
