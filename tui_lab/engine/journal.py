"""Running answers on their way to disk: one transaction for all lanes each quarter second."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Mapping, Sequence
from typing import Protocol

from tui_lab.core.errors import LabError
from tui_lab.core.events import Stamped
from tui_lab.core.merging import append_merged
from tui_lab.core.record import RunRecord

FLUSH_SECONDS = 0.25
HEARTBEAT_SECONDS = 10.0


class RunStore(Protocol):
    """What the engine needs of the history database."""

    async def begin(self, records: Sequence[RunRecord]) -> None: ...
    async def journal(self, entries: Mapping[str, Sequence[Stamped]]) -> None: ...
    async def finish(self, record: RunRecord, deltas: bytes) -> None: ...
    async def beat(self, run_ids: Sequence[str]) -> None: ...


class Journal:
    """Writes what happens in the running runs, and that their process still lives.

    A disk that fails in the middle of a run does not stop the run: the events stay in memory until
    a later flush succeeds or the run's last transaction reports the failure. That one is tried
    again with each heartbeat.
    """

    def __init__(self, store: RunStore, heartbeat_s: float = HEARTBEAT_SECONDS) -> None:
        self._store = store
        self._heartbeat_s = heartbeat_s
        self._running: set[str] = set()
        self._unrecorded: list[tuple[RunRecord, bytes]] = []
        self._pending: dict[str, list[Stamped]] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self._writing = asyncio.Lock()

    async def begin(self, records: Sequence[RunRecord]) -> None:
        """Puts the runs on disk; raises `LabError` of kind `storage` if that cannot be done."""
        await self._store.begin(records)
        self._running.update(record.id for record in records)
        if not self._tasks:
            self._tasks = [
                asyncio.create_task(self._every(FLUSH_SECONDS, self._flush)),
                asyncio.create_task(self._every(self._heartbeat_s, self._beat)),
            ]

    def add(self, run_id: str, stamped: Stamped) -> None:
        if run_id in self._running:
            append_merged(self._pending.setdefault(run_id, []), stamped)

    async def finish(self, record: RunRecord, deltas: bytes) -> None:
        """The last transaction of a run; raises `LabError` of kind `storage` if it fails."""
        self._running.discard(record.id)
        self._pending.pop(record.id, None)
        async with self._writing:
            try:
                await self._store.finish(record, deltas)
            except LabError:
                self._unrecorded.append((record, deltas))
                raise

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        for task in self._tasks:
            with contextlib.suppress(asyncio.CancelledError):
                await task
        self._tasks = []

    async def _every(self, seconds: float, step: Step) -> None:
        while True:
            await asyncio.sleep(seconds)
            with contextlib.suppress(LabError):
                await step()

    async def _flush(self) -> None:
        async with self._writing:
            entries, self._pending = self._pending, {}
            if not entries:
                return
            try:
                await self._store.journal(entries)
            except LabError:
                for run_id, events in entries.items():
                    if run_id in self._running:
                        self._pending[run_id] = events + self._pending.get(run_id, [])
                raise

    async def _beat(self) -> None:
        again, self._unrecorded = self._unrecorded, []
        for record, deltas in again:
            with contextlib.suppress(LabError):
                await self.finish(record, deltas)
        if self._running:
            await self._store.beat(tuple(self._running))


class Step(Protocol):
    async def __call__(self) -> None: ...
