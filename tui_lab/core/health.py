"""How a provider's model has done lately."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


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
