"""A file that is under its name only when it is whole."""

from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.durable import sync

_LONGEST_PREFIX = 60


class NewFile:
    """What is written lies beside the name, private to its owner, until `finish`."""

    def __init__(self, path: Path) -> None:
        self._path = path
        prefix = f".{path.name[:_LONGEST_PREFIX]}."
        handle, name = tempfile.mkstemp(prefix=prefix, suffix=".part", dir=path.parent)
        self._part = Path(name)
        self._file = os.fdopen(handle, "wb")

    def write(self, text: str) -> None:
        self._file.write(text.encode("utf-8", "replace"))

    def finish(self) -> None:
        """Waits until the disk has it, then gives it its name, in place of what had it."""
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        self._part.replace(self._path)
        sync(self._path.parent)

    def discard(self) -> None:
        """Nothing of it stays; after `finish` the file does."""
        self._part.unlink(missing_ok=True)
        with suppress(OSError):  # what cannot be written any more is of no use anyway
            self._file.close()


@contextmanager
def new_file(path: Path, *, replace: bool) -> Iterator[NewFile]:
    """A file for the time of the block; one that is not finished in it leaves nothing.

    Raises `LabError`: `usage` where something has the name that is not to be replaced, `storage`
    where it cannot be written.
    """
    check_free(path, replace=replace)
    try:
        file = NewFile(Path(os.path.realpath(path)))
        try:
            yield file
        finally:
            file.discard()
    except OSError as error:
        raise LabError(
            ErrorKind.STORAGE,
            f"{path} cannot be written: {(error.strerror or str(error)).lower()}",
            "nothing is left of it: choose another place, or make room",
        ) from error


def check_free(path: Path, *, replace: bool) -> None:
    """Raises `LabError` of kind `usage` where this name must not be written to."""
    try:
        mode = path.stat().st_mode
    except OSError:
        return
    if not stat.S_ISREG(mode):
        # A rename would put a file in the place of a device or a pipe.
        raise LabError(
            ErrorKind.USAGE, f"{path} is no file", "name a file, or leave it out and use a pipe"
        )
    if not replace:
        raise LabError(ErrorKind.USAGE, f"{path} exists already", "say --yes to replace it")
