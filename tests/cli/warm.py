"""Starts of the program in a tenth of the time: forks of a process that has imported it already.

What is forked has an environment, a directory and streams of its own, and ends like any other
process. Run as a module, this is the process that forks.
"""

from __future__ import annotations

import importlib
import json
import os
import pkgutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

PATIENCE_S = 120.0


class WarmProgram:
    """The process that forks, and the way to it; one start at a time."""

    def __init__(self) -> None:
        self._socket, other = socket.socketpair()
        self._socket.settimeout(PATIENCE_S)
        with other:
            fd = other.fileno()
            self._process = subprocess.Popen(
                [sys.executable, "-m", __name__, str(fd)], pass_fds=[fd]
            )
        self._answers = self._socket.makefile("rb")

    def run(
        self, words: Sequence[str], environ: Mapping[str, str], folder: Path, given: bytes | None
    ) -> tuple[int, bytes, bytes]:
        """Exit code (negative: the signal that ended it), standard output, standard error."""
        with TemporaryFile() as wish, TemporaryFile() as out, TemporaryFile() as errors:
            wish.write(json.dumps([words, dict(environ), str(folder)]).encode())
            wish.flush()
            with _stdin(given) as stdin:
                files = [wish.fileno(), stdin, out.fileno(), errors.fileno()]
                socket.send_fds(self._socket, [b"."], files)
                pid = int(self._answers.readline())
            try:
                code = int(self._answers.readline())
            except TimeoutError:
                os.kill(pid, signal.SIGKILL)
                raise
            return code, _whole(out), _whole(errors)

    def close(self) -> None:
        self._answers.close()
        self._socket.close()
        self._process.wait()


@contextmanager
def _stdin(given: bytes | None) -> Iterator[int]:
    """A pipe that brings what is given; nothing is what a device brings."""
    if given is None:
        with open(os.devnull, "rb") as nothing:
            yield nothing.fileno()
        return
    reading, writing = os.pipe()
    threading.Thread(target=_write, args=(writing, given)).start()
    try:
        yield reading
    finally:
        os.close(reading)


def _write(fd: int, text: bytes) -> None:
    with suppress(BrokenPipeError), open(fd, "wb") as pipe:
        pipe.write(text)


def _whole(file: IO[bytes]) -> bytes:
    file.seek(0)
    return file.read()


def _serve(connection: socket.socket) -> None:
    """Forks for each wish, and tells the number of the process, then how it ended."""
    while True:
        _, files, _, _ = socket.recv_fds(connection, 1, 4)
        if not files:
            return
        pid = os.fork()
        if pid == 0:
            connection.close()
            _become(files)
            return
        for fd in files:
            os.close(fd)
        connection.sendall(b"%d\n" % pid)
        _, status = os.waitpid(pid, 0)
        connection.sendall(b"%d\n" % os.waitstatus_to_exitcode(status))


def _become(files: Sequence[int]) -> None:
    """The program, as one that was just started sees the world; does not come back."""
    from tui_lab.cli import main

    with open(files[0], "rb") as wish:
        words, environ, folder = json.loads(_whole(wish))
    for number, fd in enumerate(files[1:]):
        os.dup2(fd, number)
        os.close(fd)
    os.environ.clear()
    os.environ.update(environ)
    time.tzset()
    os.chdir(folder)
    sys.exit(main(words))


def _import_everything() -> None:
    import tui_lab.cli.commands as commands

    for module in pkgutil.walk_packages(commands.__path__, f"{commands.__name__}."):
        importlib.import_module(module.name)
    importlib.import_module("tui_lab.lab.lab")


if __name__ == "__main__":
    _import_everything()
    with socket.socket(fileno=int(sys.argv[1])) as connection:
        _serve(connection)
