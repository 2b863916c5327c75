"""Sums of each model, provider, workspace, template, day or hour, as a table to go through."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Static
from textual.widgets.option_list import Option

from tui_lab.ui.text.group_rows import group_table
from tui_lab.ui.widgets.choice_list import ChoiceList

if TYPE_CHECKING:
    from tui_lab.core.statistics import By, Totals


class GroupRows(ChoiceList):
    BINDING_GROUP_TITLE = "Table"
    HELP = (
        "Sums of each model, provider, workspace, template, day or hour of the day, the costliest "
        "first, the last day first; s shows how fast each was. + 2? means two calls of unknown "
        "cost on top; a call counts where it went, a run where it was answered. Speed is that of "
        "runs that ended well, within 1 %. Enter lists the runs in the History."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "enter",
            "select",
            "its runs",
            id="stats.runs",
            tooltip="list the runs of the group in the History",
        ),
    ]
    can_list = True
    """Whether there is a search for the runs of a group."""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return self.can_list if action == "select" else True


class GroupList(Vertical):
    DEFAULT_CLASSES = "pane"
    DEFAULT_CSS = """
    GroupList {
        & > Static { height: 1; color: $foreground-muted; }
    }
    """

    class Chosen(Message):
        """The runs of one group are wanted."""

        def __init__(self, by: By, key: str) -> None:
            super().__init__()
            self.by = by
            self.key = key

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.rows = GroupRows(id="stats-groups")
        self._heading = Static(markup=False)
        self._by: By = "model"
        self._groups: Mapping[str, Totals] = {}
        self._before: Mapping[str, Totals] | None = None
        self._speed = False

    def compose(self) -> ComposeResult:
        yield self._heading
        yield self.rows

    def show(
        self, by: By, groups: Mapping[str, Totals], before: Mapping[str, Totals] | None
    ) -> None:
        """`before`: the groups of the period before. The cursor stays on its group, of another
        dimension it goes to the first."""
        key = self._key if by == self._by else None
        self._by = by
        self.rows.can_list = by != "hour" and bool(groups)
        self._groups = (
            {day: groups[day] for day in reversed(list(groups))} if by == "day" else groups
        )
        self._before = None if by == "day" else before
        self._fill(key)

    def turn(self) -> None:
        """What each took, or how fast each was."""
        self._speed = not self._speed
        self._fill(self._key)

    def on_resize(self, event: events.Resize) -> None:
        self._fill(self._key)

    @on(ChoiceList.OptionSelected)
    def _choose(self, message: ChoiceList.OptionSelected) -> None:
        message.stop()
        if message.option.id is not None and self.rows.can_list:
            self.post_message(self.Chosen(self._by, message.option.id))

    @property
    def _key(self) -> str | None:
        at = self.rows.highlighted
        return self.rows.get_option_at_index(at).id if at is not None else None

    def _fill(self, key: str | None) -> None:
        width = self.content_size.width - self.rows.scrollbar_size_vertical
        table = group_table(self._by, self._groups, width, self._before, speed=self._speed)
        name = "hour of the day" if self._by == "hour" else self._by
        self.border_title = Content(f"{'Speed by' if self._speed else 'By'} {name}")
        self.border_subtitle = Content(f"{len(self._groups):,}" if self._groups else "")
        self._heading.update(table.heading)
        self.rows.clear_options()
        self.rows.add_options(Option(Content(row), id=name) for name, row in table.rows.items())
        if table.rows:
            at = key if key in table.rows else next(iter(table.rows))
            self.rows.highlighted = self.rows.get_option_index(at or "")
        else:
            self.rows.add_option(Option(Content(f"no run here has a {self._by}"), disabled=True))
