"""One writer at a time over all processes, and only as long as one is willing to wait."""

from __future__ import annotations

import errno
import sqlite3
import time
from pathlib import Path

import pytest

from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.lockfile import LockFile
from tui_lab.store.failures import is_damage, is_refusal, storage_error
from tui_lab.store.transactions import Transactions, has_wal_reset_bug


@pytest.mark.parametrize(
    ("version", "affected"),
    [
        ((3, 6, 23), False),
        ((3, 7, 0), True),
        ((3, 40, 1), True),
        ((3, 44, 5), True),
        ((3, 44, 6), False),
        ((3, 45, 0), True),
        ((3, 50, 6), True),
        ((3, 50, 7), False),
        ((3, 51, 2), True),
        ((3, 51, 3), False),
        ((3, 53, 0), False),
    ],
)
def test_versions_with_the_wal_reset_bug(version: tuple[int, int, int], affected: bool) -> None:
    assert has_wal_reset_bug(version) is affected


def test_a_lock_is_held_by_one_at_a_time(tmp_path: Path) -> None:
    first, second = LockFile(tmp_path / "lock"), LockFile(tmp_path / "lock")
    with (
        first.held(time.monotonic()),
        pytest.raises(TimeoutError),
        second.held(time.monotonic() + 0.01),
    ):
        pass
    with second.held(time.monotonic()):
        pass


def test_a_write_waits_for_the_lock_no_longer_than_it_may(tmp_path: Path) -> None:
    lock = LockFile(tmp_path / "lock")
    writes = Transactions(tmp_path / "history.db", LockFile(tmp_path / "lock"), timeout_s=0.01)
    db = sqlite3.connect(":memory:", isolation_level=None)
    with lock.held(time.monotonic()):
        with pytest.raises(LabError, match="locked"), writes.write(db):
            pass
        writes.close(db)
    with pytest.raises(sqlite3.ProgrammingError):
        db.execute("SELECT 1")


def test_a_full_disk_is_told_and_nothing_is_half_done(tmp_path: Path) -> None:
    writes = Transactions(tmp_path / "history.db", None, timeout_s=1)
    db = sqlite3.connect(tmp_path / "history.db", isolation_level=None)
    db.execute("CREATE TABLE t (a)")
    db.execute("PRAGMA max_page_count = 4")
    sizes = [(1,), (100_000,)]
    with pytest.raises(sqlite3.Error) as caught, writes.write(db):
        db.executemany("INSERT INTO t VALUES (zeroblob(?))", sizes)
    error = storage_error(caught.value, tmp_path / "history.db")
    assert (error.kind, "full" in error.message, bool(error.hint)) == (
        ErrorKind.STORAGE,
        True,
        True,
    )
    with writes.write(db):
        db.execute("INSERT INTO t VALUES ('again')")
    assert db.execute("SELECT a FROM t").fetchall() == [("again",)]
    db.close()


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (OSError(errno.ENOSPC, "x"), "full"),
        (OSError(errno.EDQUOT, "x"), "full"),
        (PermissionError(errno.EACCES, "x"), "cannot be written"),
        (OSError(errno.EROFS, "x"), "cannot be written"),
        (OSError(errno.EIO, "Input/output error"), "disk failed"),
        (sqlite3.ProgrammingError("Cannot operate on a closed database."), "closed database"),
    ],
)
def test_failures_of_the_file_system_are_told_apart(error: OSError, words: str) -> None:
    told = storage_error(error, Path("/data/history.db"))
    assert words in told.message
    assert told.hint


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (sqlite3.SQLITE_BUSY, "locked"),
        (sqlite3.SQLITE_IOERR_WRITE, "disk failed"),
        (sqlite3.SQLITE_FULL, "full"),
        (sqlite3.SQLITE_READONLY_DBMOVED, "cannot be written"),
        (sqlite3.SQLITE_CORRUPT_VTAB, "damaged"),
        (sqlite3.SQLITE_TOOBIG, "too large"),
    ],
)
def test_codes_of_sqlite_are_told_apart(code: int, words: str) -> None:
    error = sqlite3.OperationalError("whatever")
    error.sqlite_errorcode = code
    assert words in storage_error(error, Path("/data/history.db")).message
    assert is_damage(error) is (words == "damaged")
    assert is_refusal(error) is (words == "cannot be written")
