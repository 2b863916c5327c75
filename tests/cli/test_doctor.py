"""`tui-lab doctor` in a terminal, which a script plays."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep

from tests.cli.program import COMMAND, Program
from tests.doctor.scripted_terminal import ScriptedTerminal, a_scripted_terminal

PATIENCE_S = 20.0
BEGIN, END = b"\x1b[?1049h", b"\x1b[?1049l"


@contextmanager
def doctor_in(terminal: ScriptedTerminal, home: Path) -> Iterator[subprocess.Popen[bytes]]:
    environ = Program(home).variables() | {"TERM": "xterm-256color"}
    device = os.open(terminal.path, os.O_RDWR | os.O_NOCTTY)
    with subprocess.Popen(
        [*COMMAND, "doctor"], stdin=device, stdout=device, stderr=device, env=environ
    ) as process:
        os.close(device)
        try:
            yield process
        finally:
            process.kill()


def test_it_tells_what_the_terminal_answered(tmp_path: Path) -> None:
    with a_scripted_terminal({b"\x1b[c": b"\x1b[?62;52c"}) as terminal:
        with doctor_in(terminal, tmp_path) as process:
            assert process.wait(PATIENCE_S) == 0
        assert terminal.settings_now == terminal.settings
    told = terminal.written.rpartition(END)[2].decode()
    assert "p50" in told
    assert "kB/s" in told or "MB/s" in told
    assert "which the terminal says it takes" in told


def test_it_can_be_interrupted_while_the_terminal_is_silent(tmp_path: Path) -> None:
    with a_scripted_terminal(answers_until=0) as terminal:
        with doctor_in(terminal, tmp_path) as process:
            until = monotonic() + PATIENCE_S
            while BEGIN not in terminal.written and monotonic() < until:
                sleep(0.01)
            process.send_signal(signal.SIGINT)
            assert process.wait(PATIENCE_S) == 130
        assert terminal.settings_now == terminal.settings
    assert terminal.written.endswith(END)
