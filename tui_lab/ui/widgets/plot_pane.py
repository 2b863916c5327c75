"""What each day took, as bars."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from textual import events
from textual.content import Content
from textual.widget import Widget

from tui_lab.ui.text.day_plot import LOWEST, days_of_bar, plot
from tui_lab.ui.text.stat_words import Measure

if TYPE_CHECKING:
    from tui_lab.core.statistics import Totals

NOTHING = {
    Measure.SPENT: "Nothing was spent.",
    Measure.TOKENS: "No tokens were used.",
    Measure.RUNS: "No runs.",
    Measure.FAILED: "No run has failed.",
}


class PlotPane(Widget, can_focus=True):
    BINDING_GROUP_TITLE = "By day"
    HELP = "What each day took: money, tokens, runs or failed runs. Days are those of budgets."
    DEFAULT_CLASSES = "pane"

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.measure = Measure.SPENT
        self._days: list[Totals | None] = []
        self._first = date.min

    def show(self, by_day: Mapping[str, Totals], first: date, last: date) -> None:
        """The days from `first` to `last`, also those with nothing in them."""
        self._first = first
        days = (first + timedelta(days=number) for number in range((last - first).days + 1))
        self._days = [by_day.get(day.isoformat()) for day in days]
        self._draw()

    def measure_next(self) -> None:
        self.measure = self.measure.next
        self._draw()

    def on_resize(self, event: events.Resize) -> None:
        self._draw()

    def _draw(self) -> None:
        days = days_of_bar(len(self._days), self.content_size.width)
        self.border_title = Content(
            f"{self.measure.value.capitalize()} by " + ("day" if days == 1 else f"{days} days")
        )
        self.refresh()

    def render(self) -> Content:
        values = [Decimal(self.measure.of(day)) if day else Decimal(0) for day in self._days]
        rows = plot(
            values,
            self._first,
            (self.content_size.width, self.content_size.height),
            label=self.measure.words,
            whole=self.measure is not Measure.SPENT,
            ink="$primary",
            axis_ink="$foreground-muted",
        )
        if not rows and self.content_size.height >= LOWEST:
            return Content.styled(NOTHING[self.measure], "$foreground-muted")
        return Content("\n").join(rows)
