"""What has changed from one period to the next."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from tui_lab.core.statistics import Spread, Totals

_SPREADS = ("ttft_ms", "latency_ms", "tokens_per_second")
_PERCENTILES = ("p50", "p95", "p99")


class Measure(StrEnum):
    """What a change is counted in: a share of what was before, or the difference of two shares."""

    SHARE = "share"
    POINTS = "points"


@dataclass(frozen=True, slots=True)
class PeriodChange:
    """How much more there is of something; below 0: less. 0.1 is 10 % of what was before, or 10
    percentage points. None where there was nothing before, or nothing is known."""

    name: str
    measure: Measure
    value: float | None

    def __str__(self) -> str:
        """`+12%`, `-3 pp`, `±0%`, `–` where there is nothing to compare with."""
        if self.value is None:
            return "–"
        percent = round(100 * self.value)
        unit = "%" if self.measure is Measure.SHARE else " pp"
        return f"{percent:+,}{unit}" if percent else f"±0{unit}"


def period_changes(now: Totals, before: Totals) -> dict[str, PeriodChange]:
    """By name: `runs`, `failure_rate` (in points), `total_tokens`, `usd`, and each percentile of
    times and speed as `ttft_ms.p50`."""
    return {change.name: change for change in _changes(now, before)}


def _changes(now: Totals, before: Totals) -> Iterator[PeriodChange]:
    for name in ("runs", "total_tokens", "usd"):
        yield _share(name, float(getattr(now, name)), float(getattr(before, name)))
    known = now.failure_rate is not None and before.failure_rate is not None
    points = (now.failure_rate or 0) - (before.failure_rate or 0) if known else None
    yield PeriodChange("failure_rate", Measure.POINTS, points)
    for name in _SPREADS:
        one: Spread | None = getattr(now, name)
        other: Spread | None = getattr(before, name)
        for place in _PERCENTILES:
            yield _share(f"{name}.{place}", getattr(one, place, None), getattr(other, place, None))


def _share(name: str, now: float | None, before: float | None) -> PeriodChange:
    value = (now - before) / before if before and now is not None else None
    return PeriodChange(name, Measure.SHARE, value)
