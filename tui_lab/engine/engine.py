"""Batches of runs: from a draft to records, many at once, all on one event loop."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from tui_lab.core.draft import Draft, new_records
from tui_lab.core.record import RunRecord
from tui_lab.core.secret import KnownSecrets, without_keys
from tui_lab.engine.admission import Admission
from tui_lab.engine.attempts import Attempts, Surroundings
from tui_lab.engine.candidates import Router
from tui_lab.engine.gates import BudgetGate
from tui_lab.engine.journal import Journal, RunStore
from tui_lab.engine.retries import RETRIES
from tui_lab.engine.run import Run
from tui_lab.engine.standing import Standing
from tui_lab.engine.tap import Tap
from tui_lab.engine.telling import Teller
from tui_lab.providers.http import HttpRoom

MOST_AT_ONCE = 16
"""Runs that may talk to providers at the same time; the others wait for their turn."""


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
        admission: Admission,
        standing: Standing,
        budgets: BudgetGate,
        new_id: Callable[[], str],
        store: RunStore,
        known: KnownSecrets,
        router: Router | None = None,
        retries: int = RETRIES,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        clock: Callable[[], float] = time.perf_counter,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._room = room
        self._admission = admission
        self._budgets = budgets
        self._new_id = new_id
        self._journal = Journal(store)
        self._known = known
        self._now = now
        self._clock = clock
        self._around = Surroundings(
            admission=admission,
            standing=standing,
            router=router,
            turns=asyncio.Semaphore(MOST_AT_ONCE),
            retries=retries,
            clock=clock,
            sleep=sleep,
            chance=chance,
        )
        self._starting = asyncio.Lock()
        self._runs: dict[str, Run] = {}
        self._tasks: set[asyncio.Future[list[RunRecord]]] = set()

    async def start(self, draft: Draft, tap: Tap, *, record: bool = True) -> Batch:
        """Begins a batch. With `record`, every run is on disk when this returns.

        Raises `LabError`: `usage` for a provider or model that does not exist, `storage` when the
        runs cannot be recorded. Nothing was sent then.
        """
        for model in (*draft.models, *draft.fallbacks):
            self._admission.provider(model)
        records = new_records(
            without_keys(draft, self._known),
            new_id=self._new_id,
            created_at=self._now(),
            is_simulated=lambda model: self._admission.provider(model).simulated,
        )
        journal = self._journal if record else None
        runs = [self._run(draft, one, tap, journal) for one in records]
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

    async def close(self, *, interrupted: bool = False) -> None:
        """Stops every run, records what there is, closes the connections.

        `interrupted`: the terminal is gone, no person has stopped them.
        """
        async with self._starting:  # no batch is left half begun
            for run in list(self._runs.values()):
                run.cancel(interrupted=interrupted)
        await asyncio.gather(*self._tasks)
        await self._journal.close()
        await self._room.aclose()

    def _run(self, draft: Draft, record: RunRecord, tap: Tap, journal: Journal | None) -> Run:
        teller = Teller(record, tap=tap, journal=journal, known=self._known, clock=self._clock)
        return Run(
            teller,
            ask=Attempts(draft.of_lane(record.lane), teller, self._around).go,
            tap=tap,
            journal=journal,
            budgets=self._budgets,
        )

    async def _go(self, run: Run) -> RunRecord:
        try:
            return await run.go()
        finally:
            del self._runs[run.id]

    def _forget(self, done: asyncio.Future[list[RunRecord]]) -> None:
        self._tasks.discard(done)
        if not done.cancelled():
            done.exception()  # whoever waits for it is told; asyncio need not complain beside that
