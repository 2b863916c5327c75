"""Choosing the answer that another one is compared with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from tui_lab.core.record import RunRecord
from tui_lab.core.sanitise import sanitise_line
from tui_lab.core.summary import summary
from tui_lab.ui.dialogs.dialog import Dialog


class OtherAnswer(Dialog[RunRecord]):
    """Answers with one of these runs."""

    HELP = "Move with the arrows, enter shows the two word by word."
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "choose", "compare", id="other.choose", priority=True),
    ]

    def __init__(self, record: RunRecord, others: Sequence[RunRecord]) -> None:
        super().__init__(f"Compare {sanitise_line(record.answered_by or record.model)} with")
        self._others = others

    def compose_box(self) -> ComposeResult:
        rows = (Option(Content(sanitise_line(summary(run)))) for run in self._others)
        yield OptionList(*rows, markup=False)

    def action_choose(self) -> None:
        index = self.query_one(OptionList).highlighted
        if index is not None:
            self.dismiss(self._others[index])

    @on(OptionList.OptionSelected)
    def _clicked(self) -> None:
        self.action_choose()
