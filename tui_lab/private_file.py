"""A small file of the owner's alone, replaced whole or not at all, by one process at a time."""

from __future__ import annotations

import errno
import os
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.durable import sync
from tui_lab.lockfile import LockFile

_FOLDER_MODE, _FILE_MODE = 0o700, 0o600
_LOCK_SECONDS = 5.0
_NO_SPACE = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class PrivateFile:
    """`what` names it in messages; `notices` says what was repaired.

    Everything here raises `LabError` of kind `storage`.
    """

    def __init__(self, path: Path, what: str) -> None:
        self.path = path
        self.notices: list[str] = []
        self._what = what

    @property
    def version(self) -> tuple[int, ...] | None:
        """Another one when the file was replaced; None when there is none."""
        try:
            status = self.path.stat()
        except OSError:
            return None
        return status.st_ino, status.st_mtime_ns, status.st_size

    def read(self) -> bytes | None:
        """Its bytes, None when there is no such file. Wider modes are taken back."""
        try:
            with self.path.open("rb") as file:
                self._narrow(file.fileno())
                return file.read()
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            raise self._failure("read", error) from error

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Keeps other processes from changing it: for reading, changing and writing as one."""
        try:
            self.path.parent.mkdir(mode=_FOLDER_MODE, parents=True, exist_ok=True)
            lock = LockFile(self.path.with_name(f"{self.path.name}.lock"))
            with lock.held(time.monotonic() + _LOCK_SECONDS):
                yield
        except TimeoutError:
            raise LabError(
                ErrorKind.STORAGE,
                f"another tui-lab is busy with {self._what}",
                "try again when it is done",
            ) from None
        except OSError as error:
            raise self._failure("written", error) from error

    def write(self, data: bytes) -> None:
        """Puts these bytes in its place; to be called while `alone`. The old ones are there until
        the new ones are on the disk."""
        place = Path(os.path.realpath(self.path))  # a link stays one
        new = place.with_name(f"{place.name}.new")
        try:
            new.unlink(missing_ok=True)  # of a process that was killed
            try:
                _write_through(new, data)
                new.replace(place)
            except OSError:
                new.unlink(missing_ok=True)
                raise
            sync(place.parent)
        except OSError as error:
            raise self._failure("written", error) from error

    def _narrow(self, handle: int) -> None:
        status = os.fstat(handle)
        mode = stat.S_IMODE(status.st_mode)
        if mode & 0o077 and status.st_uid == os.geteuid():
            os.fchmod(handle, _FILE_MODE)
            self.notices.append(
                f"{self.path} was open to other users (mode {mode:04o}): it is 0600 now"
            )

    def _failure(self, what: str, error: OSError) -> LabError:
        if error.errno in _NO_SPACE:
            message, hint = f"the disk is full: {self._what} is as it was", "make room, try again"
        else:
            reason = (error.strerror or str(error)).lower()
            message = f"{self._what} cannot be {what}: {self.path}: {reason}"
            hint = "check its permissions and those of its directory"
        return LabError(ErrorKind.STORAGE, message, hint)


def _write_through(path: Path, data: bytes) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, _FILE_MODE)
    with open(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(handle)
