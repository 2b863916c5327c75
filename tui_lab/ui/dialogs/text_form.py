"""Asking for one line of text."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Input

from tui_lab.ui.dialogs.dialog import Dialog
from tui_lab.ui.widgets.steady_input import SteadyInput


class TextForm(Dialog[str]):
    """Answers with what was written, without white space around it; never with nothing, unless it
    `may_be_empty`."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "take", "take", id="text.take", priority=True),
    ]
    DEFAULT_CSS = """
    TextForm > .box { max-width: 60; }
    """

    def __init__(
        self,
        title: str,
        hint: str,
        *,
        help_text: str,
        written: str = "",
        may_be_empty: bool = False,
    ) -> None:
        super().__init__(title)
        self._hint = hint
        self._written = written
        self._may_be_empty = may_be_empty
        self.help_text = help_text

    def compose_box(self) -> ComposeResult:
        yield SteadyInput(self._written, placeholder=self._hint, compact=True)

    def action_take(self) -> None:
        text = self.query_one(Input).value.strip()
        if text or self._may_be_empty:
            self.dismiss(text)
