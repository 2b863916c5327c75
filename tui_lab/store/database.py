"""The database file in use: opened when needed, one connection that writes, one that reads."""

from __future__ import annotations

import asyncio
import math
import sqlite3
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.store.connection import Connection, Work
from tui_lab.store.failures import is_from_damage
from tui_lab.store.opening import Opened, Plan, open_to_read, open_to_write
from tui_lab.store.transactions import has_wal_reset_bug

T = TypeVar("T")
_SECOND_WAIT_S = 0.5


@dataclass(frozen=True, slots=True)
class StoreState:
    """What `doctor` and a banner need to know.

    `not_recording` is why the last write did not happen, None while recording works; `notices` is
    what opening has repaired, set aside or saved; `journal_mode` None until a database is open.
    """

    path: Path
    sqlite_version: str
    wal_reset_bug: bool
    journal_mode: str | None
    network_filesystem: str | None
    not_recording: LabError | None
    notices: tuple[str, ...]


class Database:
    """Lives on one event loop. Both kinds of work are plain functions of the connection.

    It never fails for the state that the file is in: where it cannot record, `state.not_recording`
    says why, and reading works as far as the file can be read.
    """

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._notices: list[str] = []
        self._failure: LabError | None = None
        self._opened: Opened | None = None
        self._writer: Connection | None = None
        self._reader: Connection | None = None
        self._closed = False
        self._opening_writer = asyncio.Lock()
        self._opening_reader = asyncio.Lock()

    @property
    def state(self) -> StoreState:
        return StoreState(
            path=self._plan.files.database,
            sqlite_version=sqlite3.sqlite_version,
            wal_reset_bug=has_wal_reset_bug(sqlite3.sqlite_version_info),
            journal_mode=self._opened.journal_mode if self._opened else None,
            network_filesystem=self._plan.network,
            not_recording=self._failure,
            notices=tuple(self._notices),
        )

    async def open(self, wait_s: float = math.inf, damaged: str | None = None) -> None:
        """Opens it to be written to unless it is open; waits so long for others that write.

        One that writes to the damaged database is replaced.
        """
        async with self._opening_writer:
            if self._closed:
                return
            if self._writer is not None and self._opened is not None:
                if self._opened.database != damaged:
                    return
                await self._close_writer()
            try:
                plan = replace(self._plan, timeout_s=min(wait_s, self._plan.timeout_s))
                opened = await asyncio.to_thread(open_to_write, plan, self._notices, damaged)
            except LabError as error:
                self._failure = replace(error)
                return
            writes = replace(opened.transactions, timeout_s=self._plan.timeout_s)
            self._opened = replace(opened, transactions=writes)
            self._writer = await Connection.take(opened.db, self._plan.files.database)
            self._failure = None
            # One that was opened while nothing could be written may see an old state.
            await self._close_reader()

    async def write_or_begin_anew(self, work: Work[T]) -> T:
        """Opens it again first where it is not open; a database that turns out to be damaged is
        set aside, and a new one begun."""
        await self.open()
        opened = self._opened
        try:
            return await self.write(work)
        except LabError as error:
            if opened is None or not is_from_damage(error):
                raise
            await self.open(damaged=opened.database)
            return await self.write(work)

    async def write(self, work: Work[T]) -> T:
        """One transaction: done when the call returns, or not at all; cancelling does not undo it.

        The last write tells whether this process records. Raises `LabError` of kind `storage`.
        """
        writer, opened = self._writing, self._opened
        assert opened is not None

        def whole(db: sqlite3.Connection) -> T:
            with opened.transactions.write(db):
                return work(db)

        try:
            result = await writer.do(whole)
        except LabError as error:
            if error.kind is ErrorKind.STORAGE:
                self._failure = replace(error)
            raise
        self._failure = None
        return result

    async def look(self, work: Work[T]) -> T:
        """Reads through the writer's connection, which sees the state that the next write finds."""
        return await self._writing.do(work)

    async def read(self, work: Work[T]) -> T:
        """Cancelling it stops the SQL at once. Raises `LabError` of kind `storage`."""
        return await (await self._open_reader()).ask(work)

    async def close(self) -> None:
        """To be awaited before the event loop ends."""
        self._closed = True
        self._failure = _closed()
        await self._close_reader()
        async with self._opening_writer:
            await self._close_writer()

    @property
    def _writing(self) -> Connection:
        if self._writer is None:
            assert self._failure is not None
            raise replace(self._failure)
        return self._writer

    async def _close_writer(self) -> None:
        if self._writer is not None and self._opened is not None:
            writer, self._writer = self._writer, None
            try:
                await writer.do(self._opened.transactions.close)
            finally:
                await writer.close()

    async def _open_reader(self) -> Connection:
        async with self._opening_reader:
            if self._closed:
                raise _closed()
            if self._reader is None:
                plan = self._plan
                if self._writer is None:  # to wait for a locked database once is enough
                    plan = replace(plan, timeout_s=min(plan.timeout_s, _SECOND_WAIT_S))
                db = await asyncio.to_thread(open_to_read, plan)
                self._reader = await Connection.take(db, self._plan.files.database)
            return self._reader

    async def _close_reader(self) -> None:
        async with self._opening_reader:
            if self._reader is not None:
                reader, self._reader = self._reader, None
                await reader.close()


def _closed() -> LabError:
    return LabError(ErrorKind.STORAGE, "the history is closed", "start tui-lab again")
