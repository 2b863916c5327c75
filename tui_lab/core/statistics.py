"""Sums over the history: runs, tokens, money and speed, in all and by day, hour, model and the
like."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from decimal import Decimal
from typing import Literal, get_args

from tui_lab.core.histogram import Counts, percentiles
from tui_lab.core.record import Status
from tui_lab.core.sums import MEASURES, QUARTER_MS, Place, Sums, merged, summed

By = Literal["day", "hour", "model", "provider", "workspace", "template"]
DIMENSIONS: tuple[By, ...] = get_args(By)

_FAILED = frozenset({Status.ERROR, Status.REFUSED, Status.CANCELLED, Status.INTERRUPTED})
_SHARES = (0.5, 0.95, 0.99)


@dataclass(frozen=True, slots=True)
class Spread:
    """How a measure is spread; percentiles as `percentile` gives them."""

    mean: float
    p50: float
    p95: float
    p99: float

    @classmethod
    def of(cls, values: Iterable[float]) -> Spread | None:
        """None where nothing was measured."""
        ordered = sorted(values)
        if not ordered:
            return None
        mean = sum(ordered) / len(ordered)
        return cls(mean, *(percentile(ordered, share) for share in _SHARES))


def percentile(ordered: Sequence[float], share: float) -> float:
    """Linear between the two nearest of sorted values (type 7 of Hyndman and Fan, 1996)."""
    place = (len(ordered) - 1) * share
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums over some runs.

    `failure_rate`: the share of failed, refused, cancelled and interrupted runs among those that
    were let through the gates, None where there is none. `usd` sums what is known,
    `unknown_cost_calls` counts the calls that it leaves out. Speed is that of runs that ended well:
    means to a thousandth, percentiles within 1 %.
    """

    runs: int
    statuses: Mapping[Status, int]
    calls: int
    input_tokens: int
    output_tokens: int
    usd: Decimal
    unknown_cost_calls: int
    models: int
    last_run_at: datetime | None
    latency_ms: Spread | None
    ttft_ms: Spread | None
    tokens_per_second: Spread | None

    @property
    def total_tokens(self) -> int:
        return self.input_tokens + self.output_tokens

    @property
    def blocked(self) -> int:
        """Runs that a gate stopped: nobody was asked."""
        return self.statuses.get(Status.BLOCKED, 0)

    @property
    def failed(self) -> int:
        return sum(self.statuses.get(status, 0) for status in _FAILED)

    @property
    def failure_rate(self) -> float | None:
        asked = self.runs - self.blocked
        return self.failed / asked if asked else None


@dataclass(frozen=True, slots=True)
class Statistics:
    """`by` has the groups of each dimension: days, and hours of the day from `00` to `23`, in order
    of time, the others costliest first."""

    totals: Totals
    by: Mapping[By, Mapping[str, Totals]]


@dataclass
class _Group:
    parts: list[Sums] = field(default_factory=list)
    models: set[str] = field(default_factory=set)

    def add(self, model: str, sums: Sums) -> None:
        self.parts.append(sums)
        if sums.last_ms:  # a call that failed over to another model is no run of this one
            self.models.add(model)

    def totals(self) -> Totals:
        return _totals(*summed(self.parts), len(self.models))


_Groups = dict[str, _Group]


def statistics(cells: Iterable[tuple[Place, Sums]], zone: tzinfo) -> Statistics:
    """Days and hours are those of the time zone. No cell may be longer than an hour, or reach from
    one hour of the zone into the next."""
    by: dict[By, _Groups] = {dimension: {} for dimension in DIMENSIONS}
    alike: dict[tuple[str, ...], list[Sums]] = {}
    local = _day_and_hour(zone)
    for place, sums in cells:
        quarter, *who = place
        for groups, key in zip((by["day"], by["hour"]), local(quarter), strict=True):
            _add(groups, key, place.model, sums)
        alike.setdefault(tuple(who), []).append(sums)
    total = _Group()
    for (workspace, model, provider, template), parts in alike.items():
        sums = merged(parts)
        total.add(model, sums)
        _add(by["workspace"], workspace, model, sums)
        _add(by["model"], model, model, sums)
        _add(by["provider"], provider, model, sums)
        if template:
            _add(by["template"], template, model, sums)
    return Statistics(total.totals(), {name: _ordered(name, by[name]) for name in DIMENSIONS})


def _add(groups: _Groups, key: str, model: str, sums: Sums) -> None:
    if (group := groups.get(key)) is None:
        group = groups[key] = _Group()
    group.add(model, sums)


def _ordered(by: By, groups: _Groups) -> dict[str, Totals]:
    found = {key: one.totals() for key, one in groups.items()}
    if by in ("day", "hour"):
        return dict(sorted(found.items()))
    return dict(sorted(found.items(), key=lambda item: (-item[1].usd, -item[1].runs, item[0])))


def _totals(sums: Sums, counts: Mapping[int, Counts], models: int) -> Totals:
    measured = zip((sums.ttft, sums.latency, sums.speed), map(counts.get, range(3)), strict=True)
    spreads = dict(zip(MEASURES, (_spread(*one) for one in measured), strict=True))
    return Totals(
        runs=sum(sums.by_status.values()),
        statuses=sums.by_status,
        calls=sums.calls,
        input_tokens=sums.input_tokens,
        output_tokens=sums.output_tokens,
        usd=sums.usd,
        unknown_cost_calls=sums.unknown_cost_calls,
        models=models,
        last_run_at=datetime.fromtimestamp(sums.last_ms / 1000, UTC) if sums.last_ms else None,
        **spreads,
    )


def _spread(thousandths: int, counts: Counts | None) -> Spread | None:
    if not counts:
        return None
    mean = thousandths / 1000 / sum(counts.values())
    return Spread(mean, *percentiles(counts, _SHARES))


def _day_and_hour(zone: tzinfo) -> Callable[[int], tuple[str, str]]:
    """Both of a quarter of an hour, as keys."""
    known: dict[int, tuple[str, str]] = {}

    def look_up(quarter: int) -> tuple[str, str]:
        if (found := known.get(quarter)) is None:
            local = datetime.fromtimestamp(quarter * QUARTER_MS // 1000, zone)
            found = known[quarter] = local.date().isoformat(), f"{local:%H}"
        return found

    return look_up
