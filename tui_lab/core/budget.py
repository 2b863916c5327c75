"""Budgets: how much money may be spent in which period, and what that means for one run."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo
from decimal import Decimal
from enum import StrEnum

from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.core.money import dollars

ALERTS = (50, 80, 90, 100)
"""Shares of a budget in per cent: when the money spent reaches one, that is told once a period."""

ASSUMED_OUTPUT = 4096
"""Tokens of an answer that a run is taken to need where neither person nor model say less."""

MOST_USD = Decimal(1_000_000)
"""The largest budget."""


class Period(StrEnum):
    RUN = "run"
    DAY = "day"
    MONTH = "month"


class OverBudget(StrEnum):
    """What happens to a run that a budget has no room for."""

    BLOCK = "block"
    WARN = "warn"


class UnknownCost(StrEnum):
    """What happens to a run of which nobody knows what it will cost."""

    ALLOW = "allow"
    BLOCK = "block"


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose money is counted: None is everyone's."""

    workspace: str | None = None
    provider: str | None = None

    def covers(self, workspace: str, provider: str) -> bool:
        return self.workspace in (None, workspace) and self.provider in (None, provider)

    @property
    def words(self) -> str:
        """` of openai`; nothing for everyone's money."""
        if self.workspace is not None:
            return f" of the workspace {self.workspace}"
        return f" of {self.provider}" if self.provider is not None else ""


@dataclass(frozen=True, slots=True)
class Limit:
    """At most so many US dollars in a period of the time zone.

    `setting` is where a person has set it; no two limits have the same one.
    """

    setting: str
    period: Period
    usd: Decimal
    scope: Scope = Scope()
    over: OverBudget = OverBudget.BLOCK
    zone: tzinfo = UTC

    @property
    def name(self) -> str:
        """`today's budget of openai`."""
        match self.period:
            case Period.RUN:
                return f"the limit of a run{self.scope.words}"
            case Period.DAY:
                return f"today's budget{self.scope.words}"
            case Period.MONTH:
                return f"this month's budget{self.scope.words}"


@dataclass(frozen=True, slots=True)
class Span:
    """From `begin` up to, but without, `end`; in UTC."""

    begin: datetime
    end: datetime


def span_of(period: Period, at: datetime, zone: tzinfo) -> Span:
    """The day or month of the time zone that this moment lies in.

    A day is from one midnight of the clock to the next, 23 or 25 hours where the clock is changed.
    Where that skips midnight itself, the day begins with the first moment after it.
    """
    today = at.astimezone(zone).date()
    if period is Period.MONTH:
        first = today.replace(day=1)
        last = (first + timedelta(days=31)).replace(day=1)
    else:
        first, last = today, today + timedelta(days=1)
    begin, end = (datetime.combine(day, time(), zone).astimezone(UTC) for day in (first, last))
    return Span(begin, end)


@dataclass(frozen=True, slots=True)
class LimitState:
    """A limit now: US dollars spent in its period, and reserved by runs in progress.

    `estimated` is the part of `spent` that no provider has told. `resets_at` None: it is a limit
    of each run.
    """

    limit: Limit
    spent: Decimal = Decimal(0)
    reserved: Decimal = Decimal(0)
    estimated: Decimal = Decimal(0)
    resets_at: datetime | None = None

    @property
    def left(self) -> Decimal:
        return max(Decimal(0), self.limit.usd - self.spent - self.reserved)

    @property
    def share(self) -> Decimal:
        """What is spent of it, in per cent; of a budget of nothing all is spent."""
        return self.spent * 100 / self.limit.usd if self.limit.usd else Decimal(100)

    def has_room(self, needed: Decimal | None) -> bool:
        """Whether a run that may need so much fits in; None, unknown: while anything is left."""
        if needed is None:
            return self.left > 0 or self.limit.period is Period.RUN
        return needed == 0 or self.spent + self.reserved + needed <= self.limit.usd


