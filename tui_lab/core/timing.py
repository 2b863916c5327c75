"""Speed of an answer, in milliseconds, by the names and formulas of AIPerf."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Timing:
    """Times since the answering attempt was sent, except `latency_ms`.

    `ttft_ms` is the first reasoning or text, `first_visible_ms` the first text, `last_ms` the last
    of either. `latency_ms` is the whole run, with waits and failed attempts. `itl_ms` is the mean
    gap between tokens; None where it would mean nothing.
    """

    connect_ms: float | None = None
    headers_ms: float | None = None
    first_event_ms: float | None = None
    ttft_ms: float | None = None
    first_visible_ms: float | None = None
    last_ms: float | None = None
    latency_ms: float | None = None
    itl_ms: float | None = None

    @property
    def tokens_per_second(self) -> float | None:
        speed = 1000 / self.itl_ms if self.itl_ms else math.inf
        return speed if math.isfinite(speed) else None


def inter_token_latency(
    ttft_ms: float | None,
    last_ms: float | None,
    *,
    output_tokens: int | None,
    reasoning_tokens: int | None,
    reasoning_streamed: bool,
    deltas: int,
) -> float | None:
    """(last - ttft) / (n - 1): AIPerf's ITL.

    n counts the tokens that were streamed: all output if reasoning was streamed, else output
    without reasoning. None when n < 2, or when everything came in one delta.
    """
    if ttft_ms is None or last_ms is None or output_tokens is None or deltas < 2:
        return None
    streamed = output_tokens if reasoning_streamed else output_tokens - (reasoning_tokens or 0)
    if streamed < 2:
        return None
    return (last_ms - ttft_ms) / (streamed - 1)
