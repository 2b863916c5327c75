"""Tells a typed ^j from one inside a paste.

Pastes without brackets (screen, serial lines, `tmux paste-buffer -r`) deliver ^j for every newline.
Typed keys have gaps between them, the keys of a paste have none.
"""

from __future__ import annotations

from enum import Enum

GAP_S = 0.03
"""Keys closer together than this belong to one burst."""

LONG_BURST = 32
"""Nobody types this many keys in one burst."""


class Verdict(Enum):
    RUN = "run"
    NEWLINE = "newline"
    WAIT = "wait"
    """Nothing follows yet: if something does within `GAP_S`, it was a newline, else it runs."""


class PasteGuard:
    """Sees every key with the time of its arrival, in seconds."""

    def __init__(self) -> None:
        self._last = float("-inf")
        self._keys = 0
        self._newlines = 0

    def key(self, at: float, *, newline: bool = False) -> Verdict:
        """The next key; the verdict counts for a ^j (`newline`)."""
        if not self.goes_on(at):
            self._keys = self._newlines = 0
        pasted = self._newlines > 0 or self._keys > LONG_BURST
        self._last = at
        self._keys += 1
        self._newlines += newline
        return Verdict.NEWLINE if pasted else Verdict.WAIT

    def goes_on(self, at: float) -> bool:
        """Whether a key at this time belongs to the burst of the one before."""
        return at - self._last < GAP_S
