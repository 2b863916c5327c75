"""What this process knows of those whom it asks: health, breakers, refused keys, retries left."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.core.health import AttemptEnd, Health, attempt_end, has_failed
from tui_lab.core.record import Attempt, Status
from tui_lab.core.refs import ModelRef
from tui_lab.engine.breakers import Breakers, CircuitBreaker, Line
from tui_lab.engine.health import WINDOW, HealthWindows
from tui_lab.engine.retries import RetryBudget

MOST_REMEMBERED = 1000

log = logging.getLogger(__name__)


class AttemptStore(Protocol):
    async def recent_attempts(self, since: datetime, limit: int) -> tuple[AttemptEnd, ...]:
        """The newest attempts since then, oldest first."""
        ...


class Standing:
    """One for all runs of a process; what others have met is read from the history, once.

    `clock` counts seconds and is never set; `now` is the time of day.
    """

    def __init__(
        self, store: AttemptStore, *, clock: Callable[[], float], now: Callable[[], datetime]
    ) -> None:
        self._store = store
        self._clock = clock
        self._now = now
        self._windows = HealthWindows()
        self._breakers = Breakers()
        self._refused: dict[tuple[str, str | None], LabError] = {}
        self._loading = asyncio.Lock()
        self._loaded = False
        self.retries = RetryBudget(clock)

    async def load(self) -> None:
        """Reads what earlier processes met, unless that was done."""
        async with self._loading:
            if self._loaded:
                return
            now, clock = self._now(), self._clock()
            try:
                ends = await self._store.recent_attempts(now - WINDOW, MOST_REMEMBERED)
            except LabError as error:
                log.warning("how providers did before is not known: %s", error)
                ends = ()
            for end in ends:
                self._windows.add(end)
                at, past = clock - (now - end.at).total_seconds(), self._breakers.past(end.model)
                past.asked(at)
                past.ended(at, failed=end.failed)
            self._loaded = True

    def asked(self, line: Line) -> None:
        """A request is made."""
        self._breakers.of(line).asked(self._clock())

    def ended(self, line: Line, attempt: Attempt) -> None:
        """It has answered, whole or in part."""
        end = attempt_end(attempt, self._now())
        self._windows.add(end)
        self._breakers.of(line).ended(self._clock(), failed=end.failed)
        if not end.failed:
            self._refused.pop((line.model.provider, line.key), None)

    def failed(self, line: Line, error: LabError) -> None:
        """It has failed before anything of an answer came."""
        failed = has_failed(Status.ERROR, error.kind)
        self._windows.add(AttemptEnd(line.model, self._now(), failed))
        self._breakers.of(line).ended(self._clock(), failed=failed)
        if error.kind in (ErrorKind.AUTH, ErrorKind.PERMISSION):
            self._refused[line.model.provider, line.key] = error

    def given_up(self, line: Line) -> None:
        """It was stopped from this side."""
        self._breakers.of(line).ended(self._clock(), failed=None)

    def refused_key(self, line: Line) -> LabError | None:
        """What the provider said when it refused this key; None where it did not."""
        return self._refused.get((line.model.provider, line.key))

    def may_ask(self, line: Line) -> bool:
        """Whether no breaker is against it."""
        return self._breakers.of(line).may_ask(self._clock())

    def retry_in_s(self, line: Line) -> float | None:
        """When an open breaker lets somebody try again; None where none is open."""
        return self._breakers.of(line).retry_in_s(self._clock())

    def health_of(self, model: ModelRef) -> Health:
        """As far as it is loaded."""
        return self._with_breaker(
            self._windows.of(model, self._now()), self._breakers.worst(model, self._clock())
        )

    def states(self) -> Mapping[ModelRef, Health]:
        """Of every model that was asked lately."""
        return {model: self.health_of(model) for model in sorted(self._windows.models)}

    def _with_breaker(self, health: Health, breaker: CircuitBreaker) -> Health:
        clock = self._clock()
        return replace(health, breaker=breaker.state(clock), retry_in_s=breaker.retry_in_s(clock))
