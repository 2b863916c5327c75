"""What was used and spent: totals, budgets, days, models; the sums of `tui-lab stats`."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static
from textual.worker import Worker

from tui_lab.core.errors import LabError
from tui_lab.core.sanitise import sanitise, sanitise_line
from tui_lab.ui.frame import FrameScreen
from tui_lab.ui.text.stat_words import (
    SPANS,
    DaySpan,
    days_words,
    nothing_to_count,
    period_words,
    query_of,
    totals_facts,
)
from tui_lab.ui.widgets.budget_gauges import BudgetGauges
from tui_lab.ui.widgets.group_list import GroupList
from tui_lab.ui.widgets.plot_pane import PlotPane
from tui_lab.ui.widgets.totals_pane import TotalsPane

if TYPE_CHECKING:
    from tui_lab.core.statistics import By, Statistics
    from tui_lab.lab import Lab

POLL_SECONDS = 1.0
"""How often the screen looks whether anyone has written to the history."""

REST = 4
"""A long history is counted again only after so many times the time that counting it took."""

USUAL = 2
"""Of the spans: 30 days, as on the command line."""

DIMENSIONS: tuple[By, ...] = ("model", "provider", "workspace", "template", "day", "hour")


def local_now() -> datetime:
    return datetime.now().astimezone()


class StatsScreen(FrameScreen):
    MODE = "stats"
    CSS_PATH = "stats.tcss"
    FOOTER = (
        "stats.runs",
        "stats.by",
        "stats.speed",
        "stats.shorter",
        "stats.longer",
        "stats.scope",
        "stats.measure",
        "stats.votes",
        "app.stop",
        "app.next_pane",
        "app.jump",
        "app.keys",
        "app.quit",
    )
    HELP = (
        "What was used and spent, the same sums as of tui-lab stats. [ and ] change the days, "
        "w is for this workspace or all, m for what is plotted, b for what the table is by, "
        "s for how fast each was, v for what votes say. ▲ and ▼ compare sums and medians with as "
        "long before. Runs in progress count when they are over."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "left_square_bracket,left",
            "span(-1)",
            "less",
            id="stats.shorter",
            tooltip="fewer days, down to today",
        ),
        Binding(
            "right_square_bracket,right",
            "span(1)",
            "more",
            id="stats.longer",
            tooltip="more days, up to all",
        ),
        Binding(
            "w", "scope", "workspace", id="stats.scope", tooltip="this workspace, or all of them"
        ),
        Binding(
            "m",
            "measure",
            "plot",
            id="stats.measure",
            tooltip="plot money, tokens, runs or failed runs",
        ),
        Binding(
            "b",
            "by",
            "group by",
            id="stats.by",
            tooltip="table by model, provider, workspace, template, day or hour of the day",
        ),
        Binding(
            "s", "speed", "speed", id="stats.speed", tooltip="table of what was used, or of speed"
        ),
        Binding("v", "votes", "votes", id="stats.votes", tooltip="what votes say of the models"),
    ]

    def __init__(self, now: Callable[[], datetime] = local_now) -> None:
        """`now` tells local time; days are those of budgets."""
        super().__init__()
        self._now = now
        self.totals = TotalsPane(id="stats-totals")
        self.budgets = BudgetGauges(id="stats-budgets")
        self.plot = PlotPane(id="stats-plot")
        self.table = GroupList(id="stats-table")
        self.found: Statistics | None = None
        self._before: Statistics | None = None
        self.by: By = DIMENSIONS[0]
        self._span = USUAL
        self._everywhere = False
        self._lab: Lab | None = None
        self._count: Worker[None] | None = None
        self._counted: tuple[int, date] | None = None
        self._rest_until = 0.0

    def compose_body(self) -> ComposeResult:
        yield self.totals
        with VerticalScroll(id="stats-body", can_focus=False):
            yield self.budgets
            yield self.plot
            yield self.table
            yield Static(id="stats-empty", markup=False)

    def on_mount(self) -> None:
        self.table.rows.focus()
        self.set_interval(POLL_SECONDS, self._look)

    def lab_opened(self, lab: Lab) -> None:
        self._lab = lab
        self._count_anew()

    def workspace_changed(self, lab: Lab) -> None:
        self._count_anew()

    def engine_died(self) -> None:
        """Counting is done on the engine's thread: what is shown stays, nothing more comes."""
        self._lab = None
        self.refresh_bindings()

    def on_screen_resume(self) -> None:
        self._look()

    def panes(self) -> list[Widget]:
        return [self.budgets, *([] if self.has_class("-empty") else [self.plot, self.table.rows])]

    # Counting

    @work(exclusive=True, group="look")
    async def _look(self) -> None:
        """Counts what this and other processes have written, and looks at the budgets."""
        lab = self._lab
        if lab is None or not self.is_current:
            return
        try:
            states = await asyncio.wrap_future(lab.budgets.states())
            self.budgets.show(states, self._now())
            version = await asyncio.wrap_future(lab.history.version())
        except LabError as error:
            self._tell(error)
            return
        counting = self._count is not None and not self._count.is_finished
        rested = self.host.clock() >= self._rest_until
        if rested and not counting and self._counted != (version, self._today(lab)):
            self._count_anew()

    def _count_anew(self) -> None:
        if self._lab is not None:
            self._count = self._read(self._lab)

    @work(exclusive=True, group="count")
    async def _read(self, lab: Lab) -> None:
        """One count at a time: the one before is given up."""
        from tui_lab.store.statistics import Span

        zone, span, clock = lab.settings.zone, SPANS[self._span], self.host.clock
        today = self._today(lab)
        workspace = None if self._everywhere else lab.workspace
        if self.found is not None:
            self.totals.border_subtitle = Content(f"counting {span.title.lower()} …")
        began = clock()
        try:
            version = await asyncio.wrap_future(lab.history.version())
            wanted = Span(since=span.since(today, zone), workspace=workspace)
            found = await asyncio.wrap_future(lab.history.statistics(wanted, zone))
            before: Statistics | None = None
            if (earlier := wanted.before(self._now())) is not None:
                before = await asyncio.wrap_future(lab.history.statistics(earlier, zone))
        except LabError as error:
            self._tell(error)
            return
        self._rest_until = clock() + REST * (clock() - began)
        self._counted = version, today
        self._before = before
        self._show(found, span, workspace, today)

    def _today(self, lab: Lab) -> date:
        return self._now().astimezone(lab.settings.zone).date()

    # Showing

    def _show(self, found: Statistics, span: DaySpan, workspace: str | None, today: date) -> None:
        self.found = found
        where = "all workspaces" if workspace is None else f"workspace {workspace}"
        self.totals.border_title = Content(sanitise_line(f"{span.title} · {where}"))
        first = span.first(today) or _first_day(found) or today
        before = None if self._before is None else self._before.totals
        self.totals.border_subtitle = Content(period_words(days_words(first, today), before))
        self.totals.show(totals_facts(found.totals, before, self._now()))
        self.plot.show(found.by["day"], first, today)
        self._show_table(found)
        self._guide("" if found.totals.runs else nothing_to_count(span, workspace))
        self.refresh_bindings()

    def _show_table(self, found: Statistics) -> None:
        before = self._before
        compared = before is not None and before.totals.runs
        self.table.show(
            self.by, found.by[self.by], before.by[self.by] if before and compared else None
        )

    def _guide(self, words: Content | str) -> None:
        """Says this in place of plot and table; nothing: they are shown."""
        empty = bool(words)
        self.query_one("#stats-empty", Static).update(words)
        if empty is not self.has_class("-empty"):
            self.set_class(empty, "-empty")
            if not empty:
                self.table.rows.focus()

    def _tell(self, error: LabError) -> None:
        self._counted = None
        self._guide(sanitise(f"✗ {error.message}\n→ {error.hint}"))

    # What is shown

    def action_span(self, step: int) -> None:
        self._span = min(max(self._span + step, 0), len(SPANS) - 1)
        self._count_anew()

    def action_scope(self) -> None:
        self._everywhere = not self._everywhere
        self._count_anew()

    def action_measure(self) -> None:
        self.plot.measure_next()

    def action_by(self) -> None:
        self.by = DIMENSIONS[(DIMENSIONS.index(self.by) + 1) % len(DIMENSIONS)]
        if self.found is not None:
            self._show_table(self.found)
        self.refresh_bindings()

    def action_speed(self) -> None:
        self.table.turn()

    @on(GroupList.Chosen)
    @work
    async def _list_runs(self, message: GroupList.Chosen) -> None:
        """In the History, as a search that one can go on with."""
        from tui_lab.ui.screens.history import HistoryScreen

        if self._lab is None:
            return
        first = SPANS[self._span].first(self._today(self._lab))
        words = query_of(message.by, message.key, first, self._everywhere)
        await self.app.switch_mode(HistoryScreen.MODE)
        if isinstance(self.app.screen, HistoryScreen):
            self.app.screen.search(words)

    def action_votes(self) -> None:
        from tui_lab.ui.screens.standings import StandingsScreen

        self.app.push_screen(StandingsScreen(self.MODE, self.host.workspace))

    def check_action(self, action: str, parameters: tuple[Any, ...]) -> bool | None:
        counted = self._lab is not None and self.found is not None
        match action:
            case "span":
                return counted and 0 <= self._span + parameters[0] < len(SPANS)
            case "scope":
                return counted
            case "measure" | "by" | "speed":
                return self.found is not None and not self.has_class("-empty")
            case _:
                return True


def _first_day(found: Statistics) -> date | None:
    return next(map(date.fromisoformat, found.by["day"]), None)
