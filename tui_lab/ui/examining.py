"""The doctor, from within the lab."""

from __future__ import annotations

import asyncio
import os
from typing import Any

from textual.app import App, SuspendNotSupported

from tui_lab.core.errors import LabError
from tui_lab.doctor.measuring import Measured
from tui_lab.doctor.surroundings import ask_terminal, surroundings
from tui_lab.lab import Lab
from tui_lab.lab.check_up import check_up
from tui_lab.ui.dialogs.doctor_report import DoctorReport
from tui_lab.ui.host import Host


async def examine(host: Host, app: App[Any], lab: Lab) -> None:
    """Takes the lab out of the terminal's way for a moment, then shows what was found."""
    measured: Measured | str
    try:
        with app.suspend():
            measured = ask_terminal(os.environ)
    except SuspendNotSupported:
        measured = "the lab cannot step aside in this terminal"
    try:
        around = await asyncio.to_thread(surroundings, os.environ, measured)
        checks = await asyncio.to_thread(check_up, lab, around)
    except LabError as error:
        host.say_error(error)
        return
    await app.push_screen_wait(DoctorReport(checks))
