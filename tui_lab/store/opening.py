"""Opening the history, whatever state it is in."""

from __future__ import annotations

import errno
import os
import sqlite3
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from tui_lab.lockfile import LockFile
from tui_lab.store import sums
from tui_lab.store.failures import (
    damage,
    is_damage,
    is_interrupt,
    is_refusal,
    locked,
    newer,
    not_begun,
    storage_error,
)
from tui_lab.store.files import HistoryFiles
from tui_lab.store.migrate import migrate, schema_version
from tui_lab.store.owner import Here, Owner
from tui_lab.store.recovery import interrupt_abandoned, is_anything_abandoned
from tui_lab.store.transactions import Transactions, has_wal_reset_bug

_CHECK_S = 1.0
"""How long the check after a crash may take; a large history is not checked to its end."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How to open; `network` is the network file system that the history lies on, if it does."""

    files: HistoryFiles
    owner: Owner
    now: Callable[[], datetime]
    network: str | None
    timeout_s: float
    steps: Sequence[str]

    def here(self) -> Here:
        return Here(self.owner, self.files.identity, round(self.now().timestamp() * 1000))


@dataclass(frozen=True, slots=True)
class Opened:
    """A connection that writes, the identity of its database, and how to write with it."""

    db: sqlite3.Connection
    database: str
    journal_mode: str
    transactions: Transactions


def open_to_write(plan: Plan, notices: list[str], damaged: str | None = None) -> Opened:
    """Repairs modes, sets a damaged database aside, migrates, ends the runs of dead processes.

    `damaged` is the identity of one that a write has found to be so: it is set aside, unless
    another process has done that already. What was done that a person should know goes to
    `notices`. Blocks; raises `LabError` of kind `storage`.
    """
    files = plan.files
    try:
        notices += files.prepare()
        # One process opens at a time, so that no two of them migrate or set aside.
        with LockFile(files.lock).held(time.monotonic() + plan.timeout_s):
            try:
                if files.database.exists() and files.identity == damaged:
                    raise damage("a write has met it")
                return _open(plan, notices)
            except sqlite3.Error as error:
                if not is_damage(error):
                    raise
                aside = files.set_aside(plan.now())
                notices.append(f"the history was damaged: it is {aside} now, and a new one begins")
                return _open(plan, notices)
    except TimeoutError as error:
        raise locked(files.database) from error
    except (sqlite3.Error, OSError) as error:
        raise storage_error(error, files.database) from error


def open_to_read(plan: Plan) -> sqlite3.Connection:
    """A connection that cannot write. Blocks; raises `LabError` of kind `storage`.

    A database in WAL mode needs files beside it even to be read. Where they cannot be made it is
    read as it stands, without what only the WAL has.
    """
    database = plan.files.database
    try:
        try:
            db = _connect_to_read(plan, "mode=ro")
        except sqlite3.Error as error:
            if not is_refusal(error):
                raise
            db = _connect_to_read(plan, "mode=ro&immutable=1")
        if schema_version(db) == 0:
            db.close()
            raise not_begun(database)
        return db
    except (sqlite3.Error, OSError) as error:
        raise storage_error(error, database) from error


def open_to_care(plan: Plan) -> Opened:
    """A connection that writes to the database as it is: nothing is set aside, migrated, recovered.

    Blocks; raises `LabError` of kind `storage`.
    """
    files = plan.files
    try:
        _connect_to_read(plan, "mode=ro").close()
        _refuse_read_only(files)
        db = _connect(plan, "mode=rw")
        db.execute("PRAGMA foreign_keys = ON")
        db.execute("PRAGMA synchronous = FULL")
        mode: str = db.execute("PRAGMA journal_mode").fetchone()[0]
    except (sqlite3.Error, OSError) as error:
        raise storage_error(error, files.database) from error
    return Opened(db, files.identity, mode, _transactions(plan, mode))


