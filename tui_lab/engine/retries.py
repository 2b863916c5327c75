"""What follows a failed attempt: the same model again, after a pause, another one, or nothing.

The numbers are those of the providers' own clients (openai-python, anthropic-sdk-python): two
retries, half a second doubled up to eight, less up to a quarter by chance.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable
from enum import Enum, auto
from typing import assert_never

from tui_lab.core.errors import ErrorKind
from tui_lab.core.events import Failed

RETRIES = 2
LONGEST_WAIT_S = 60.0
"""A provider that asks to wait longer is asked no more in this run."""

LONGEST_PAUSE_S = 8.0
"""Where a longer one is asked for, whoever else may answer is asked first."""

_FIRST_PAUSE_S, _JITTER = 0.5, 0.25
_SPAN_S, _FREE_RETRIES, _SHARE = 10.0, 3, 0.2


OF_THE_PROVIDER = frozenset(
    {ErrorKind.NETWORK, ErrorKind.SERVER, ErrorKind.TIMEOUT, ErrorKind.QUOTA}
)
"""Kinds of failures that another model of the same provider would most likely meet too."""


class Then(Enum):
    """What follows. `LATER`: the same model, but whoever else may answer is asked before it."""

    AGAIN = auto()
    LATER = auto()
    NEXT = auto()
    STOP = auto()


def after(failed: Failed) -> Then:
    """What follows a failure of which nothing was visible.

    What is wrong with the request, or refused in it, would be so at any provider; but how large it
    may be (413) each says for itself. What was sent and got no answer in time may be charged for:
    the same provider is not asked twice for it.
    """
    then = _by_kind(failed)
    return Then.NEXT if failed.for_good and then in (Then.AGAIN, Then.LATER) else then


def _by_kind(failed: Failed) -> Then:
    match failed.error.kind:
        case ErrorKind.NETWORK | ErrorKind.SERVER:
            return Then.AGAIN
        case ErrorKind.TIMEOUT:
            return Then.NEXT if failed.given_up else Then.AGAIN
        case ErrorKind.RATE_LIMIT:
            return Then.LATER
        case ErrorKind.BAD_REQUEST if failed.error.status == 413:
            return Then.NEXT
        case (
            ErrorKind.AUTH
            | ErrorKind.PERMISSION
            | ErrorKind.QUOTA
            | ErrorKind.NOT_FOUND
            | ErrorKind.CONTEXT_OVERFLOW
            | ErrorKind.PROTOCOL
            | ErrorKind.CONFIG
            | ErrorKind.USAGE
            | ErrorKind.NO_KEY
        ):
            return Then.NEXT
        case (
            ErrorKind.BAD_REQUEST
            | ErrorKind.UNSUPPORTED_PARAMETER
            | ErrorKind.CONTENT_FILTER
            | ErrorKind.POLICY
            | ErrorKind.BUDGET
            | ErrorKind.NO_ROUTE
            | ErrorKind.STORAGE
            | ErrorKind.CANCELLED
        ):
            return Then.STOP
        case kind:
            assert_never(kind)


def pause_s(tries: int, told_s: float | None, chance: float) -> float:
    """Seconds until the next try: as the provider says, else longer from try to try.

    `chance`, 0 to 1, spreads those who failed together.
    """
    if told_s is not None and 0 < told_s <= LONGEST_WAIT_S:
        return told_s
    doubled = _FIRST_PAUSE_S * 2.0 ** min(tries - 1, 10)
    return min(doubled, LONGEST_PAUSE_S) * (1 - _JITTER * chance)


class RetryBudget:
    """Keeps many runs from hammering a provider that fails: within ten seconds three retries, and
    one more for every five first tries (Finagle's and Envoy's numbers)."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._firsts: defaultdict[str, deque[float]] = defaultdict(deque)
        self._retries: defaultdict[str, deque[float]] = defaultdict(deque)

    def first(self, provider: str) -> None:
        """A first try begins."""
        self._firsts[provider].append(self._clock())

    def take(self, provider: str) -> bool:
        """Whether there may be a retry now; if so, it counts."""
        firsts, retries = (
            self._lately(self._firsts[provider]),
            self._lately(self._retries[provider]),
        )
        allowed = len(retries) < _FREE_RETRIES + _SHARE * len(firsts)
        if allowed:
            retries.append(self._clock())
        return allowed

    def _lately(self, moments: deque[float]) -> deque[float]:
        while moments and moments[0] <= self._clock() - _SPAN_S:
            moments.popleft()
        return moments
