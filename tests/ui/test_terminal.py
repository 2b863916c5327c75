"""The program in a terminal of its own: what it writes there, and how it leaves it."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic

import pytest

from tests.ui.driving import AT_ONCE, SLOWLY
from tui_lab.core.record import Status
from tui_lab.lab import Lab

ALTERNATE_SCREEN, NORMAL_SCREEN = b"\x1b[?1049h", b"\x1b[?1049l"
PATIENCE_S = 20.0
OURS = re.compile(
    rb"\x1b\[[0-9;:?<>=]*[ $]?[A-Za-z]"  # styles, the cursor, modes and questions about them
    rb"|\x1b[78=>]"
    rb"|\x1b\]22;[a-z-]*\x07"  # the shape of the mouse pointer
)


class Terminal:
    """A pseudo-terminal with the program in it."""

    def __init__(self, environ: dict[str, str], columns: int = 100, rows: int = 30) -> None:
        self.master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.settings = termios.tcgetattr(slave)
        self.slave = slave
        self.written = b""
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
        if select.select([self.master], [], [], seconds)[0]:
            self.written += os.read(self.master, 65536)

    def until(self, text: str) -> None:
        """Reads until this text was drawn in one piece."""
        end = monotonic() + PATIENCE_S
        while text not in self.text:
            assert monotonic() < end, f"{text!r} was never drawn"
            self.read(0.1)

    @property
    def text(self) -> str:
        """All that was drawn, without the sequences between."""
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


def an_environment(folder: Path, model: str, **more: str) -> dict[str, str]:
    return {
        "TUI_LAB_DATA_DIR": str(folder / "data"),
        "TUI_LAB_CONFIG_DIR": str(folder / "config"),
        "TUI_LAB_DEFAULT_MODEL": model,
        "TUI_LAB_PROVIDERS__SANDBOX__HEADERS": AT_ONCE,
        **more,
    }


@contextmanager
def a_terminal(environ: dict[str, str]) -> Iterator[Terminal]:
    terminal = Terminal(environ)
    try:
        yield terminal
    finally:
        if terminal.process.poll() is None:
            terminal.process.kill()
            terminal.process.wait()
        os.close(terminal.master)
        os.close(terminal.slave)


def the_last_run(environ: dict[str, str]) -> Status:
    with Lab(environ) as lab:
        return lab.run("last").result().status


def test_hostile_answers_reach_the_terminal_as_text_only(tmp_path: Path) -> None:
    environ = an_environment(tmp_path, "sandbox/hostile")
    with a_terminal(environ) as terminal:
        terminal.until("sandbox/hostile")
        terminal.press("Go")
        terminal.until("Go")
        terminal.press("\n")
        terminal.until("✓ stop")
        terminal.press("\x11")
        assert terminal.ended() == 0
        rest = OURS.sub(b"", terminal.written)
        assert b"\x1b" not in rest
        assert not re.search(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", rest)
        assert not re.search("[\x80-\x9f\u202a-\u202e\u2066-\u2069]", rest.decode())
        assert "␛" in terminal.text


@pytest.mark.parametrize("keys", ["\x11", "\x03\x03"], ids=["ctrl+q", "ctrl+c twice"])
def test_it_leaves_the_terminal_as_it_was(tmp_path: Path, keys: str) -> None:
    with a_terminal(an_environment(tmp_path, "sandbox/echo")) as terminal:
        terminal.until("sandbox/echo")
        terminal.press(keys)
        assert terminal.ended() == 0
        assert ALTERNATE_SCREEN in terminal.written
        assert terminal.written.rfind(NORMAL_SCREEN) > terminal.written.rfind(ALTERNATE_SCREEN)
        assert termios.tcgetattr(terminal.slave) == terminal.settings


def test_a_signal_leaves_the_terminal_as_it_was_and_the_run_recorded(tmp_path: Path) -> None:
    environ = an_environment(tmp_path, "sandbox/slow", **SLOWLY)
    with a_terminal(environ) as terminal:
        terminal.until("sandbox/slow")
        terminal.press("Go")
        terminal.until("Go")
        terminal.press("\n")
        terminal.until("tok/s")
        terminal.process.send_signal(signal.SIGTERM)
        assert terminal.ended() == 130
        assert terminal.written.endswith(NORMAL_SCREEN) or NORMAL_SCREEN in terminal.written
        assert termios.tcgetattr(terminal.slave) == terminal.settings
    assert the_last_run(environ) is Status.CANCELLED


def test_a_prompt_can_be_written_in_ones_own_editor(tmp_path: Path) -> None:
    environ = an_environment(tmp_path, "sandbox/echo", EDITOR="sed -i s/Go/Went/", VISUAL="")
    with a_terminal(environ) as terminal:
        terminal.until("sandbox/echo")
        terminal.press("Go")
        terminal.until("Go")
        terminal.press("\x07")
        terminal.until("Went")
        assert list((tmp_path / "data").glob("tmp*")) == []
        terminal.press("\x11")
        assert terminal.ended() == 0


def test_without_a_terminal_it_says_so_and_names_the_way(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tui_lab"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        env=os.environ | an_environment(tmp_path, "sandbox/echo"),
        check=False,
    )
    assert done.returncode == 2
    assert "needs a terminal" in done.stderr
    assert "tui-lab run" in done.stderr


def test_where_it_cannot_be_drawn_it_says_so(tmp_path: Path) -> None:
    environ = an_environment(tmp_path, "sandbox/echo", PYTHONIOENCODING="ascii")
    with a_terminal(environ) as terminal:
        assert terminal.ended() == 2
        assert "UTF-8" in terminal.text


def test_the_frame_is_imported_without_what_only_the_lab_behind_it_needs() -> None:
    heavy = ("httpx", "pydantic", "pydantic_settings", "aiosqlite", "sqlite3", "keyring")
    program = f"import sys, tui_lab.ui.app; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
