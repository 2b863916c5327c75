"""Sums over the history: runs, tokens, money and speed, in all and by day, hour, model and the
like."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from decimal import Decimal
from typing import Literal, get_args

from tui_lab.core.record import Status

By = Literal["day", "hour", "model", "provider", "workspace", "template"]
DIMENSIONS: tuple[By, ...] = get_args(By)

_Cell = tuple[str, str, str, str, str, str | None]
"""A key for each dimension, in their order."""

_FAILED = frozenset({Status.ERROR, Status.REFUSED, Status.CANCELLED, Status.INTERRUPTED})


@dataclass(frozen=True, slots=True)
class CallLine:
    """What one call to a provider took: a line of the ledger. `usd` is None where unknown."""

    model: str
    provider: str
    input_tokens: int
    output_tokens: int
    usd: Decimal | None


@dataclass(frozen=True, slots=True)
class RunLine:
    """A run that is over, as far as it is counted; times in milliseconds."""

    created_at: datetime
    workspace: str
    model: str
    provider: str
    template: str | None
    status: Status
    latency_ms: float | None
    ttft_ms: float | None
    tokens_per_second: float | None
    calls: Sequence[CallLine]


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
        return cls(mean, *(percentile(ordered, share) for share in (0.5, 0.95, 0.99)))


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
    `unknown_cost_calls` counts the calls that it leaves out. Speed is that of runs that ended well.
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
    def failure_rate(self) -> float | None:
        asked = self.runs - self.statuses.get(Status.BLOCKED, 0)
        failed = sum(self.statuses.get(status, 0) for status in _FAILED)
        return failed / asked if asked else None


@dataclass(frozen=True, slots=True)
class Statistics:
    """`by` has the groups of each dimension: days, and hours of the day from `00` to `23`, in order
    of time, the others costliest first."""

    totals: Totals
    by: Mapping[By, Mapping[str, Totals]]


@dataclass
class _Sum:
    statuses: dict[Status, int] = field(default_factory=dict)
    calls: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    usd: Decimal = Decimal(0)
    unknown: int = 0
    models: set[str] = field(default_factory=set)
    last: datetime | None = None
    latency: list[float] = field(default_factory=list)
    ttft: list[float] = field(default_factory=list)
    speed: list[float] = field(default_factory=list)

    def add_run(self, run: RunLine) -> None:
        self.statuses[run.status] = self.statuses.get(run.status, 0) + 1
        self.models.add(run.model)
        self.last = run.created_at if self.last is None else max(self.last, run.created_at)
        if run.status is Status.OK:
            for values, value in (
                (self.latency, run.latency_ms),
                (self.ttft, run.ttft_ms),
                (self.speed, run.tokens_per_second),
            ):
                if value is not None:
                    values.append(value)

    def add_call(self, call: CallLine) -> None:
        self.calls += 1
        self.input_tokens += call.input_tokens
        self.output_tokens += call.output_tokens
        if call.usd is None:
            self.unknown += 1
        else:
            self.usd += call.usd

    def add(self, other: _Sum) -> None:
        for status, runs in other.statuses.items():
            self.statuses[status] = self.statuses.get(status, 0) + runs
        self.calls += other.calls
        self.input_tokens += other.input_tokens
        self.output_tokens += other.output_tokens
        self.usd += other.usd
        self.unknown += other.unknown
        self.models |= other.models
        if other.last is not None:
            self.last = other.last if self.last is None else max(self.last, other.last)
        self.latency += other.latency
        self.ttft += other.ttft
        self.speed += other.speed

    def totals(self) -> Totals:
        return Totals(
            runs=sum(self.statuses.values()),
            statuses=self.statuses,
            calls=self.calls,
            input_tokens=self.input_tokens,
            output_tokens=self.output_tokens,
            usd=self.usd,
            unknown_cost_calls=self.unknown,
            models=len(self.models),
            last_run_at=self.last,
            latency_ms=Spread.of(self.latency),
            ttft_ms=Spread.of(self.ttft),
            tokens_per_second=Spread.of(self.speed),
        )


def statistics(runs: Iterable[RunLine], zone: tzinfo) -> Statistics:
    """Counts every run once, each call where it went: a run that two providers were asked for is
    a run of the one that answered, and costs at both. Days and hours are those of the time zone.
    """
    cells = _cells(runs, zone)
    total = _Sum()
    groups: dict[By, dict[str, _Sum]] = {by: {} for by in DIMENSIONS}
    for cell, found in cells.items():
        total.add(found)
        for by, key in zip(DIMENSIONS, cell, strict=True):
            if key is not None:
                groups[by].setdefault(key, _Sum()).add(found)
    return Statistics(total.totals(), {by: _ordered(by, found) for by, found in groups.items()})


def _cells(runs: Iterable[RunLine], zone: tzinfo) -> dict[_Cell, _Sum]:
    """Sums over what has the same key in every dimension: a run is counted in one place, not in
    every group that it belongs to."""
    cells: dict[_Cell, _Sum] = {}
    local = _day_and_hour(zone)
    for run in runs:
        day, hour = local(run.created_at)
        where = run.workspace, run.template
        _sum_at(cells, (day, hour, run.model, run.provider, *where)).add_run(run)
        for call in run.calls:
            _sum_at(cells, (day, hour, call.model, call.provider, *where)).add_call(call)
    return cells


def _sum_at(cells: dict[_Cell, _Sum], cell: _Cell) -> _Sum:
    if (found := cells.get(cell)) is None:
        found = cells[cell] = _Sum()
    return found


def _ordered(by: By, groups: Mapping[str, _Sum]) -> dict[str, Totals]:
    found = {key: one.totals() for key, one in groups.items()}
    if by in ("day", "hour"):
        return dict(sorted(found.items()))
    return dict(sorted(found.items(), key=lambda item: (-item[1].usd, -item[1].runs, item[0])))


def _day_and_hour(zone: tzinfo) -> Callable[[datetime], tuple[str, str]]:
    """Both of a moment, as keys. Offsets are whole minutes: a minute is looked up once."""
    known: dict[datetime, tuple[str, str]] = {}

    def look_up(moment: datetime) -> tuple[str, str]:
        minute = moment.replace(second=0, microsecond=0)
        if minute not in known:
            local = minute.astimezone(zone)
            known[minute] = local.date().isoformat(), f"{local:%H}"
        return known[minute]

    return look_up
