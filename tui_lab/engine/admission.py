"""The gates that one candidate has to pass: plan, key, attachments and context, then money."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Protocol

from tui_lab.core.draft import Draft
from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.core.events import Stamped
from tui_lab.core.model_facts import ModelFacts
from tui_lab.core.nearest import nearest
from tui_lab.core.price import Price
from tui_lab.core.record import RunRecord
from tui_lab.core.refs import ModelRef
from tui_lab.core.secret import KnownSecrets, Secret
from tui_lab.engine.breakers import Line
from tui_lab.engine.calls import FittedCall, beside_the_loop, fitted_call
from tui_lab.engine.gates import BudgetGate, PlanGate, PriceFor, Wish
from tui_lab.engine.outages import Outages, unreachable
from tui_lab.providers.catalogue import Provider
from tui_lab.providers.dialects import dialect
from tui_lab.providers.exchange import TimeLimits, exchange
from tui_lab.providers.http import HttpRoom
from tui_lab.providers.wire import Call


class KeyFor(Protocol):
    async def __call__(self, workspace: str, provider: Provider) -> Secret | None:
        """The key that a workspace uses; None when the provider needs none.

        Raises `LabError` of kind `no_key` when one is needed and there is none.
        """
        ...


class LimitsFor(Protocol):
    def __call__(self, provider: Provider, changed: Mapping[str, float]) -> TimeLimits: ...


class Reserve(Protocol):
    async def __call__(self, call: Call, spent: Decimal) -> tuple[str, ...]:
        """Holds back what a call may cost, beside what the run has `spent`, US dollars; gives what
        the person should know. Raises `LabError` of kind `budget` where there is no room."""
        ...


@dataclass(frozen=True, slots=True)
class Admitted:
    """A candidate that may be asked, money apart: what, and how to do that.

    `ask` makes a call; its second argument gives milliseconds since the run began.
    """

    line: Line
    provider: Provider
    facts: ModelFacts
    price: Price | None
    fitted: FittedCall
    reserve: Reserve
    ask: Callable[[Call, Callable[[], float]], AsyncGenerator[Stamped, None]]

    @property
    def model(self) -> ModelRef:
        return self.line.model


class Admission:
    """All candidates of all runs pass here."""

    def __init__(
        self,
        *,
        room: HttpRoom,
        providers: Mapping[str, Provider],
        key_for: KeyFor,
        limits_for: LimitsFor,
        facts_of: Callable[[ModelRef], ModelFacts],
        price_for: PriceFor,
        plans: PlanGate,
        budgets: BudgetGate,
        known: KnownSecrets,
        outages: Outages,
    ) -> None:
        self._room = room
        self._providers = providers
        self._key_for = key_for
        self._limits_for = limits_for
        self._facts_of = facts_of
        self._price_for = price_for
        self._plans = plans
        self._budgets = budgets
        self._known = known
        self._outages = outages

    def provider(self, model: ModelRef) -> Provider:
        """Raises `LabError` of kind `usage` for a provider or model that does not exist."""
        provider = self._providers.get(model.provider)
        if provider is None:
            raise LabError(
                ErrorKind.USAGE,
                f"there is no provider {model.provider!r}",
                nearest(model.provider, self._providers),
            )
        provider.check_model(model.model)
        return provider

    async def admit(self, draft: Draft, record: RunRecord, model: ModelRef) -> Admitted:
        """Raises `LabError` where one of the gates says no; that of money comes with `reserve`."""
        provider, facts = self.provider(model), self._facts_of(model)
        await self._plans.check(draft.workspace, model)
        key = await self._key_for(draft.workspace, provider)
        if key is not None:
            self._known.add(key)
        fit = partial(fitted_call, draft, model, provider, facts)
        fitted = await beside_the_loop(draft.messages, fit)
        price = await self._price_for(model)

        async def reserve(call: Call, spent: Decimal) -> tuple[str, ...]:
            wish = Wish(record, model, call, facts, price, draft.max_cost, spent)
            return await self._budgets.reserve(wish)

        def ask(call: Call, now_ms: Callable[[], float]) -> AsyncGenerator[Stamped, None]:
            if (outage := self._outages.of(model)) is not None:
                return unreachable(outage, now_ms)
            limits = self._limits_for(provider, draft.time_limits)
            spoken = dialect(provider.dialect_of(model.model))
            return exchange(self._room, provider, spoken, call, key, limits, now_ms)

        line = Line(model, key.digest if key is not None else None)
        return Admitted(line, provider, facts, price, fitted, reserve, ask)
