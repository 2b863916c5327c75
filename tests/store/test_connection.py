"""A thread for a connection: work is whole, reading can be stopped."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import anyio
import pytest

from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.store.connection import Connection

pytestmark = pytest.mark.anyio
ENDLESS = "WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"


@asynccontextmanager
async def a_connection() -> AsyncIterator[Connection]:
    db = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    connection = await Connection.take(db, Path("history.db"))
    try:
        yield connection
    finally:
        await connection.close()


def one(db: sqlite3.Connection) -> int:
    return int(db.execute("SELECT 1").fetchone()[0])


async def test_a_cancelled_question_is_stopped_so_that_the_next_is_answered() -> None:
    begun, go_on = threading.Event(), threading.Event()

    def endless(db: sqlite3.Connection) -> None:
        begun.set()
        go_on.wait()
        db.execute(ENDLESS).fetchone()

    async with a_connection() as connection:
        question = asyncio.create_task(connection.ask(endless))
        await asyncio.to_thread(begun.wait)
        question.cancel()
        await anyio.sleep(0)
        go_on.set()  # the statement begins after its interruption
        with anyio.fail_after(30):
            assert await connection.ask(one) == 1
        assert question.cancelled()


async def test_cancelling_a_question_that_waits_does_not_stop_the_one_before_it() -> None:
    go_on = threading.Event()

    def slow(db: sqlite3.Connection) -> int:
        go_on.wait()
        return one(db)

    async with a_connection() as connection:
        first = asyncio.create_task(connection.ask(slow))
        second = asyncio.create_task(connection.ask(one))
        await anyio.sleep(0)
        second.cancel()
        await anyio.sleep(0)
        go_on.set()
        assert await first == 1
        assert second.cancelled()


async def test_work_that_writes_goes_to_its_end_when_its_caller_is_cancelled() -> None:
    begun, go_on = threading.Event(), threading.Event()

    def write(db: sqlite3.Connection) -> None:
        db.execute("BEGIN")
        begun.set()
        go_on.wait()
        db.execute("CREATE TABLE t (a)")
        db.execute("COMMIT")

    async with a_connection() as connection:
        writing = asyncio.create_task(connection.do(write))
        await asyncio.to_thread(begun.wait)
        writing.cancel()
        await anyio.sleep(0)
        go_on.set()
        assert await connection.do(lambda db: db.in_transaction) is False
        await connection.do(lambda db: db.execute("SELECT a FROM t"))


async def test_what_sqlite_refuses_is_told_in_words() -> None:
    async with a_connection() as connection:
        with pytest.raises(LabError) as caught:
            await connection.do(lambda db: db.execute("SELECT * FROM nothing"))
    assert caught.value.kind is ErrorKind.STORAGE
