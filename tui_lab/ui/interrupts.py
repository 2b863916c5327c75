"""What `^c` means when nothing is selected: stop, stop everything, quit."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum, auto

AGAIN_SECONDS = 2.0
"""Within this time a second one means more than the first."""


class Meaning(Enum):
    STOP = auto()
    STOP_ALL = auto()
    QUIT_NEXT = auto()
    QUIT = auto()


class Interrupts:
    """Reads one `^c` after another; `clock` gives seconds."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._last = (False, float("-inf"))

    def next(self, *, running: bool) -> Meaning:
        """One that stopped the last run is not the first of the two that quit."""
        now = self._clock()
        (was_running, last), self._last = self._last, (running, now)
        again = was_running == running and now - last < AGAIN_SECONDS
        if running:
            return Meaning.STOP_ALL if again else Meaning.STOP
        return Meaning.QUIT if again else Meaning.QUIT_NEXT
