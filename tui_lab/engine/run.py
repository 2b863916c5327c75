"""One run: from its beginning to its record, whatever happens in between."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.core.events import Note, Recorded
from tui_lab.core.record import RunRecord
from tui_lab.engine.gates import BudgetGate
from tui_lab.engine.journal import Journal
from tui_lab.engine.tap import Tap
from tui_lab.engine.telling import Teller

log = logging.getLogger(__name__)


class Run:
    """A run on its way. `go` is awaited once; `cancel` may be called at any time.

    `ask` asks whoever may answer, and ends the run in the teller or raises `LabError`.
    """

    def __init__(
        self,
        teller: Teller,
        *,
        ask: Callable[[], Awaitable[None]],
        tap: Tap,
        journal: Journal | None,
        budgets: BudgetGate,
    ) -> None:
        self._teller = teller
        self._ask = ask
        self._tap = tap
        self._journal = journal
        self._budgets = budgets
        self._asking: asyncio.Future[None] | None = None
        self._cancelled = self._interrupted = False

    @property
    def id(self) -> str:
        return self._teller.fold.initial.id

    def cancel(self, *, interrupted: bool = False) -> None:
        """Stops asking; what came so far is kept. Recording it cannot be stopped.

        `interrupted`: no person wants it stopped.
        """
        self._cancelled, self._interrupted = True, interrupted
        if self._asking is not None:
            self._asking.cancel()

    async def go(self) -> RunRecord:
        """Runs to the end, whatever it is; returns the record."""
        self._asking = asyncio.ensure_future(self._ask())
        if self._cancelled:
            self._asking.cancel()
        try:
            await self._asking
        except asyncio.CancelledError:
            if not self._cancelled:
                raise  # the engine dies: the run will be found interrupted
            if self._interrupted:
                self._teller.fold.interrupt()
            else:
                self._teller.fail(LabError(ErrorKind.CANCELLED, "stopped by you"))
        except LabError as error:
            self._teller.fail(error)
        except Exception as error:
            log.exception("run %s failed inside", self.id)
            self._teller.fail(_our_fault(error))
        record = self._teller.fold.record()
        await self._settle(record)
        self._tap.end(record)
        return record

    async def _settle(self, record: RunRecord) -> None:
        """Puts the end of the run on disk, and what it cost, recorded or not."""
        recorded = None
        if self._journal is not None:
            try:
                await self._journal.finish(record, self._teller.deltas.encode())
                recorded = Recorded()
            except LabError as error:
                recorded = Recorded(error)
        for words in await self._budgets.settle(record, counted=recorded is not None):
            self._teller.emit(Note(words))
        if recorded is not None:
            self._teller.emit(recorded)


def _our_fault(error: Exception) -> LabError:
    return LabError(
        ErrorKind.PROTOCOL,
        f"tui-lab itself failed: {type(error).__name__}",
        "this is a defect; the log in the data directory has the details",
    )
