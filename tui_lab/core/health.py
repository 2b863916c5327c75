"""How a provider's model has done lately."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from tui_lab.core.errors import ErrorKind
from tui_lab.core.record import Attempt, Status
from tui_lab.core.refs import ModelRef

FAILURES = frozenset(
    {
        ErrorKind.NETWORK,
        ErrorKind.SERVER,
        ErrorKind.TIMEOUT,
        ErrorKind.PROTOCOL,
        ErrorKind.RATE_LIMIT,
    }
)
"""Kinds of errors that tell of the provider; others tell of the request, the key, the person."""


class Breaker(StrEnum):
    """`closed`: it is asked. `open`: it failed again and again and is left alone for a while.
    `half-open`: one request tries whether it is back.
    """

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half-open"


@dataclass(frozen=True, slots=True)
class Health:
    """What a window of real attempts tells of one model at one provider.

    `asked` and `failed` count those whose end says something of the provider's health: not a bad
    request, a refusal or a cancellation. Latencies are milliseconds, None where nothing was
    measured. `retry_in_s` is when an open breaker lets somebody try again.
    """

    asked: int = 0
    failed: int = 0
    ttft_p50_ms: float | None = None
    ttft_p95_ms: float | None = None
    tokens_per_second: float | None = None
    breaker: Breaker = Breaker.CLOSED
    retry_in_s: float | None = None

    @property
    def success(self) -> float | None:
        """The share that succeeded; None where nobody was asked."""
        return 1 - self.failed / self.asked if self.asked else None

    @property
    def rests(self) -> bool:
        """Whether it is left alone now, and for how long is another from second to second."""
        return self.breaker is Breaker.OPEN

    @property
    def brief(self) -> str:
        """`words` in as few cells as they need: `ok 98 % · 310 ms`, `✗ again in 20 s`."""
        if self.breaker is Breaker.OPEN and self.retry_in_s is not None:
            return f"✗ again in {self.retry_in_s:.0f} s"
        if self.breaker is Breaker.HALF_OPEN:
            return "! tried next"
        return self.words.replace("ttft ", "")

    @property
    def words(self) -> str:
        """`ok 98 % · ttft 310 ms`, `✗ fails: tried again in 20 s`; empty where nothing is known."""
        if self.breaker is Breaker.OPEN and self.retry_in_s is not None:
            return f"✗ fails: tried again in {self.retry_in_s:.0f} s"
        if self.breaker is Breaker.HALF_OPEN:
            return "! failed: the next run tries it"
        known = []
        if self.success is not None:
            mark = "! " if 2 * self.failed > self.asked else ""
            known.append(f"{mark}ok {self.success * 100:.0f} %")
        if self.ttft_p50_ms is not None:
            known.append(f"ttft {self.ttft_p50_ms:.0f} ms")
        return " · ".join(known)


def breaker_words(health: Health) -> str:
    """`open, tried again in 4 s`."""
    if health.breaker is Breaker.OPEN and health.retry_in_s is not None:
        return f"open, tried again in {health.retry_in_s:.0f} s"
    return "half-open, the next run tries" if health.breaker is Breaker.HALF_OPEN else "closed"


@dataclass(frozen=True, slots=True)
class AttemptEnd:
    """How an attempt ended. `failed` is None where that says nothing of the provider's health."""

    model: ModelRef
    at: datetime
    failed: bool | None
    ttft_ms: float | None = None
    tokens_per_second: float | None = None


def attempt_end(attempt: Attempt, at: datetime) -> AttemptEnd:
    kind = attempt.error.kind if attempt.error is not None else None
    failed = has_failed(attempt.status, kind)
    timing = attempt.timing
    return AttemptEnd(attempt.model, at, failed, timing.ttft_ms, timing.tokens_per_second)


def has_failed(status: Status, kind: ErrorKind | None) -> bool | None:
    """Whether the provider failed; None where the end says nothing of it."""
    if kind in FAILURES:
        return True
    return False if kind is None and status in (Status.OK, Status.REFUSED) else None
