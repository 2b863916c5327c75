"""The files of the history, for their owner alone: folders 0700, files 0600."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

_FOLDER_MODE = 0o700
_FILE_MODE = 0o600
_SIDECARS = ("-wal", "-shm", "-journal")


@dataclass(frozen=True, slots=True)
class HistoryFiles:
    """The database and what lies beside it: sidecars, lock, backups, damaged ones set aside."""

    database: Path

    @property
    def lock(self) -> Path:
        return self.database.with_suffix(".lock")

    @property
    def identity(self) -> str:
        """Tells this file from every copy of it on this host."""
        status = self.database.stat()
        return f"{status.st_dev}:{status.st_ino}"

    @property
    def was_emptied(self) -> bool:
        """Whether somebody cut the database to nothing while its WAL still has something."""
        wal = Path(f"{self.database}-wal")
        return (
            self.database.exists()
            and self.database.stat().st_size == 0
            and wal.exists()
            and wal.stat().st_size > 0
        )

    def prepare(self) -> list[str]:
        """Makes the folder, narrows what is open to others; what was narrowed, in words.

        Raises `OSError`.
        """
        folder = self.database.parent
        _make_folders(folder)
        names = [folder, *sorted(folder.glob(f"{self.database.stem}.*"))]
        return [words for name in names if (words := _narrow(name))]

    def create(self) -> None:
        """Makes the database file, empty, before SQLite makes it with wider modes."""
        create_private(self.database)

    def set_aside(self, now: datetime) -> Path:
        """Renames the database and its sidecars; where it is now. Raises `OSError`."""
        aside = self._free_name("damaged", now)
        self.database.rename(aside)
        for suffix in _SIDECARS:
            sidecar = Path(f"{self.database}{suffix}")
            if sidecar.exists():
                sidecar.rename(f"{aside}{suffix}")
        return aside

    @property
    def damaged(self) -> tuple[Path, ...]:
        """Those that were set aside, the newest last."""
        pattern = f"{self.database.stem}.damaged-*{self.database.suffix}"
        return tuple(sorted(self.database.parent.glob(pattern)))

    def backup(self, now: datetime) -> Path:
        return self._free_name("backup", now)

    @property
    def unfinished_backup(self) -> Path:
        return self.database.with_suffix(".backup-unfinished")

    def _free_name(self, what: str, now: datetime) -> Path:
        return next(name for name in self._names(what, now) if not name.exists())

    def _names(self, what: str, now: datetime) -> Iterator[Path]:
        base = f"{self.database.stem}.{what}-{now.astimezone(UTC):%Y-%m-%d}"
        yield self.database.with_name(f"{base}{self.database.suffix}")
        number = 2
        while True:
            yield self.database.with_name(f"{base}-{number}{self.database.suffix}")
            number += 1


def create_private(path: Path) -> None:
    """An empty file that is private from its first moment; an existing one stays as it is.

    It is not even opened: closing a file drops every lock that this process has on it.
    """
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, _FILE_MODE)
    except FileExistsError:
        return
    os.close(handle)


def _make_folders(folder: Path) -> None:
    """Like `mkdir -p`, but every folder made is private."""
    if folder.is_dir():
        return
    if not folder.parent.exists():
        _make_folders(folder.parent)
    try:
        folder.mkdir(mode=_FOLDER_MODE)
    except FileExistsError:
        if not folder.is_dir():
            raise NotADirectoryError(errno.ENOTDIR, "not a folder", str(folder)) from None


def _narrow(path: Path) -> str | None:
    """Takes other people's rights away; in words, if there were any.

    What belongs to somebody else or is meant to be shared (a sticky folder such as /tmp) is left
    alone.
    """
    try:
        status = path.stat()
    except FileNotFoundError:
        return None
    mode = stat.S_IMODE(status.st_mode)
    shared = mode & stat.S_ISVTX or status.st_uid != os.geteuid()
    if shared or not mode & 0o077:
        return None
    wanted = _FOLDER_MODE if stat.S_ISDIR(status.st_mode) else _FILE_MODE
    path.chmod(wanted)
    return f"{path} was open to other users (mode {mode:04o}): it is {wanted:04o} now"
