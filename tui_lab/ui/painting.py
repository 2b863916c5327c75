"""When the lanes of a screen may paint: one clock for all, as fast as the terminal follows."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from time import monotonic
from typing import Any

RATES = (30.0, 10.0, 5.0)
"""Paints a second: the normal rate, and those for a terminal that falls behind."""

LOW_BANDWIDTH = (4.0,)

SECOND_LOOK_S = 0.01
"""A write may wait for a moment without the terminal being slow: the writer is a thread."""

RECOVERY = 10
"""Paints in a row without a backlog after which the next faster rate is tried."""


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
    ) -> None:
        self._backlog = backlog
        self._rates = rates
        self._clock = clock
        self._level = 0
        self._smooth = 0
        self._suspicious = False
        self._last = float("-inf")
        self._due: dict[Callable[[], None], None] = {}
        self._timer: asyncio.TimerHandle | None = None

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
                self._wait(wait)
            else:
                self._tick()

    def stop(self) -> None:
        """Paints no more."""
        self._due.clear()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _wait(self, seconds: float) -> None:
        self._timer = asyncio.get_running_loop().call_later(seconds, self._tick)

    def _tick(self) -> None:
        self._timer = None
        if self._backlog():
            self._wait(self._hold_back())
            return
        self._suspicious = False
        self._last = self._clock()
        self._smooth += 1
        if self._smooth >= RECOVERY:
            self._level, self._smooth = max(0, self._level - 1), 0
        due, self._due = self._due, {}
        for paint in due:
            paint()

    def _hold_back(self) -> float:
        """How long to wait for the terminal, in seconds."""
        self._smooth = 0
        if not self._suspicious:
            self._suspicious = True
            return SECOND_LOOK_S
        self._level = min(self._level + 1, len(self._rates) - 1)
        return 1 / self.rate


def writes_waiting(driver: Any) -> int:
    """Writes that Textual's writer thread has not begun: it blocks when the terminal is slow.

    Textual does not offer this number; 0 for drivers without such a thread (tests, Windows).
    """
    thread = getattr(driver, "_writer_thread", None)
    return thread._queue.qsize() if thread is not None else 0
