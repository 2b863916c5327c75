"""Choosing whose votes count: all, or those on the runs of one template or tag."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from tui_lab.core.sanitise import sanitise_line
from tui_lab.core.votes import Vote
from tui_lab.store.voting import VoteFilter
from tui_lab.ui.dialogs.dialog import Dialog


class VoteGroups(Dialog[VoteFilter]):
    """Answers with the filter for one of the groups that these votes are in."""

    HELP = "Move with the arrows, enter takes the votes of that template or tag."
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "take", "take", id="votes.take", priority=True),
    ]

    def __init__(self, votes: Sequence[Vote], everyone: VoteFilter) -> None:
        """`everyone` is the filter that all of them pass."""
        super().__init__("Votes of")
        self._groups = [("all", everyone, len(votes))]
        templates = Counter(vote.template for vote in votes if vote.template is not None)
        tags = Counter(tag for vote in votes for tag in vote.tags)
        for name, count in sorted(templates.items()):
            self._groups.append((f"template {name}", replace(everyone, template=name), count))
        for name, count in sorted(tags.items()):
            self._groups.append((f"tag {name}", replace(everyone, tag=name), count))

    def compose_box(self) -> ComposeResult:
        rows = [
            Content.assemble((f"{count:>6,}  ", "$foreground-muted"), sanitise_line(name))
            for name, _, count in self._groups
        ]
        yield OptionList(*map(Option, rows), markup=False)

    def action_take(self) -> None:
        index = self.query_one(OptionList).highlighted
        if index is not None:
            self.dismiss(self._groups[index][1])

    @on(OptionList.OptionSelected)
    def _clicked(self) -> None:
        self.action_take()
