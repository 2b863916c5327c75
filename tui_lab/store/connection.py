"""A connection on a thread of its own, which does whole pieces of work in one go.

A piece of work is a plain function of the connection. Once begun it runs to its end, whoever still
waits for it, so a cancelled caller cannot leave a transaction open. Work that only reads can be
interrupted instead.
"""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Generic, TypeVar

import aiosqlite

from tui_lab.store.failures import storage_error

T = TypeVar("T")
_AGAIN_S = 0.01
Work = Callable[[sqlite3.Connection], T]


class _Query(Generic[T]):
    __slots__ = ("abandoned", "work")

    def __init__(self, work: Work[T]) -> None:
        self.work = work
        self.abandoned = False


class Connection(aiosqlite.Connection):
    """Takes over an open connection that was made with `check_same_thread=False`."""

    def __init__(self, db: sqlite3.Connection, database: Path) -> None:
        super().__init__(lambda: db, iter_chunk_size=64)
        # A loop that died without closing must not keep the process from ending.
        self._thread.daemon = True
        self._database = database
        self._turn = threading.Lock()
        self._current: _Query[object] | None = None

    @classmethod
    async def take(cls, db: sqlite3.Connection, database: Path) -> Connection:
        connection = cls(db, database)
        await connection
        return connection

    async def do(self, work: Work[T]) -> T:
        """Runs the work to its end. Raises `LabError` of kind `storage` for what SQLite refuses."""
        result: T = await self._execute(self._guarded, work)  # type: ignore[no-untyped-call]
        return result

    async def ask(self, work: Work[T]) -> T:
        """The same for work that only reads: cancelling the caller stops the SQL at once."""
        query = _Query(work)
        try:
            result: T = await self._execute(self._interruptible, query)  # type: ignore[no-untyped-call]
        except asyncio.CancelledError:
            self._abandon(query)
            raise
        return result

    def _guarded(self, work: Work[T]) -> T:
        try:
            return work(self._conn)
        except (sqlite3.Error, OSError) as error:
            raise storage_error(error, self._database) from error

    def _interruptible(self, query: _Query[T]) -> T | None:
        with self._turn:
            if query.abandoned:
                return None
            self._current = query  # type: ignore[assignment]
        try:
            return self._guarded(query.work)
        finally:
            with self._turn:
                self._current = None

    def _abandon(self, query: _Query[T]) -> None:
        """Interrupts this query and no other: the lock keeps the turn from passing meanwhile."""
        with self._turn:
            query.abandoned = True
            if self._current is query:
                self._conn.interrupt()
                # Between two statements an interruption has no effect, so once more in a while.
                asyncio.get_running_loop().call_later(_AGAIN_S, self._abandon, query)