@dataclass(frozen=True, slots=True)
class BudgetRules:
    """What holds for the runs of one workspace with one provider."""

    limits: tuple[Limit, ...] = ()
    unknown: UnknownCost = UnknownCost.ALLOW
    assume_output: int = ASSUMED_OUTPUT

    @property
    def can_block(self) -> bool:
        """Whether there is a limit that can stop a run."""
        return any(limit.over is OverBudget.BLOCK for limit in self.limits)


@dataclass(frozen=True, slots=True)
class Reservation:
    """What a run may cost, held back until it is over; None where nobody knows.

    It counts for the period of the moment `at`.
    """

    run_id: str
    at: datetime
    workspace: str
    provider: str
    usd: Decimal | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """`states` of all limits as they were asked, and those that a run of cost `needed` breaks."""

    needed: Decimal | None
    states: tuple[LimitState, ...] = ()

    def broken(self, over: OverBudget) -> list[LimitState]:
        return [
            state
            for state in self.states
            if state.limit.over is over and not state.has_room(self.needed)
        ]

    @property
    def allowed(self) -> bool:
        return not self.broken(OverBudget.BLOCK)

    def check(self) -> None:
        """Raises `LabError` of kind `budget` where a limit blocks the run."""
        if broken := self.broken(OverBudget.BLOCK):
            raise LabError(ErrorKind.BUDGET, _refusal(broken[0], self.needed), _advice(broken))

    @property
    def warnings(self) -> tuple[str, ...]:
        return tuple(_refusal(state, self.needed) for state in self.broken(OverBudget.WARN))


@dataclass(frozen=True, slots=True)
class Alert:
    """The money spent has reached this share, in per cent, of a limit."""

    state: LimitState
    percent: int

    @property
    def words(self) -> str:
        state = self.state
        spent, usd = dollars(state.spent), dollars(state.limit.usd)
        return f"{self.percent}% of {state.limit.name} is spent: {spent} of {usd}"


def without_room(
    states: Iterable[LimitState], calls: Sequence[tuple[str, Decimal]]
) -> LimitState | None:
    """The first limit that calls at once do not fit into: to which provider, and what each may
    cost at most. The states are those that hold in one workspace.
    """
    for state in states:
        provider = state.limit.scope.provider
        costs = [usd for asked, usd in calls if provider in (None, asked)]
        together = max if state.limit.period is Period.RUN else sum
        if costs and not state.has_room(Decimal(together(costs))):
            return state
    return None


def reached(state: LimitState) -> tuple[int, ...]:
    """Those of `ALERTS` that the money spent has reached."""
    if state.limit.period is Period.RUN or not state.spent:
        return ()
    return tuple(percent for percent in ALERTS if state.share >= percent)


def moment(at: datetime, zone: tzinfo) -> str:
    local = at.astimezone(zone)
    return f"{local:%Y-%m-%d %H:%M} ({local.tzname()})"


def _refusal(state: LimitState, needed: Decimal | None) -> str:
    limit = state.limit
    may = f"up to {dollars(needed)}" if needed is not None else "an unknown amount"
    if limit.period is Period.RUN:
        return f"this run may cost {may}: {limit.name} is {dollars(limit.usd)}"
    open_runs = f" and {dollars(state.reserved)} reserved" if state.reserved else ""
    return (
        f"this run may cost {may}: of {limit.name}, {dollars(limit.usd)}, "
        f"{dollars(state.spent)} is spent{open_runs}"
    )


def _advice(broken: Sequence[LimitState]) -> str:
    ways = f"set a lower max_tokens, take a cheaper model, or raise {broken[0].limit.setting}"
    # What is reserved may come back.
    if any(state.reserved for state in broken):
        ways = f"wait for the runs in progress, {ways}"
    resets = [(state.resets_at, state.limit.zone) for state in broken if state.resets_at]
    if len(resets) < len(broken):
        return ways  # no time brings room for it
    at, zone = max(resets, key=lambda reset: reset[0])
    return f"{ways}; there is room again at {moment(at, zone)}"
