"""How each model at each provider has done lately: a window of real attempts."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Sequence
from datetime import datetime, timedelta

from tui_lab.core.health import AttemptEnd, Health
from tui_lab.core.refs import ModelRef
from tui_lab.core.statistics import Spread

WINDOW = timedelta(hours=24)
"""How far back latencies are looked at; failures only for the last hour: then they are forgiven."""
_LATELY = timedelta(hours=1)
_MOST = 200


class HealthWindows:
    """The newest attempts of each model, oldest first."""

    def __init__(self) -> None:
        self._ends: defaultdict[ModelRef, deque[AttemptEnd]] = defaultdict(
            lambda: deque(maxlen=_MOST)
        )

    @property
    def models(self) -> Sequence[ModelRef]:
        return tuple(self._ends)

    def add(self, end: AttemptEnd) -> None:
        if end.failed is not None:
            self._ends[end.model].append(end)

    def of(self, model: ModelRef, now: datetime) -> Health:
        """What the window tells; nothing of a breaker."""
        ends = [one for one in self._ends.get(model, ()) if one.at > now - WINDOW]
        lately = [one for one in ends if one.at > now - _LATELY]
        waits = Spread.of(one.ttft_ms for one in ends if one.ttft_ms is not None)
        speeds = Spread.of(one.tokens_per_second for one in ends if one.tokens_per_second)
        return Health(
            asked=len(lately),
            failed=sum(bool(one.failed) for one in lately),
            ttft_p50_ms=waits.p50 if waits else None,
            ttft_p95_ms=waits.p95 if waits else None,
            tokens_per_second=speeds.p50 if speeds else None,
        )
