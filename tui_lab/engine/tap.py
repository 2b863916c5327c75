"""Events on their way from the engine's thread to a face."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from tui_lab.core.events import Stamped
from tui_lab.core.merging import append_merged
from tui_lab.core.record import RunRecord


@dataclass(slots=True)
class RunNews:
    """What is new of one run; `record` is there once the run is over."""

    run_id: str
    events: list[Stamped] = field(default_factory=list)
    record: RunRecord | None = None


class Tap:
    """Gathers events until the face takes them; never blocks the engine.

    `wake` is called once, on the engine's thread, when there is news; then not again until the news
    was drained. With `merge`, adjacent deltas of a run become one, so that a face that falls behind
    gets longer pieces, not a longer queue.
    """

    def __init__(self, wake: Callable[[], None], *, merge: bool = False) -> None:
        self._wake = wake
        self._merge = merge
        self._lock = threading.Lock()
        self._news: dict[str, RunNews] = {}

    def put(self, run_id: str, stamped: Stamped) -> None:
        with self._lock:
            first = not self._news
            events = self._of(run_id).events
            if self._merge:
                append_merged(events, stamped)
            else:
                events.append(stamped)
        if first:
            self._wake()

    def end(self, record: RunRecord) -> None:
        """The run is over and this is its record."""
        with self._lock:
            first = not self._news
            self._of(record.id).record = record
        if first:
            self._wake()

    def drain(self) -> list[RunNews]:
        """Takes all news, run by run in the order in which they first had some."""
        with self._lock:
            news, self._news = self._news, {}
        return list(news.values())

    def _of(self, run_id: str) -> RunNews:
        return self._news.setdefault(run_id, RunNews(run_id))
