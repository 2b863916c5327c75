"""The program in a terminal of its own, driven by keys and seen as the terminal shows it."""

from __future__ import annotations

import codecs
import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import sys
import termios
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep

import pyte

from tests.ui.driving import AT_ONCE

PATIENCE_S = 20.0
OURS = re.compile(
    rb"\x1b\[[0-9;:?<>=]*[ $]?[A-Za-z]"  # styles, the cursor, modes and questions about them
    rb"|\x1b[78=>]"
    rb"|\x1b\]22;[a-z-]*\x07"  # the shape of the mouse pointer
)


UNKNOWN_TO_PYTE = re.compile(r"\x1b\[[<>=?][0-9;:]*\$?[a-zA-Z]|\x1b\][^\x07]*\x07")


class Terminal:
    """A pseudo-terminal with the program in it; `drain` is how many bytes a second it takes."""

    def __init__(
        self,
        environ: dict[str, str],
        *,
        columns: int = 100,
        rows: int = 30,
        drain: float = float("inf"),
    ) -> None:
        self.master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.settings = termios.tcgetattr(slave)
        self.slave = slave
        self.written = b""
        self._drain = drain
        self._screen = pyte.Screen(columns, rows)
        self._stream = pyte.Stream(self._screen)
        self._decode = codecs.getincrementaldecoder("utf-8")("replace").decode
        self._unfinished = ""
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tui_lab"],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env=os.environ | environ | {"TERM": "xterm-256color", "LC_ALL": "C.UTF-8"},
            start_new_session=True,
        )

    def read(self, seconds: float) -> None:
        """Takes what the program writes in this time."""
        if not select.select([self.master], [], [], seconds)[0]:
            return
        data = os.read(self.master, 4096)
        self.written += data
        text, cut, rest = (self._unfinished + self._decode(data)).rpartition("\x1b")
        self._stream.feed(UNKNOWN_TO_PYTE.sub("", text))
        self._unfinished = cut + rest
        sleep(len(data) / self._drain)

    def until(self, holds: str | Callable[[], object]) -> None:
        """Reads until this text is on the screen, or until something else is so."""
        end = monotonic() + PATIENCE_S
        while not (holds in self.shown if isinstance(holds, str) else holds()):
            assert monotonic() < end, f"{holds!r} never came:\n{self.shown}"
            self.read(0.1)

    @property
    def shown(self) -> str:
        """What is on the screen."""
        text = self._unfinished
        if re.fullmatch(r"\x1b(\[[0-9;]*[A-Za-z].*|[^\[].*)", text, re.DOTALL):
            self._stream.feed(text)
            self._unfinished = ""
        return "\n".join(self._screen.display)

    @property
    def text(self) -> str:
        """All that was ever written, without the sequences between."""
        return OURS.sub(b"", self.written).decode("utf-8", "replace")

    def press(self, keys: str) -> None:
        os.write(self.master, keys.encode())

    def ended(self) -> int:
        end = monotonic() + PATIENCE_S
        while self.process.poll() is None:
            assert monotonic() < end, "it never ended"
            self.read(0.05)
        self.read(0.05)
        return self.process.returncode

    def goes(self) -> None:
        """The terminal is gone, as when its window is closed or the connection dropped."""
        for end in (self.master, self.slave):
            os.close(end)
        self.master = self.slave = -1


def an_environment(folder: Path, model: str, **more: str) -> dict[str, str]:
    return {
        "TUI_LAB_DATA_DIR": str(folder / "data"),
        "TUI_LAB_CONFIG_DIR": str(folder / "config"),
        "TUI_LAB_DEFAULT_MODEL": model,
        "TUI_LAB_PROVIDERS__SANDBOX__HEADERS": AT_ONCE,
        **more,
    }


@contextmanager
def a_terminal(environ: dict[str, str], *, drain: float = float("inf")) -> Iterator[Terminal]:
    terminal = Terminal(environ, drain=drain)
    try:
        yield terminal
    finally:
        if terminal.process.poll() is None:
            terminal.process.kill()
            terminal.process.wait()
        if terminal.master >= 0:
            terminal.goes()
