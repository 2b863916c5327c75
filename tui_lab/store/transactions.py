"""Write transactions: whole or not at all, one at a time over all processes."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path

from tui_lab.core.errors import LabError
from tui_lab.lockfile import LockFile
from tui_lab.store.failures import locked

_FIXED_BACKPORTS = {(3, 44): 6, (3, 50): 7}


def has_wal_reset_bug(version: tuple[int, int, int]) -> bool:
    """Whether this SQLite can corrupt a WAL database when a checkpoint races a commit.

    3.7.0 to 3.51.2, but for the backports 3.44.6 and 3.50.7 (https://sqlite.org/changes.html).
    """
    fixed_patch = _FIXED_BACKPORTS.get(version[:2])
    if fixed_patch is not None and version[2] >= fixed_patch:
        return False
    return (3, 7, 0) <= version <= (3, 51, 2)


@dataclass(frozen=True, slots=True)
class Transactions:
    """`lock` is held around every write where SQLite's own locks are not enough (the WAL-reset
    bug). Waiting, for that lock and for SQLite's own, takes `timeout_s` together.
    """

    database: Path
    lock: LockFile | None
    timeout_s: float

    @contextmanager
    def write(self, db: sqlite3.Connection) -> Iterator[None]:
        """Commits at the end, rolls back on any exception.

        Raises `LabError` of kind `storage` when others write for too long, `sqlite3.Error`.
        """
        until = time.monotonic() + self.timeout_s
        with self._alone(until):
            left_ms = max(0, round((until - time.monotonic()) * 1000))
            db.execute(f"PRAGMA busy_timeout = {left_ms}")
            db.execute("BEGIN IMMEDIATE")
            try:
                yield
                db.execute("COMMIT")
            except BaseException:
                # SQLite has rolled back by itself after some errors, a full disk among them.
                if db.in_transaction:
                    db.execute("ROLLBACK")
                raise

    @contextmanager
    def alone(self) -> Iterator[None]:
        """For what SQLite does in a transaction of its own. Raises `LabError` of kind `storage`."""
        with self._alone(time.monotonic() + self.timeout_s):
            yield

    def close(self, db: sqlite3.Connection) -> None:
        """Closes the connection; the last one to close copies the WAL into the database.

        If another process keeps the lock all the time, it also keeps the database open, so that
        this close copies nothing and needs no lock.
        """
        with suppress(LabError, OSError), self._alone(time.monotonic() + self.timeout_s):
            db.close()
        db.close()

    @contextmanager
    def _alone(self, until: float) -> Iterator[None]:
        try:
            with self.lock.held(until) if self.lock else nullcontext():
                yield
        except TimeoutError as error:
            raise locked(self.database) from error
