"""What the doctor has found, with the lines that mend it."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content

from tui_lab.core.sanitise import sanitise_line
from tui_lab.doctor.check import GLYPHS, Check
from tui_lab.ui.dialogs.dialog import Dialog
from tui_lab.ui.widgets.fact_table import FactTable

NAME_CELLS = 15
_FIRST = ("problem", "warning", "ok")
STYLES = {"ok": "", "warning": "$text-warning", "problem": "$text-error"}


class DoctorReport(Dialog[None]):
    """Findings, those that ask for something to be done first; the texts may be foreign."""

    DEFAULT_CSS = """
    DoctorReport VerticalScroll { height: auto; max-height: 100%; }
    """

    def __init__(self, checks: Sequence[Check]) -> None:
        super().__init__("Doctor")
        self._checks = sorted(checks, key=lambda check: _FIRST.index(check.status))

    def compose_box(self) -> ComposeResult:
        with VerticalScroll():
            yield FactTable(
                ((f"{GLYPHS[check.status]} {check.name}", _told(check)) for check in self._checks),
                cells=NAME_CELLS,
            )


def _told(check: Check) -> Content:
    message = Content.styled(sanitise_line(check.message), STYLES[check.status])
    if check.fix is None or check.status == "ok":
        return message
    return Content("\n").join([message, Content(f"→ {sanitise_line(check.fix)}")])
