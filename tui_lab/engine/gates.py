"""The gates of money: may this workspace ask this model, and is there money for it?

Every run goes through them, whoever has begun it and however.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from typing import Protocol

from tui_lab.core.budget import (
    Alert,
    BudgetRules,
    Limit,
    LimitState,
    Period,
    Reservation,
    UnknownCost,
    Verdict,
)
from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.core.estimate import most_output, prompt_tokens
from tui_lab.core.model_facts import ModelFacts
from tui_lab.core.plan import PlanModel, Plans, check_expiry
from tui_lab.core.price import Price
from tui_lab.core.problem import Problem
from tui_lab.core.record import RunRecord
from tui_lab.core.refs import ModelRef
from tui_lab.engine.calls import beside_the_loop
from tui_lab.providers.wire import Call

MILLION = 1_000_000

log = logging.getLogger(__name__)


class BudgetStore(Protocol):
    """What the gates need of the history database."""

    async def reserve(self, reservation: Reservation, limits: Sequence[Limit]) -> Verdict: ...
    async def settle(self, record: RunRecord) -> None: ...
    async def take_alerts(self, limits: Sequence[Limit], at: datetime) -> tuple[Alert, ...]: ...


class PriceFor(Protocol):
    async def __call__(self, model: ModelRef) -> Price | None:
        """What a model charges now; None where nobody knows."""
        ...


class PlanGate:
    """Which models a workspace may ask. `plan_of` gives its plan and the last day of that.

    `unread` is what keeps budgets or plans from being known: until it is corrected, only what is
    free goes through.
    """

    def __init__(
        self,
        plans: Plans,
        plan_of: Callable[[str], tuple[str, date | None]],
        *,
        price_for: PriceFor,
        facts_of: Callable[[ModelRef], ModelFacts],
        today: Callable[[], date],
        unread: Problem | None = None,
    ) -> None:
        self._plans = plans
        self._plan_of = plan_of
        self._price_for = price_for
        self._facts_of = facts_of
        self._today = today
        self._unread = unread

    @property
    def plan_names(self) -> tuple[str, ...]:
        """All plans that there are, from the least to the most."""
        return tuple(self._plans.plans)

    def under(self, plan: str) -> PlanGate:
        """The gate as it would be if every workspace had this plan."""
        return PlanGate(
            self._plans,
            lambda workspace: (plan, None),
            price_for=self._price_for,
            facts_of=self._facts_of,
            today=self._today,
            unread=self._unread,
        )

    async def check(self, workspace: str, model: ModelRef) -> None:
        """Raises `LabError`: `policy` where the plan does not allow the model or has expired,
        `config` where it is not known what is allowed."""
        plan, expires = self._plan_of(workspace)
        check_expiry(plan, expires, self._today())
        if self._plans.is_open(plan) and self._unread is None:
            return
        price = await self._price_for(model)
        if self._unread is not None and (price is None or not price.free):
            raise LabError(
                ErrorKind.CONFIG,
                f"it is not known what may be spent: {self._unread.without_hint}",
                "correct it; until then, only free models are asked",
            )
        self._plans.check(plan, self._seen(model, price))

    async def refusal(self, workspace: str, model: ModelRef) -> LabError | None:
        """Why the model would be refused; None where it would not."""
        try:
            await self.check(workspace, model)
        except LabError as error:
            return error
        return None

    async def condition(self, workspace: str, model: ModelRef) -> str | None:
        """`needs enterprise plan: premium`, for a list; None where the model may be asked."""
        error = await self.refusal(workspace, model)
        if error is None:
            return None
        if error.kind is ErrorKind.CONFIG:
            return "budgets cannot be read"
        plan, seen = self._plan_of(workspace)[0], self._seen(model, await self._price_for(model))
        if self._plans.allows(plan, seen):
            return f"the plan {plan} has expired"
        what = self._plans.price_class(seen) or "unknown price"
        return f"needs {self._plans.lowest(seen)} plan: {what}"

    def _seen(self, model: ModelRef, price: Price | None) -> PlanModel:
        # One that charges for the prompt alone is not free.
        output_price = None if price is None else price.usd(0, MILLION) or price.usd(MILLION, 0)
        return PlanModel(model, self._facts_of(model).name, output_price)


@dataclass(frozen=True, slots=True)
class Wish:
    """A call that a run would like to make; `most` is what the run may cost at most, `spent` what
    its earlier attempts have cost, US dollars."""

    record: RunRecord
    model: ModelRef
    call: Call
    facts: ModelFacts
    price: Price | None
    most: Decimal | None = None
    spent: Decimal = Decimal(0)


class BudgetGate:
    """Reserves what a call may cost before it is made, and sees to it that it is counted after.

    `alerts` are those that it has given so far.
    """

    def __init__(self, store: BudgetStore, rules_of: Callable[[str, str], BudgetRules]) -> None:
        self._store = store
        self._rules_of = rules_of
        self._holding: set[str] = set()
        self.alerts: tuple[str, ...] = ()

    async def reserve(self, wish: Wish) -> tuple[str, ...]:
        """Holds the money back; gives what the person should know.

        Raises `LabError` of kind `budget` where there is no room for the call, or where that cannot
        be found out.
        """
        if wish.price is not None and wish.price.free:
            return ()
        rules = self._rules_of(wish.record.workspace, wish.model.provider)
        limits = rules.limits
        if wish.most is not None:
            limits = (*limits, Limit("--max-cost", Period.RUN, wish.most))
        if wish.price is None:
            _check_unknown(wish, rules)
        if not limits:
            return ()
        try:
            verdict = await self._ask(wish, rules, limits)
        except LabError as error:
            words = f"the budget cannot be looked up: {error.message}"
            if rules.can_block:
                raise LabError(
                    ErrorKind.BUDGET, f"{words}; no call was made", error.hint
                ) from error
            return (words,)
        verdict.check()
        unknown = f"nobody knows what {wish.model} costs: no budget can count it"
        return (*verdict.warnings, *((unknown,) if wish.price is None else ()))

    async def settle(self, record: RunRecord, *, counted: bool) -> tuple[str, ...]:
        """The run is over, and what it cost is `counted` already where it was recorded; gives what
        the person should know.
        """
        spent = {attempt.model.provider for attempt in record.attempts if attempt.cost.usd}
        held = record.id in self._holding
        self._holding.discard(record.id)
        if not counted and (spent or held):
            try:
                await self._store.settle(record)
            except LabError as error:
                return (f"what it cost could not be counted: {error.message}",)
        return await self._alerts(record, spent)

    async def _alerts(self, record: RunRecord, providers: Iterable[str]) -> tuple[str, ...]:
        """Each once in a period; of several that are passed at once the last."""
        limits = {
            limit.setting: limit
            for provider in providers
            for limit in self._rules_of(record.workspace, provider).limits
            if limit.period is not Period.RUN
        }
        if not limits:
            return ()
        try:
            alerts = await self._store.take_alerts([*limits.values()], record.created_at)
        except LabError as error:
            log.warning("alerts of budgets cannot be told: %s", error)
            return ()
        last = {alert.state.limit.setting: alert for alert in alerts}
        words = tuple(alert.words for alert in last.values())
        self.alerts += words
        return words

    async def _ask(self, wish: Wish, rules: BudgetRules, limits: Sequence[Limit]) -> Verdict:
        record, needed = wish.record, await _needed(wish, rules)
        if all(limit.period is Period.RUN for limit in limits):
            return Verdict(needed, tuple(map(LimitState, limits)))
        reservation = Reservation(
            record.id, record.created_at, record.workspace, wish.model.provider, needed
        )
        self._holding.add(record.id)
        return await self._store.reserve(reservation, limits)


def _check_unknown(wish: Wish, rules: BudgetRules) -> None:
    blocked = "--max-cost" if wish.most is not None else "budgets.unknown"
    if wish.most is not None or rules.unknown is UnknownCost.BLOCK:
        raise LabError(
            ErrorKind.BUDGET,
            f"nobody knows what {wish.model} costs, and {blocked} lets no such run through",
            "take a model with a known price, or say in config.toml what it costs",
        )


async def _needed(wish: Wish, rules: BudgetRules) -> Decimal | None:
    if wish.price is None:
        return None
    count = await beside_the_loop(
        wish.call.messages, partial(prompt_tokens, wish.call.system, wish.call.messages, wish.facts)
    )
    output = most_output(wish.call.parameters, wish.facts, rules.assume_output)
    return wish.spent + wish.price.usd(count, output)
