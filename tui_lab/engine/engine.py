"""Batches of runs: from a draft to records, many at once, all on one event loop."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Protocol

from tui_lab.core.draft import Draft, new_records
from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.core.events import Stamped
from tui_lab.core.model_facts import ModelFacts
from tui_lab.core.nearest import nearest
from tui_lab.core.record import RunRecord
from tui_lab.core.refs import ModelRef
from tui_lab.core.secret import KnownSecrets, Secret, without_keys
from tui_lab.engine.calls import beside_the_loop, fitted_call
from tui_lab.engine.gates import BudgetGate, PlanGate, PriceFor, Wish
from tui_lab.engine.journal import Journal, RunStore
from tui_lab.engine.run import Route, Run
from tui_lab.engine.tap import Tap
from tui_lab.providers.catalogue import Provider
from tui_lab.providers.dialects import dialect
from tui_lab.providers.exchange import TimeLimits, exchange
from tui_lab.providers.http import HttpRoom
from tui_lab.providers.wire import Call

LONG_PROMPT = 100_000
"""Characters and bytes of a prompt that is fitted beside the event loop."""
MOST_AT_ONCE = 16
"""Runs that may talk to providers at the same time; the others wait for their turn."""


class KeyFor(Protocol):
    async def __call__(self, workspace: str, provider: Provider) -> Secret | None:
        """The key that a workspace uses; None when the provider needs none.

        Raises `LabError` of kind `no_key` when one is needed and there is none.
        """
        ...


class LimitsFor(Protocol):
    def __call__(self, provider: Provider, changed: Mapping[str, float]) -> TimeLimits: ...


@dataclass(frozen=True, slots=True)
class Batch:
    """A draft on its way: its runs as they began, and their records when all are over."""

    id: str
    runs: tuple[RunRecord, ...]
    done: asyncio.Future[list[RunRecord]]


class Engine:
    """Takes drafts, gives events to taps and records to the store.

    It belongs to one running event loop: its own thread's in the lab, a test's own in a test.
    """

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
        new_id: Callable[[], str],
        store: RunStore,
        known: KnownSecrets,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._room = room
        self._providers = providers
        self._key_for = key_for
        self._limits_for = limits_for
        self._facts_of = facts_of
        self._price_for = price_for
        self._plans = plans
        self._budgets = budgets
        self._new_id = new_id
        self._journal = Journal(store)
        self._known = known
        self._now = now
        self._clock = clock
        self._turns = asyncio.Semaphore(MOST_AT_ONCE)
        self._starting = asyncio.Lock()
        self._runs: dict[str, Run] = {}
        self._tasks: set[asyncio.Future[list[RunRecord]]] = set()

    async def start(self, draft: Draft, tap: Tap, *, record: bool = True) -> Batch:
        """Begins a batch. With `record`, every run is on disk when this returns.

        Raises `LabError`: `usage` for a provider or model that does not exist, `storage` when the
        runs cannot be recorded. Nothing was sent then.
        """
        for model in draft.models:
            self._provider(model)
        records = new_records(
            without_keys(draft, self._known),
            new_id=self._new_id,
            created_at=self._now(),
            is_simulated=lambda model: self._provider(model).simulated,
        )
        runs = [
            Run(
                one,
                route=partial(self._route, draft, one),
                tap=tap,
                journal=self._journal if record else None,
                turns=self._turns,
                budgets=self._budgets,
                clock=self._clock,
                known=self._known,
            )
            for one in records
        ]
        async with self._starting:
            if record:
                await self._journal.begin(records)
            self._runs |= {run.id: run for run in runs}
            done = asyncio.gather(*(self._go(run) for run in runs))
            self._tasks.add(done)
        done.add_done_callback(self._forget)
        return Batch(records[0].batch_id, records, done)

    def cancel(self, run_id: str) -> None:
        """Stops a run; what it has is kept and recorded. One that is over stays as it is."""
        if run := self._runs.get(run_id):
            run.cancel()

    async def close(self) -> None:
        """Stops every run, records what there is, closes the connections."""
        async with self._starting:  # no batch is left half begun
            for run in list(self._runs.values()):
                run.cancel()
        await asyncio.gather(*self._tasks)
        await self._journal.close()
        await self._room.aclose()

    async def _go(self, run: Run) -> RunRecord:
        try:
            return await run.go()
        finally:
            del self._runs[run.id]

    def _forget(self, done: asyncio.Future[list[RunRecord]]) -> None:
        self._tasks.discard(done)
        if not done.cancelled():
            done.exception()  # whoever waits for it is told; asyncio need not complain beside that

    def _provider(self, model: ModelRef) -> Provider:
        provider = self._providers.get(model.provider)
        if provider is None:
            raise LabError(
                ErrorKind.USAGE,
                f"there is no provider {model.provider!r}",
                nearest(model.provider, self._providers),
            )
        provider.check_model(model.model)
        return provider

    async def _route(self, draft: Draft, record: RunRecord) -> Route:
        """The gates of one candidate: plan, key, context, budget, in this order.

        Raises `LabError` where one says no.
        """
        model = ModelRef.parse(record.model)
        provider, facts = self._provider(model), self._facts_of(model)
        await self._plans.check(draft.workspace, model)
        key = await self._key_for(draft.workspace, provider)
        if key is not None:
            self._known.add(key)
        fit = partial(fitted_call, draft, model, provider, facts)
        fitted = await beside_the_loop(draft.messages, fit)
        price = await self._price_for(model)

        async def reserve(call: Call) -> tuple[str, ...]:
            wish = Wish(record, model, call, facts, price, draft.max_cost)
            return await self._budgets.reserve(wish)

        def ask(call: Call, now_ms: Callable[[], float]) -> AsyncGenerator[Stamped, None]:
            limits = self._limits_for(provider, draft.time_limits)
            spoken = dialect(provider.dialect_of(model.model))
            return exchange(self._room, provider, spoken, call, key, limits, now_ms)

        return Route(model, price, fitted, await reserve(fitted.call), reserve, ask)


def _is_long(draft: Draft) -> bool:
    sizes = (part.size or 0 for message in draft.messages for part in message.attachments)
    return sum(len(message.text) for message in draft.messages) + sum(sizes) > LONG_PROMPT
