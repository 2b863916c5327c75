"""What the focused widget is, and the keys that work in it."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from tui_lab.ui.commands import Command
from tui_lab.ui.dialogs.command_list import KEY_CELLS
from tui_lab.ui.dialogs.dialog import Dialog
from tui_lab.ui.widgets.fact_table import FactTable


class HelpText(Dialog[None]):
    """Shows a text and a table of keys. The text is our own."""

    DEFAULT_CSS = """
    HelpText {
        & > .box { max-width: 76; }
        & VerticalScroll { height: auto; max-height: 100%; }
        & FactTable { margin-top: 1; }
    }
    """

    def __init__(self, title: str, text: str, commands: Sequence[Command]) -> None:
        super().__init__(title)
        self._text = text
        self._commands = commands

    def compose_box(self) -> ComposeResult:
        with VerticalScroll():
            yield Static(Content(self._text), markup=False)
            if self._commands:
                yield FactTable(
                    ((" ".join(command.keys), command.words) for command in self._commands),
                    label="bold $footer-key-foreground",
                    cells=KEY_CELLS,
                )
