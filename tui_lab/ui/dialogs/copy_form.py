"""Choosing what of a run is copied."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from tui_lab.core.errors import LabError
from tui_lab.core.sanitise import sanitise_line
from tui_lab.ui.copying_runs import Copyable
from tui_lab.ui.dialogs.dialog import Dialog
from tui_lab.ui.text.run_line import fitted
from tui_lab.ui.widgets.choice_list import ChoiceList

NAME_CELLS = 16


class CopyForm(Dialog[str]):
    """Answers with the text that is to be copied."""

    HELP = "Choose what is copied, enter copies it. Never with a key: only with its variable."
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "choose", "copy", id="copy.choose", priority=True),
    ]
    DEFAULT_CSS = """
    CopyForm {
        & > .box { max-width: 80; }
        & ChoiceList { height: auto; }
        & #wrong { color: $error; height: auto; }
    }
    """

    def __init__(self, offered: Sequence[Copyable]) -> None:
        super().__init__("Copy")
        self._offered = offered

    def compose_box(self) -> ComposeResult:
        yield ChoiceList(id="list")
        yield Static(id="wrong", markup=False)

    def on_mount(self) -> None:
        choices = self.query_one("#list", ChoiceList)
        choices.add_options(Option(_line(one)) for one in self._offered)
        choices.highlighted = 0

    def action_choose(self) -> None:
        index = self.query_one("#list", ChoiceList).highlighted
        if index is None:
            return
        try:
            self.dismiss(self._offered[index].text())
        except LabError as error:
            wrong = sanitise_line(f"✗ {error.message} → {error.hint}")
            self.query_one("#wrong", Static).update(wrong)

    @on(OptionList.OptionSelected)
    def _clicked(self) -> None:
        self.action_choose()


def _line(one: Copyable) -> Content:
    return Content.assemble(
        fitted(sanitise_line(one.name), NAME_CELLS),
        (sanitise_line(one.words), "$foreground-muted"),
    )
