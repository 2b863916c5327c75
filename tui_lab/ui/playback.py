"""Where a replay is: a clock that can be held, sped up and set."""

from __future__ import annotations

from collections.abc import Callable

SPEEDS = (0.1, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0)
"""Times as fast as it was."""


class Playback:
    """Begins at once, at its true speed, and holds at `end_ms`. `clock` is in seconds."""

    def __init__(self, end_ms: float, clock: Callable[[], float]) -> None:
        self.end_ms = end_ms
        self._clock = clock
        self._begun_at = clock()
        self._from_ms = 0.0
        self.speed = 1.0
        self.is_held = False

    @property
    def at_ms(self) -> float:
        """Milliseconds since the run began."""
        passed = 0.0 if self.is_held else (self._clock() - self._begun_at) * 1000 * self.speed
        return min(self.end_ms, self._from_ms + passed)

    @property
    def is_over(self) -> bool:
        return self.at_ms >= self.end_ms

    def hold(self) -> None:
        """Stands still, or goes on; at the end it begins again."""
        if self.is_over:
            self.is_held = False
            self.go_to(0)
        else:
            self.go_to(self.at_ms)
            self.is_held = not self.is_held

    def go_to(self, at_ms: float) -> None:
        self._from_ms = max(0.0, min(at_ms, self.end_ms))
        self._begun_at = self._clock()

    def change_speed(self, step: int) -> None:
        """One step of `SPEEDS` up or down."""
        self.go_to(self.at_ms)
        place = SPEEDS.index(self.speed) + step
        self.speed = SPEEDS[max(0, min(place, len(SPEEDS) - 1))]
