"""One run: its gates, its attempts, its events, its record."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass, replace

from tui_lab.core.deltas import DeltaLog
from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.core.events import (
    AttemptFailed,
    Event,
    Failed,
    Note,
    Recorded,
    Routed,
    Stamped,
    Started,
)
from tui_lab.core.fold import RunFold
from tui_lab.core.price import Price
from tui_lab.core.record import RunRecord
from tui_lab.core.refs import ModelRef
from tui_lab.core.secret import KnownSecrets
from tui_lab.engine.calls import FittedCall
from tui_lab.engine.gates import BudgetGate
from tui_lab.engine.journal import Journal
from tui_lab.engine.key_filter import KeyFilter
from tui_lab.engine.tap import Tap
from tui_lab.providers.refusals import refused_parameter, wanted_word
from tui_lab.providers.wire import Call

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Route:
    """The gates let the run through: whom it asks, what, and how to do that.

    `notes` are what the gates have to say; `reserve` asks that of money anew, for another call in
    place of the first. `ask` makes a call, its second argument gives milliseconds since the run
    began.
    """

    model: ModelRef
    price: Price | None
    fitted: FittedCall
    notes: tuple[str, ...]
    reserve: Callable[[Call], Awaitable[tuple[str, ...]]]
    ask: Callable[[Call, Callable[[], float]], AsyncGenerator[Stamped, None]]


@dataclass(frozen=True, slots=True)
class _Refusal:
    """The end of an attempt whose call had a parameter that the provider refuses.

    `instead` is the word that it wants for it, where it says so.
    """

    end: Failed
    parameter: str
    instead: str | None


class Run:
    """A run on its way. `go` is awaited once; `cancel` may be called at any time."""

    def __init__(
        self,
        record: RunRecord,
        *,
        route: Callable[[], Awaitable[Route]],
        tap: Tap,
        journal: Journal | None,
        turns: asyncio.Semaphore,
        budgets: BudgetGate,
        clock: Callable[[], float],
        known: KnownSecrets,
    ) -> None:
        self._fold = RunFold(record)
        self._deltas = DeltaLog()
        self._route = route
        self._tap = tap
        self._journal = journal
        self._turns = turns
        self._budgets = budgets
        self._clock = clock
        self._began = clock()
        self._filter = KeyFilter(known)
        self._asking: asyncio.Task[None] | None = None
        self._cancelled = False

    @property
    def id(self) -> str:
        return self._fold.initial.id

    def cancel(self) -> None:
        """Stops asking; what came so far is kept. Recording it cannot be stopped."""
        self._cancelled = True
        if self._asking is not None:
            self._asking.cancel()

    async def go(self) -> RunRecord:
        """Runs to the end, whatever it is; returns the record."""
        self._asking = asyncio.create_task(self._ask())
        if self._cancelled:
            self._asking.cancel()
        try:
            await self._asking
        except asyncio.CancelledError:
            if not self._cancelled:
                raise  # the engine dies: the run will be found interrupted
            self._fail(LabError(ErrorKind.CANCELLED, "stopped by you"))
        except LabError as error:
            self._fail(error)
        except Exception as error:
            log.exception("run %s failed inside", self.id)
            self._fail(_our_fault(error))
        record = self._fold.record()
        await self._settle(record)
        self._tap.end(record)
        return record

    async def _settle(self, record: RunRecord) -> None:
        """Puts the end of the run on disk, and what it cost, recorded or not."""
        recorded = None
        if self._journal is not None:
            try:
                await self._journal.finish(record, self._deltas.encode())
                recorded = Recorded()
            except LabError as error:
                recorded = Recorded(error)
        for words in await self._budgets.settle(record, counted=recorded is not None):
            self._emit(Note(words))
        if recorded is not None:
            self._emit(recorded)

    async def _ask(self) -> None:
        async with self._turns:
            route = await self._route()
            refusal = await self._attempt(route, route.fitted.call)
            if refusal is not None:
                await self._otherwise(refusal, route)

    async def _otherwise(self, refusal: _Refusal, route: Route) -> None:
        """Asks once more, without the parameter that was refused, or with another word for it."""
        end = refusal.end
        self._emit(AttemptFailed(end.error, end.request_id, end.rate_limits))
        call, name, word = route.fitted.call, refusal.parameter, refusal.instead
        if word is not None:
            self._emit(Note(f"{name} was sent as {word}: the provider wants it so"))
            call = replace(call, accent=call.accent.saying(name, word))
        else:
            self._emit(_not_sent(name, "the provider refused it"))
        # What the dialect had no word for was told already.
        dropped = dict(self._fold.record().dropped_parameters)
        call = replace(call, parameters=call.parameters.without(*dropped))
        # Without its max_tokens it may cost more.
        for words in await route.reserve(call):
            if words not in route.notes:
                self._emit(Note(words))
        await self._attempt(route, call, number=2)

    async def _attempt(self, route: Route, call: Call, number: int = 1) -> _Refusal | None:
        """Asks once. The first attempt's end is handed back instead of passed on where it refuses a
        parameter that the call could do without, and nothing of an answer has come."""
        fitted, answered = route.fitted, False
        self._emit(Routed(route.model, number, price=route.price, messages=fitted.cut))
        if number == 1:
            for name, why in fitted.dropped:
                self._emit(_not_sent(name, why))
            for words in (*route.notes, *((fitted.note,) if fitted.note is not None else ())):
                self._emit(Note(words))
        async with aclosing(route.ask(call, self._now_ms)) as events:
            async for stamped in events:
                if number == 1 and not answered and (refusal := _refusal(stamped.event, call)):
                    return refusal
                answered = answered or not isinstance(stamped.event, Note | Started)
                self._pass_on(stamped)
        return None

    def _fail(self, error: LabError) -> None:
        if not self._fold.ended:
            self._emit(Failed(error))

    def _now_ms(self) -> float:
        return round((self._clock() - self._began) * 1000, 3)

    def _emit(self, event: Event) -> None:
        self._pass_on(Stamped(self._now_ms(), event))

    def _pass_on(self, stamped: Stamped) -> None:
        for clean in self._filter.feed(stamped):
            self._fold.apply(clean)
            self._deltas.add(clean)
            if self._journal is not None:
                self._journal.add(self.id, clean)
            self._tap.put(self.id, clean)


def _refusal(event: Event, call: Call) -> _Refusal | None:
    if not isinstance(event, Failed):
        return None
    name = refused_parameter(event.error)
    if name is None or name not in call.parameters.as_dict():
        return None
    return _Refusal(event, name, wanted_word(event.error))


def _not_sent(name: str, why: str) -> Note:
    return Note(f"{name} was not sent: {why}", dropped=name)


def _our_fault(error: Exception) -> LabError:
    return LabError(
        ErrorKind.PROTOCOL,
        f"tui-lab itself failed: {type(error).__name__}",
        "this is a defect; the log in the data directory has the details",
    )
