"""Going to a day in a long list of runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.widgets import Input, Static

from tui_lab.core.query import Began
from tui_lab.core.sanitise import sanitise_line
from tui_lab.ui.dialogs.text_form import TextForm

if TYPE_CHECKING:
    from tui_lab.lab import Lab


class DateForm(TextForm):
    """Answers with the cursor whose next run is the newest of that day, or of one before it."""

    DEFAULT_CSS = """
    DateForm #wrong { height: auto; min-height: 1; color: $error; }
    """

    def __init__(self, lab: Lab) -> None:
        help_text = "A day, a month, a time, or how long ago: 7d, 12h, 2w. enter goes there."
        super().__init__("Go to", "yesterday, 7d, 2026-10, 2026-10-01", help_text=help_text)
        self._lab = lab

    def compose_box(self) -> ComposeResult:
        yield from super().compose_box()
        yield Static(id="wrong", markup=False)

    @on(Input.Changed)
    def _typed(self) -> None:
        self.query_one("#wrong", Static).update("")

    def action_take(self) -> None:
        from tui_lab.store.pages import cursor_at

        words = "T".join(self.query_one(Input).value.split())
        if not words:
            return
        query = self._lab.history.query(f"on:{words}")
        if query.problems:
            problem = query.problems[0]
            wrong = sanitise_line(f"{problem.message} → {problem.hint}")
            self.query_one("#wrong", Static).update(wrong)
            return
        moments = [one.until for one in query.conditions if isinstance(one, Began) and one.until]
        if moments:
            self.dismiss(cursor_at(moments[0]))
