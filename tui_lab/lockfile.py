"""A lock between processes: a file that one of them holds at a time."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_FIRST_PAUSE_S = 0.001
_LONGEST_PAUSE_S = 0.02


class LockFile:
    """Holding it ends with the process, however that ends. Not for the thread of an event loop."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @contextmanager
    def held(self, until: float) -> Iterator[None]:
        """Waits for the lock until this monotonic time.

        Raises `TimeoutError` when another process still holds it then, `OSError` when the file
        cannot be made.
        """
        handle = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            _wait(handle, until)
            yield
        finally:
            os.close(handle)


def _wait(handle: int, until: float) -> None:
    pause = _FIRST_PAUSE_S
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            left = until - time.monotonic()
            if left <= 0:
                raise TimeoutError("another process holds the lock") from None
            time.sleep(min(pause, left))
            pause = min(pause * 2, _LONGEST_PAUSE_S)
        else:
            return
