"""Tells a typed ^j from one inside a paste.

Pastes without brackets (screen, serial lines, `tmux paste-buffer -r`) deliver ^j for every newline.
Typed keys have gaps between them, the keys of a paste have none.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from textual.events import Key

GAP_S = 0.03
"""Keys closer together than this belong to one burst."""

LONG_BURST = 32
"""Nobody types more keys than this in one burst."""


class Burst:
    """Keys without gaps between them, by the times of their arrival, in seconds."""

    def __init__(self) -> None:
        self._last = float("-inf")
        self._keys = 0
        self._newlines = 0

    def goes_on(self, at: float) -> bool:
        """Whether a key at this time belongs to the burst of the one before."""
        return at - self._last < GAP_S

    def add(self, at: float, *, newline: bool) -> bool:
        """Takes the next key. Whether a ^j in its place can only be a newline of a paste."""
        if not self.goes_on(at):
            self._keys = self._newlines = 0
        pasted = self._newlines > 0 or self._keys > LONG_BURST
        self._last = at
        self._keys += 1
        self._newlines += newline
        return pasted


class PasteGuard:
    """Delivers keys in their order; a ^j of a paste as Enter, a typed one as itself.

    A ^j that may be either waits for `GAP_S`: if a key follows within that time, it was a newline.
    """

    def __init__(self, deliver: Callable[[Key], Awaitable[None]]) -> None:
        self._deliver = deliver
        self._burst = Burst()
        self._held: Key | None = None
        self._timer: asyncio.TimerHandle | None = None

    async def take(self, key: Key, when_quiet: Callable[[], object]) -> None:
        """Takes the next key; calls `when_quiet`, which is to `release`, when none follows it."""
        if self._held is not None:
            goes_on = self._burst.goes_on(key.time)
            await self._let_go(as_newline=goes_on)
        newline = key.key == "ctrl+j"
        pasted = self._burst.add(key.time, newline=newline)
        if not newline:
            await self._deliver(key)
            return
        self._held = key
        if pasted:
            await self._let_go(as_newline=True)
        else:
            self._timer = asyncio.get_running_loop().call_later(GAP_S, when_quiet)

    async def release(self) -> None:
        """Nothing came after a ^j: it was typed."""
        if self._held is not None:
            await self._let_go(as_newline=False)

    async def _let_go(self, *, as_newline: bool) -> None:
        held, self._held = self._held, None
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if held is not None:
            await self._deliver(Key("enter", "\r") if as_newline else held)
