"""A copy of the database as one moment has it, while others write."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.durable import sync
from tui_lab.store.failures import damage, is_damage, is_interrupt, storage_error
from tui_lab.store.files import create_private

_STEPS = 20_000
"""Instructions of SQLite between two looks at whether somebody has pressed ctrl-c."""


def write_copy(db: sqlite3.Connection, unfinished: Path, copy: Path) -> None:
    """A private, compact copy; it has its name when it is whole, checked and on the disk.

    Raises `sqlite3.Error`, `OSError`.
    """
    unfinished.unlink(missing_ok=True)
    try:
        create_private(unfinished)
        db.execute("VACUUM INTO ?", (str(unfinished),))
        _check(unfinished)
        # VACUUM INTO does not wait for the disk; what comes next must not come before the copy.
        sync(unfinished)
        unfinished.rename(copy)
        sync(copy.parent)
    finally:
        unfinished.unlink(missing_ok=True)


def back_up(db: sqlite3.Connection, database: Path, copy: Path) -> None:
    """The same for a person who has asked for it: ctrl-c ends it and leaves nothing.

    Raises `LabError` of kind `storage`, `KeyboardInterrupt`.
    """
    db.set_progress_handler(lambda: 0, _STEPS)
    try:
        write_copy(db, copy.with_name(f".{copy.name[:60]}.{os.getpid()}.part"), copy)
    except (sqlite3.Error, OSError) as error:
        raise _failure(error, database, copy) from error
    finally:
        db.set_progress_handler(None, 0)


def _check(copy: Path) -> None:
    db = sqlite3.connect(copy)
    try:
        finding = db.execute("PRAGMA quick_check(1)").fetchone()[0]
    finally:
        db.close()
    if finding != "ok":
        raise damage(finding)


def _failure(error: sqlite3.Error | OSError, database: Path, copy: Path) -> BaseException:
    if isinstance(error, sqlite3.Error):
        if is_interrupt(error):
            return KeyboardInterrupt()
        if is_damage(error):
            return storage_error(error, database)
        reason = str(error)
    else:
        reason = (error.strerror or str(error)).lower()
    return LabError(
        ErrorKind.STORAGE,
        f"{copy} cannot be written: {reason}",
        "nothing is left of it: choose another place, or make room",
    )
