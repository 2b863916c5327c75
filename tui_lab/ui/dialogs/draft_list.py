"""Going on with a prompt that was being written."""

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
from tui_lab.core.saved_draft import SavedDraft
from tui_lab.ui.dialogs.dialog import Dialog
from tui_lab.ui.widgets.choice_list import ChoiceList


class DraftList(Dialog[SavedDraft]):
    """Answers with the draft to go on with; the one that is written now is kept."""

    HELP = "Prompts that were begun, the newest first. Enter goes on with one."
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "take", "go on", id="drafts.take", priority=True),
    ]
    DEFAULT_CSS = """
    DraftList ChoiceList { height: auto; max-height: 20; }
    """

    def __init__(self, drafts: Sequence[SavedDraft]) -> None:
        super().__init__("Drafts")
        self._drafts = drafts

    def compose_box(self) -> ComposeResult:
        yield ChoiceList(id="drafts")

    def on_mount(self) -> None:
        drafts = self.query_one(ChoiceList)
        drafts.add_options(map(_option, self._drafts))
        drafts.highlighted = 0
        drafts.focus()

    def action_take(self) -> None:
        chosen = self.query_one(ChoiceList).highlighted
        if chosen is not None:
            self.dismiss(self._drafts[chosen])

    @on(OptionList.OptionSelected)
    def _clicked(self) -> None:
        self.action_take()


def _option(draft: SavedDraft) -> Option:
    when = f"{draft.saved_at.astimezone():%Y-%m-%d %H:%M}  "
    words = sanitise_line(draft.first_line) or "(a conversation)"
    return Option(Content.assemble((when, "$foreground-muted"), words))
