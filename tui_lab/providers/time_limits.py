"""How long an attempt may take, and which of its limits ran out."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from contextlib import suppress
from dataclasses import dataclass
from typing import TypeVar

from tui_lab.core.errors import ErrorKind, LabError

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class TimeLimits:
    """Seconds: to connect, to the first event, between two pieces after it, and in all."""

    connect_s: float = 5
    first_event_s: float = 300
    idle_s: float = 120
    total_s: float = 1800


class Patience:
    """Waits for one attempt at a time, as long as its limits allow; begins when it is made.

    Until `began` is called the limit is that of the first event, from then on the idle one, which
    begins anew with every wait. The clock is that of the running loop. `ran_out`: a limit did.
    """

    def __init__(self, limits: TimeLimits) -> None:
        self._limits = limits
        self._clock = asyncio.get_running_loop().time
        self._first_event = self._clock() + limits.first_event_s
        self._total = self._clock() + limits.total_s
        self._began = False
        self.ran_out = False

    def began(self) -> None:
        self._began = True

    async def wait(self, awaited: Awaitable[T]) -> T:
        """What is awaited; raises `LabError` of kind `timeout` that names the limit."""
        limit = self._clock() + self._limits.idle_s if self._began else self._first_event
        deadline = min(limit, self._total)
        with suppress(TimeoutError):
            async with asyncio.timeout_at(deadline):
                result = await awaited
            # Where something always is at hand, the loop never gets to interrupt the wait.
            if self._clock() < deadline:
                return result
        self.ran_out = True
        raise self._failure(limit)

    def _failure(self, limit: float) -> LabError:
        if self._total <= limit:
            return _timeout(f"the whole answer took more than {self._limits.total_s:g} s", "total")
        if self._began:
            return _timeout(f"nothing more came for {self._limits.idle_s:g} s", "idle")
        return _timeout(f"no event came within {self._limits.first_event_s:g} s", "first_event")


def _timeout(message: str, setting: str) -> LabError:
    return LabError(ErrorKind.TIMEOUT, message, f"try again, or raise timeouts.{setting}")
