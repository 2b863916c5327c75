"""Sums of each model, provider, workspace, template or day, as a table to go through."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static
from textual.widgets.option_list import Option

from tui_lab.ui.text.group_rows import group_table
from tui_lab.ui.widgets.choice_list import ChoiceList

if TYPE_CHECKING:
    from tui_lab.core.statistics import By, Totals


class _Groups(ChoiceList):
    BINDING_GROUP_TITLE = "Table"
    HELP = (
        "Sums of each model, provider, workspace, template or day, the costliest first, the last "
        "day first. + 2? means two calls of unknown cost on top; a call counts where it went, a "
        "run where it was answered. Speed is that of runs that ended well."
    )


class GroupList(Vertical):
    DEFAULT_CLASSES = "pane"
    DEFAULT_CSS = """
    GroupList {
        & > Static { height: 1; color: $foreground-muted; }
    }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.rows = _Groups(id="stats-groups")
        self._heading = Static(markup=False)
        self._by: By = "model"
        self._groups: Mapping[str, Totals] = {}

    def compose(self) -> ComposeResult:
        yield self._heading
        yield self.rows

    def show(self, by: By, groups: Mapping[str, Totals]) -> None:
        """The cursor stays on its group, of another dimension it goes to the first."""
        kept = self.rows.highlighted if by == self._by else None
        key = self.rows.get_option_at_index(kept).id if kept is not None else None
        self._by = by
        self._groups = (
            {day: groups[day] for day in reversed(list(groups))} if by == "day" else groups
        )
        self.border_title = Content(f"By {by}")
        self.border_subtitle = Content(f"{len(groups):,}" if groups else "")
        self._fill(key)

    def on_resize(self, event: events.Resize) -> None:
        kept = self.rows.highlighted
        self._fill(self.rows.get_option_at_index(kept).id if kept is not None else None)

    def _fill(self, key: str | None) -> None:
        width = self.content_size.width - self.rows.scrollbar_size_vertical
        table = group_table(self._by, self._groups, width)
        self._heading.update(table.heading)
        self.rows.clear_options()
        self.rows.add_options(Option(Content(row), id=name) for name, row in table.rows.items())
        if table.rows:
            at = key if key in table.rows else next(iter(table.rows))
            self.rows.highlighted = self.rows.get_option_index(at or "")
        else:
            self.rows.add_option(Option(Content(f"no run here has a {self._by}"), disabled=True))
