"""Choosing one of the code blocks of an answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from tui_lab.core.sanitise import sanitise_line
from tui_lab.ui.dialogs.dialog import Dialog


class CodeBlocks(Dialog[str]):
    """Gets (language, code) of each block, answers with the code of one."""

    HELP = "Move with the arrows, enter copies that block."
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "choose", "copy", id="code.choose", priority=True),
    ]

    def __init__(self, blocks: Sequence[tuple[str, str]]) -> None:
        super().__init__("Copy a code block")
        self._blocks = blocks

    def compose_box(self) -> ComposeResult:
        yield OptionList(*(Option(_line(*block)) for block in self._blocks), markup=False)

    def action_choose(self) -> None:
        index = self.query_one(OptionList).highlighted
        if index is not None:
            self.dismiss(self._blocks[index][1])

    @on(OptionList.OptionSelected)
    def _clicked(self) -> None:
        self.action_choose()


def _line(language: str, code: str) -> Content:
    first = next((line for line in code.splitlines() if line.strip()), "")
    count = len(code.splitlines())
    return Content.assemble(
        f"{sanitise_line(language) or 'text':<12.12} ",
        (f"{count:>4} lines  ", "$foreground-muted"),
        sanitise_line(first),
    )
