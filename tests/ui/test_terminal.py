"""The program in a terminal of its own: what it writes there, and how it leaves it."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import termios
from pathlib import Path

import pytest

from tests.ui.driving import SLOWLY
from tests.ui.terminal import OURS, a_terminal, an_environment
from tui_lab.core.record import Status
from tui_lab.lab import Lab

ALTERNATE_SCREEN, NORMAL_SCREEN = b"\x1b[?1049h", b"\x1b[?1049l"


def the_last_run(environ: dict[str, str]) -> Status:
    with Lab(environ) as lab:
        return lab.history.run("last").result().status


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


def test_it_does_not_draw_on_a_standard_error_that_nobody_sees(tmp_path: Path) -> None:
    master, slave = os.openpty()
    try:
        done = subprocess.run(
            [sys.executable, "-m", "tui_lab"],
            stdin=slave,
            stdout=slave,
            stderr=subprocess.PIPE,
            text=True,
            env=os.environ | an_environment(tmp_path, "sandbox/echo"),
            check=False,
        )
    finally:
        os.close(slave)
        os.close(master)
    assert done.returncode == 2
    assert "standard error" in done.stderr


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
