"""When the lanes of a screen may paint: one clock for all, as fast as the terminal follows."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from time import monotonic
from typing import Any, Protocol

RATES = (30.0, 10.0, 5.0)
"""Paints a second: the normal rate, and those for a terminal that falls behind."""

LOW_BANDWIDTH = (4.0,)

LOOK_S = 0.01
"""Between two looks at a backlog."""

PATIENCE_S = 0.06
"""How long writes may wait before the terminal counts as slow: their thread may be late itself."""

RECOVERY = 5
"""Paints in a row without a backlog after which the next faster rate is tried."""


class Timer(Protocol):
    """A call that is still to come."""

    def cancel(self) -> None: ...


def _on_the_loop(seconds: float, call: Callable[[], None]) -> Timer:
    return asyncio.get_running_loop().call_later(seconds, call)


class Painter:
    """Collects what wants to be painted and paints it together.

    The first paint after a pause is made at once, the following ones at `rates[0]` at most. While
    writes to the terminal are waiting nothing is painted, and the rate goes down: so what is shown
    is never older than what the terminal could have shown, and no queue of old pictures builds up.
    `backlog` tells how many writes are waiting. Lives on the event loop of the screen.
    """

    def __init__(
        self,
        backlog: Callable[[], int] = lambda: 0,
        *,
        rates: tuple[float, ...] = RATES,
        clock: Callable[[], float] = monotonic,
        call_later: Callable[[float, Callable[[], None]], Timer] = _on_the_loop,
    ) -> None:
        self._backlog = backlog
        self._rates = rates
        self._clock = clock
        self._call_later = call_later
        self._level = 0
        self._smooth = 0
        self._behind_since: float | None = None
        self._last = float("-inf")
        self._due: dict[Callable[[], None], None] = {}
        self._timer: Timer | None = None

    @property
    def rate(self) -> float:
        """Paints a second allowed now."""
        return self._rates[self._level]

    def request(self, paint: Callable[[], None]) -> None:
        """Calls `paint` soon, once, however often it is asked for until then."""
        self._due[paint] = None
        if self._timer is None:
            wait = self._last + 1 / self.rate - self._clock()
            if wait > 0:
                self._timer = self._call_later(wait, self._tick)
            else:
                self._tick()

    def stop(self) -> None:
        """Paints no more."""
        self._due.clear()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _tick(self) -> None:
        self._timer = None
        if self._backlog():
            self._timer = self._call_later(self._hold_back(), self._tick)
            return
        self._behind_since = None
        self._last = self._clock()
        self._smooth += 1
        if self._smooth >= RECOVERY:
            self._level, self._smooth = max(0, self._level - 1), 0
        due, self._due = self._due, {}
        for paint in due:
            paint()

    def _hold_back(self) -> float:
        """How long to wait until the next look, in seconds."""
        now = self._clock()
        if self._behind_since is None:
            self._behind_since = now
        if now - self._behind_since < PATIENCE_S:
            return LOOK_S
        self._behind_since, self._smooth = now, 0
        self._level = min(self._level + 1, len(self._rates) - 1)
        return 1 / self.rate


def writes_waiting(driver: Any) -> int:
    """Writes that Textual's writer thread has not begun: it blocks when the terminal is slow.

    Textual does not offer this number; 0 for drivers without such a thread (tests, Windows).
    """
    thread = getattr(driver, "_writer_thread", None)
    return thread._queue.qsize() if thread is not None else 0
