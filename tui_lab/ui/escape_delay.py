"""How long an ESC may wait for the rest of its sequence: longer on a slow link.

Over a link with a long round trip the bytes of one key can arrive apart, and the ESC of an arrow
key would count as a key of its own.
"""

from __future__ import annotations

import os
from time import monotonic

from textual import constants
from textual.driver import Driver

QUERY = "\x1b[?2026$p"
"""Asks whether the terminal can synchronise its output: harmless, and most terminals answer."""

SHORTEST_S = 0.1
LONGEST_S = 1.0


def escape_delay(round_trip_s: float) -> float:
    """Seconds to wait, for this time from question to answer."""
    return min(max(2 * round_trip_s, SHORTEST_S), LONGEST_S)


class RoundTrip:
    """Measures once. `answered` is called for every answer of the terminal to `QUERY`.

    The first answer is to the question that Textual asked at some time before; the next is ours.
    """

    def __init__(self) -> None:
        self._asked: float | None = None
        self._done = "ESCDELAY" in os.environ

    def answered(self, driver: Driver | None) -> None:
        if self._done or driver is None:
            return
        if self._asked is None:
            self._asked = monotonic()
            driver.write(QUERY)
            return
        constants.ESCAPE_DELAY = escape_delay(monotonic() - self._asked)  # type: ignore[misc]
        self._done = True
