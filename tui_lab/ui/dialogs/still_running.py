"""What is to become of answers that still stream when others take their place."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Static

from tui_lab.ui.dialogs.dialog import Dialog


class StillRunning(Dialog[bool]):
    """Answers True to stop them, False to let them go on without a place on the screen."""

    HELP = "s stops them first, g lets them go on: History follows and keeps them. esc goes back."
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("s", "dismiss(True)", "stop them", id="still.stop"),
        Binding("g", "dismiss(False)", "let them go on", id="still.go_on"),
    ]
    DEFAULT_CSS = """
    StillRunning > .box { max-width: 60; padding: 1 2; }
    """

    def __init__(self, count: int) -> None:
        super().__init__("Still running")
        self._count = count

    def compose_box(self) -> ComposeResult:
        runs = "1 answer is" if self._count == 1 else f"{self._count} answers are"
        text = (
            f"{runs} still coming. Stop, or let go on in the background? "
            "Either way what comes is kept, in History."
        )
        yield Static(Content(text), markup=False)
