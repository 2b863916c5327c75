"""Every budget that holds, as a bar; those that are spent the furthest first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget

from tui_lab.core.budget import LimitState
from tui_lab.ui.text.gauge import gauge_line, gauge_name

WIDEST_NAME = 24
BAR_CELLS = 12
WIDE_BAR_CELLS = 24
WIDE = 110
MUTED = "$foreground-muted"
NONE_SET = "none set · in config.toml: [budgets] day = 5.00 · or TUI_LAB_BUDGETS__DAY=5"


class BudgetGauges(Widget, can_focus=True):
    BINDING_GROUP_TITLE = "Budgets"
    HELP = (
        "What may be spent: █ spent, ▒ reserved by runs in progress, ░ left; ! from 80 %, ■ all of "
        "it. Set budgets in config.toml, of everyone under [budgets], else under "
        "[workspaces.<name>.budgets] or [providers.<id>.budgets]: run, day, month in US dollars, "
        'action = "block" or "warn", timezone. tui-lab stats --budgets prints them.'
    )
    DEFAULT_CLASSES = "pane"
    DEFAULT_CSS = """
    BudgetGauges { height: auto; }
    """

    _states: Sequence[LimitState] = ()
    _now: datetime | None = None

    def on_mount(self) -> None:
        self.border_title = Content("Budgets")

    def show(self, states: Sequence[LimitState], now: datetime) -> None:
        ordered = sorted(states, key=lambda state: (state.resets_at is None, -state.share))
        higher = len(ordered) != len(self._states)
        self._states, self._now = ordered, now
        self.refresh(layout=higher)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return max(1, len(self._states))

    def render(self) -> Content:
        width = self.content_size.width
        if not self._states or self._now is None:
            return Content.styled(NONE_SET, MUTED).truncate(width, ellipsis=True)
        name = min(WIDEST_NAME, max(len(gauge_name(state)) for state in self._states))
        bar = WIDE_BAR_CELLS if width >= WIDE else BAR_CELLS
        height = self.content_size.height
        room = height if len(self._states) <= height else height - 1
        lines = [
            gauge_line(state, width, name_cells=name, bar_cells=bar, now=self._now)
            for state in self._states[:room]
        ]
        if more := len(self._states) - room:
            lines.append(Content.styled(f"and {more} more: tui-lab stats --budgets", MUTED))
        return Content("\n").join(lines)
