"""The doctor from within the lab, and its report as a picture."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.ui.driving import Driver, driving
from tests.ui.terminal import a_terminal, an_environment
from tests.ui.test_screen_pictures import SIZES, picture
from tui_lab.doctor.check import Check
from tui_lab.ui.dialogs.doctor_report import DoctorReport

CHECKS = [
    Check("python", "ok", "Python 3.11.7"),
    Check("terminal", "ok", "tmux-256color in tmux, 120×40"),
    Check("tmux", "warning", "3.3a keeps every esc back for 500 ms", "tmux set -s escape-time 20"),
    Check("round trip", "ok", "p50 0.2 ms, p95 1.4 ms, as far as tmux and not beyond"),
    Check("painting", "ok", "29.8 MB/s (32 KiB), not synchronised, as far as tmux and not beyond"),
    Check("copying", "ok", "by OSC 52; whether the terminal takes it is unknown: to know, copy"),
    Check("settings", "problem", "config.toml:3: there is no time_out\x1b[2J", "did you mean …"),
    Check("key store", "ok", "the keyring is Secret Service"),
]


@pytest.mark.anyio
async def test_it_is_offered_among_the_commands_and_needs_no_terminal(tmp_path: Path) -> None:
    async with driving(tmp_path) as driver:
        await driver.press("ctrl+p")
        await driver.write("doctor")
        await driver.press("enter")
        await driver.until(lambda: isinstance(driver.app.screen, DoctorReport))
        await driver.press("escape")
        await driver.until(lambda: not isinstance(driver.app.screen, DoctorReport))


def test_the_lab_steps_aside_for_it_and_comes_back(tmp_path: Path) -> None:
    with a_terminal(an_environment(tmp_path, "sandbox/echo")) as terminal:
        terminal.until("sandbox/echo")
        terminal.press("\x10")
        terminal.until("Commands")
        terminal.press("doctor:")
        terminal.until("check this machine")
        terminal.press("\r")
        terminal.until("round trip")
        terminal.press("\x1b")
        terminal.until("sandbox/echo")
        terminal.press("\x11")
        assert terminal.ended() == 0


async def report(driver: Driver) -> None:
    driver.app.push_screen(DoctorReport(CHECKS))


@SIZES
def test_the_report(snap_compare: Any, tmp_path: Path, size: tuple[int, int]) -> None:
    assert picture(snap_compare, tmp_path, size, report)
