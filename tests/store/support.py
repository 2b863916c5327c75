"""A history to test with, and the values that it is filled with."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from tests.builders import NOON, a_record, an_answer
from tui_lab.core.events import Finished, TextDelta
from tui_lab.core.fold import fold
from tui_lab.core.ids import encode_ulid
from tui_lab.core.record import RunRecord
from tui_lab.store.files import HistoryFiles
from tui_lab.store.migrate import packaged_migrations
from tui_lab.store.opening import Opened, Plan, open_to_write
from tui_lab.store.owner import Owner, this_process
from tui_lab.store.store import Store

ELSEWHERE = Owner("another-host", "another-boot", 1, "1")


def ulid(number: int) -> str:
    """Ids that are a millisecond apart each."""
    return encode_ulid(1_790_000_000_000 + number, 1 << 70)


@asynccontextmanager
async def a_store(
    path: Path,
    *,
    owner: Owner | None = None,
    now: datetime = NOON,
    network_home: bool = False,
    busy_timeout_s: float = 10,
    migrations: Sequence[str] | None = None,
) -> AsyncIterator[Store]:
    store = await Store.open(
        path,
        owner=owner or this_process(),
        now=lambda: now,
        network_home=network_home,
        busy_timeout_s=busy_timeout_s,
        migrations=migrations,
    )
    try:
        yield store
    finally:
        await store.close()


@contextmanager
def a_database(folder: Path) -> Iterator[Opened]:
    """The database alone, without a thread or a loop."""
    files = HistoryFiles(folder / "history.db")
    plan = Plan(files, this_process(), lambda: NOON, None, 1, packaged_migrations())
    opened = open_to_write(plan, [])
    try:
        yield opened
    finally:
        opened.transactions.close(opened.db)


def a_finished(number: int, text: str = "Hello!", **changes: Any) -> RunRecord:
    """A run that has been answered with this text."""
    record = fold(a_record(ulid(number)), an_answer(TextDelta(text), Finished()))
    return replace(record, **changes)


def look(path: Path, sql: str, *values: object) -> list[tuple[object, ...]]:
    """What another program sees in the database."""
    db = sqlite3.connect(path)
    try:
        return db.execute(sql, values).fetchall()
    finally:
        db.close()


def change(path: Path, sql: str, *values: object) -> None:
    """What another program does to the database."""
    db = sqlite3.connect(path)
    try:
        with db:
            db.execute(sql, values)
    finally:
        db.close()
