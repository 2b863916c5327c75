"""Looking for words in an answer, which is named: the focus is here meanwhile."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widgets import Input, Static

from tui_lab.core.sanitise import sanitise_line
from tui_lab.ui.widgets.answer_view import AnswerView
from tui_lab.ui.widgets.steady_input import SteadyInput


class FindBar(Horizontal):
    """One line over the footer. Open it on a view; closing it gives the focus back."""

    HELP = "Type what to look for. Enter goes to the next place, ↑ to the one before, esc closes."
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "enter,down", "step(1)", "next", id="find.next", priority=True, key_display="enter"
        ),
        Binding("up", "step(-1)", "previous", id="find.previous", priority=True),
        Binding("escape", "close", "close", id="find.close", priority=True),
    ]
    DEFAULT_CSS = """
    FindBar {
        display: none;
        height: 1;
        padding: 0 1;
        background: $panel;
        & > Input { width: 1fr; height: 1; border: none; padding: 0; background: $panel; }
        & > Input:focus { border: none; background-tint: transparent; }
        & > Static { width: auto; max-width: 60%; height: 1; }
        & > #find-count { padding: 0 0 0 1; color: $foreground-muted; }
    }
    """

    def __init__(self) -> None:
        super().__init__()
        self._view: AnswerView | None = None

    def compose(self) -> ComposeResult:
        yield Static(id="find-where", markup=False)
        yield SteadyInput(id="find-words", compact=True)
        yield Static(id="find-count", markup=False)

    def open(self, view: AnswerView, name: str) -> None:
        """Looks in this view, beginning with the words of the last time. `name` may be foreign."""
        if self._view is not None and self._view is not view:
            self._view.find("")
        self._view = view
        self.query_one("#find-where", Static).update(f"find in {sanitise_line(name)}: ")
        self.display = True
        words = self.query_one(Input)
        words.focus()
        words.action_select_all()
        self._look(words.value)

    def action_close(self) -> None:
        self.display = False
        if self._view is not None and self._view.is_attached:
            self._view.find("")
            self._view.focus()
        self._view = None

    def action_step(self, step: int) -> None:
        if self._view is not None:
            self._tell(*self._view.find_next(step))

    @on(Input.Changed)
    def _changed(self, message: Input.Changed) -> None:
        self._look(message.value)

    def _look(self, words: str) -> None:
        if self._view is not None:
            count = self._view.find(words)
            self._tell(1 if count else 0, count)

    def _tell(self, number: int, count: int) -> None:
        words = self.query_one(Input).value
        told = f"{number} of {count}" if count else "not found" if words else ""
        self.query_one("#find-count", Static).update(told)
