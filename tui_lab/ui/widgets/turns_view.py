"""The turns of a conversation before the one that is being written."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual.containers import VerticalScroll
from textual.content import Content

from tui_lab.core.sanitise import sanitise
from tui_lab.ui.widgets.fact_table import FactTable

if TYPE_CHECKING:
    from tui_lab.core.messages import Message

WORDS = {"user": "you", "assistant": "model", "system": "system"}
ROLE_CELLS = 8


class TurnsView(VerticalScroll):
    """Shows them, newest at the bottom."""

    HELP = "What was said before. The next prompt goes on from here; ^x begins anew."
    DEFAULT_CSS = """
    TurnsView {
        height: auto;
        max-height: 40%;
        &.-empty { display: none; }
        border-bottom: solid $border-blurred;
        &:focus { border-bottom: solid $border; }
        & > FactTable { color: $foreground-muted; }
    }
    """

    def __init__(self) -> None:
        super().__init__(classes="-empty")
        self._words = FactTable(label="bold $primary", cells=ROLE_CELLS)

    def show(self, turns: Sequence[Message]) -> None:
        self.set_class(not turns, "-empty")
        if turns and not self.children:
            self.mount(self._words)
        self._words.show((WORDS[turn.role], Content(sanitise(turn.text).strip())) for turn in turns)
        self.call_after_refresh(self.scroll_end, animate=False)
