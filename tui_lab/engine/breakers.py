"""Circuit breakers: who fails again and again is left alone for a while.

One for each model at a provider with one key. It opens after five failures in a row, or when more
than half of four and more within a minute have failed; for five seconds, each time in a row twice
as long, five minutes at most. Then one request may try; its end closes or opens it.
"""

from __future__ import annotations

from collections import deque
from copy import deepcopy
from dataclasses import dataclass, field

from tui_lab.core.health import Breaker
from tui_lab.core.refs import ModelRef

IN_A_ROW = 5
_SPAN_S, _FEWEST = 60.0, 4
_FIRST_REST_S, _LONGEST_REST_S = 5.0, 300.0


@dataclass(frozen=True, slots=True)
class Line:
    """A model, and the key that it is asked with, by its digest; None: without a key."""

    model: ModelRef
    key: str | None = None


@dataclass(slots=True)
class CircuitBreaker:
    """Times are seconds of whatever clock the caller reads."""

    _ends: deque[tuple[float, bool]] = field(default_factory=deque)
    _in_a_row: int = 0
    _rests: int = 0
    _until: float | None = None
    _probe_since: float | None = None

    def state(self, now: float) -> Breaker:
        if self._until is None:
            return Breaker.CLOSED
        return Breaker.OPEN if now < self._until else Breaker.HALF_OPEN

    def retry_in_s(self, now: float) -> float | None:
        """When somebody may try again; None where nothing is against it."""
        return None if self._until is None else max(self._until - now, 0.0)

    def may_ask(self, now: float) -> bool:
        """Whether a request may be made without need: also the one that tries."""
        state = self.state(now)
        return state is Breaker.CLOSED or (state is Breaker.HALF_OPEN and not self._probing(now))

    def asked(self, now: float) -> None:
        """A request is made."""
        if self._until is not None:
            self._probe_since = now

    def ended(self, now: float, *, failed: bool | None) -> None:
        """The request is over; None: it says nothing of the provider's health."""
        probed, self._probe_since = self._probe_since is not None, None
        if failed is None:
            return
        self._ends.append((now, failed))
        if not failed:
            if self._until is not None:
                self._ends.clear()
            self._in_a_row, self._rests, self._until = 0, 0, None
            return
        self._in_a_row += 1
        if probed or (self._until is None and self._is_too_much(now)):
            self._open(now)

    def _open(self, now: float) -> None:
        rest_s = min(_FIRST_REST_S * 2.0 ** min(self._rests, 10), _LONGEST_REST_S)
        self._rests += 1
        self._until = now + rest_s

    def _is_too_much(self, now: float) -> bool:
        while self._ends and self._ends[0][0] <= now - _SPAN_S:
            self._ends.popleft()
        failed = sum(failed for _, failed in self._ends)
        often = len(self._ends) >= _FEWEST and 2 * failed > len(self._ends)
        return often or self._in_a_row >= IN_A_ROW

    def _probing(self, now: float) -> bool:
        """One that never came to its end does not keep others from trying."""
        return self._probe_since is not None and now - self._probe_since < _LONGEST_REST_S


class Breakers:
    """All of them. What is known from before tells no keys: it holds for any key at first."""

    def __init__(self) -> None:
        self._past: dict[ModelRef, CircuitBreaker] = {}
        self._lines: dict[Line, CircuitBreaker] = {}

    def of(self, line: Line) -> CircuitBreaker:
        if line not in self._lines:
            past = self._past.get(line.model)
            self._lines[line] = deepcopy(past) if past is not None else CircuitBreaker()
        return self._lines[line]

    def past(self, model: ModelRef) -> CircuitBreaker:
        """That of earlier processes, to be fed with what they met."""
        return self._past.setdefault(model, CircuitBreaker())

    def worst(self, model: ModelRef, now: float) -> CircuitBreaker:
        """Of the keys in use, the one that has to wait longest."""
        lines = [one for line, one in self._lines.items() if line.model == model]
        of_all = lines or [self._past.get(model, CircuitBreaker())]
        return max(of_all, key=lambda one: -1.0 if (left := one.retry_in_s(now)) is None else left)
