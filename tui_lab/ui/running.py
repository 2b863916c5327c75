"""Runs in progress: started on the engine's thread, followed on the screen's loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from tui_lab.core.draft import Draft
from tui_lab.core.record import RunRecord
from tui_lab.engine.tap import RunNews, Tap

if TYPE_CHECKING:
    from tui_lab.lab import Lab

Watcher = Callable[[RunNews], None]


class Running:
    """Starts drafts, and brings the news of each run to whoever follows it.

    News that come before anyone follows are kept. `on_change` is called when runs begin or end.
    """

    def __init__(self, lab: Lab, on_change: Callable[[], None]) -> None:
        self._lab = lab
        self._on_change = on_change
        self._loop = asyncio.get_running_loop()
        self._tap = Tap(self._wake, merge=True)
        self._watchers: dict[str, Watcher] = {}
        self._early: dict[str, list[RunNews]] = {}
        self._run_ids: set[str] = set()

    @property
    def count(self) -> int:
        return len(self._run_ids)

    async def start(self, draft: Draft, *, record: bool) -> tuple[RunRecord, ...]:
        """Begins a batch; its runs as they began. Raises `LabError` (see `Engine.start`)."""
        batch = await asyncio.wrap_future(self._lab.start(draft, self._tap, record=record))
        over = {news.run_id for kept in self._early.values() for news in kept if news.record}
        self._run_ids |= {run.id for run in batch.runs} - over
        self._on_change()
        return batch.runs

    def follow(self, run_id: str, watcher: Watcher) -> None:
        early = self._early.pop(run_id, [])
        if not any(news.record for news in early):
            self._watchers[run_id] = watcher
        for news in early:
            watcher(news)

    def cancel(self, run_id: str) -> bool:
        """Stops a run; false if it is not in progress here."""
        if run_id in self._run_ids:
            self._lab.cancel(run_id)
        return run_id in self._run_ids

    def cancel_all(self) -> None:
        for run_id in tuple(self._run_ids):
            self._lab.cancel(run_id)

    def _wake(self) -> None:
        self._loop.call_soon_threadsafe(self._drain)

    def _drain(self) -> None:
        ended = False
        for news in self._tap.drain():
            watcher = self._watchers.get(news.run_id)
            if news.record is not None:
                ended = True
                self._run_ids.discard(news.run_id)
                self._watchers.pop(news.run_id, None)
            if watcher is None:
                self._early.setdefault(news.run_id, []).append(news)
            else:
                watcher(news)
        if ended:
            self._on_change()
