"""A yes or no, asked before something that cannot be taken back."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Static

from tui_lab.core.sanitise import sanitise
from tui_lab.ui.dialogs.dialog import Dialog


class Question(Dialog[bool]):
    """Answers True for yes; `esc` and `n` mean no."""

    HELP = "y does it, n or esc goes back."
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "dismiss(True)", "yes", id="question.yes"),
        Binding("n", "dismiss(False)", "no", id="question.no"),
    ]
    DEFAULT_CSS = """
    Question > .box { max-width: 60; padding: 1 2; }
    """

    def __init__(self, title: str, text: str) -> None:
        super().__init__(title)
        self._text = text

    def compose_box(self) -> ComposeResult:
        yield Static(Content(sanitise(self._text)), markup=False)
