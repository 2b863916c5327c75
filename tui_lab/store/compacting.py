"""The file made as small as what it holds."""

from __future__ import annotations

import fcntl
import shutil
import sqlite3
from pathlib import Path

from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.core.sizes import size_words
from tui_lab.store.checking import Size, size_of
from tui_lab.store.failures import is_interrupt, storage_error
from tui_lab.store.files import HistoryFiles
from tui_lab.store.opening import Plan, open_to_care

_QUICK = 64 * 2**20
"""A file of so many bytes is compacted within the time that others wait for their turn."""
_ROOM = 2
"""Times the size of the file: SQLite writes it anew beside, and then over the old one."""
_OPEN_BYTE = 128
"""Every connection to a WAL database holds a lock on this byte of its -shm file
(https://sqlite.org/walformat.html, the "dead man switch")."""


def compact(plan: Plan) -> tuple[Size, Size]:
    """The sizes before and after. Blocks; others wait meanwhile.

    Raises `LabError` of kind `storage`: where there is no room, where another process has a large
    history open, where it cannot be written.
    """
    path = plan.files.database
    try:
        in_use = is_open_elsewhere(plan.files)
        opened = open_to_care(plan)
        try:
            before = size_of(opened.db, path)
            _check_room(before, path)
            if in_use and before.bytes > _QUICK:
                raise busy(path)
            opened.db.set_progress_handler(lambda: 0, 20_000)  # lets ctrl-c in
            _keep_scratch_beside(opened.db, path)
            with opened.transactions.alone():
                opened.db.execute("VACUUM")
                opened.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            return before, size_of(opened.db, path)
        finally:
            opened.transactions.close(opened.db)
    except (sqlite3.Error, OSError) as error:
        if isinstance(error, sqlite3.Error) and is_interrupt(error):
            raise KeyboardInterrupt from error
        raise storage_error(error, path) from error


def is_open_elsewhere(files: HistoryFiles) -> bool:
    """Whether another process has it open; to be asked while this one has not. Without a WAL
    nobody can tell."""
    try:
        with Path(f"{files.database}-shm").open("r+b") as shared:
            fcntl.lockf(shared, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, _OPEN_BYTE)
    except FileNotFoundError:
        return False
    except (BlockingIOError, PermissionError):
        return True
    return False


def busy(path: Path) -> LabError:
    return LabError(
        ErrorKind.STORAGE,
        f"another tui-lab has {path} open",
        "close it first: it could not record meanwhile",
    )


def _keep_scratch_beside(db: sqlite3.Connection, path: Path) -> None:
    """SQLite's scratch file is as large as the history: not for /tmp, which is often in memory, and
    where the room was not looked at."""
    folder = str(path.parent.absolute()).replace("'", "''")
    db.execute(f"PRAGMA temp_store_directory = '{folder}'")


def _check_room(size: Size, path: Path) -> None:
    needed, free = _ROOM * size.bytes, shutil.disk_usage(path.parent).free
    if free < needed:
        raise LabError(
            ErrorKind.STORAGE,
            f"compaction needs {size_words(needed)} free, there are {size_words(free)}",
            f"make room on the disk of {path.parent}",
        )