def _open(plan: Plan, notices: list[str]) -> Opened:
    files = plan.files
    if files.was_emptied:
        raise damage("the database is empty, but its WAL is not")
    if files.database.exists():
        # Nothing but this reads a database that is too new, so that it stays byte for byte.
        _connect_to_read(plan, "mode=ro").close()
    files.create()
    _refuse_read_only(files)
    db = _connect(plan, "mode=rw")
    try:
        db.execute("PRAGMA foreign_keys = ON")
        db.execute("PRAGMA synchronous = FULL")
        mode = _set_journal_mode(db, "delete" if plan.network else "wal")
        bare = Transactions(files.database, None, plan.timeout_s)
        backup = migrate(db, plan.steps, files=files, transactions=bare, now=plan.now())
        if backup is not None:
            notices.append(f"the history has a new form; as it was before it is in {backup}")
        with bare.write(db):  # tells a locked database now, not in the middle of a run
            if sums.has_table(db) and not sums.are_filled(db):
                sums.rebuild(db)
        if ended := _recover(db, plan, bare):
            notices.append(f"{ended} interrupted {'run was' if ended == 1 else 'runs were'} saved")
    except BaseException:
        db.close()
        raise
    return Opened(db, files.identity, mode, _transactions(plan, mode))


def _refuse_read_only(files: HistoryFiles) -> None:
    if not os.access(files.database, os.W_OK):
        # SQLite would open it all the same, and refuse the first write.
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(files.database))


def _transactions(plan: Plan, mode: str) -> Transactions:
    needs_lock = mode == "wal" and has_wal_reset_bug(sqlite3.sqlite_version_info)
    lock = LockFile(plan.files.lock) if needs_lock else None
    return Transactions(plan.files.database, lock, plan.timeout_s)


def _recover(db: sqlite3.Connection, plan: Plan, transactions: Transactions) -> int:
    if not is_anything_abandoned(db, plan.here()):
        return 0
    _check(db)
    with transactions.write(db):
        return interrupt_abandoned(db, plan.here())


def _check(db: sqlite3.Connection) -> None:
    """Raises `sqlite3.DatabaseError` for a database found broken within a short time."""
    until = time.monotonic() + _CHECK_S
    db.set_progress_handler(lambda: time.monotonic() > until, 10_000)
    try:
        finding = db.execute("PRAGMA quick_check(1)").fetchone()[0]
    except sqlite3.OperationalError as error:
        if not is_interrupt(error):
            raise
        return
    finally:
        db.set_progress_handler(None, 0)
    if finding != "ok":
        raise damage(finding)


def _connect_to_read(plan: Plan, options: str) -> sqlite3.Connection:
    """Raises `LabError` when the schema is newer than the program, `sqlite3.Error` otherwise."""
    db = _connect(plan, options)
    try:
        version = schema_version(db)
        # Most damage shows in the schema already.
        db.execute("SELECT count(*) FROM sqlite_master").fetchone()
        if version > len(plan.steps):
            raise newer(plan.files.database)
    except BaseException:
        db.close()
        raise
    return db


def _connect(plan: Plan, options: str) -> sqlite3.Connection:
    """Transactions are begun by hand; the connection may move to the thread that will have it."""
    db = sqlite3.connect(
        f"file:{quote(str(plan.files.database.absolute()))}?{options}",
        uri=True,
        isolation_level=None,
        timeout=plan.timeout_s,
        check_same_thread=False,
    )
    db.row_factory = sqlite3.Row
    return db


def _set_journal_mode(db: sqlite3.Connection, wanted: str) -> str:
    """The mode that is set in the end: a database in use elsewhere keeps the one it has."""
    mode: str = db.execute("PRAGMA journal_mode").fetchone()[0]
    if mode != wanted:
        with suppress(sqlite3.OperationalError):
            mode = db.execute(f"PRAGMA journal_mode = {wanted}").fetchone()[0]
    return mode
