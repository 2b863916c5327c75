"""What statistics say in words: the span they are of, sums, and what a column of them holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from enum import Enum
from typing import TYPE_CHECKING

from textual.content import Content

from tui_lab.core.money import dollars, exact_dollars
from tui_lab.ui.text.run_line import when

if TYPE_CHECKING:
    from decimal import Decimal

    from tui_lab.core.statistics import Spread, Totals

Fact = tuple[str, str]
NONE = "–"


@dataclass(frozen=True, slots=True)
class DaySpan:
    """So many days up to and with today; None: from the first run on."""

    title: str
    days: int | None

    def first(self, today: date) -> date | None:
        return None if self.days is None else today - timedelta(days=self.days - 1)

    def since(self, today: date, zone: tzinfo) -> datetime | None:
        """The midnight of the time zone that it begins with."""
        first = self.first(today)
        return None if first is None else datetime.combine(first, time(), zone)


SPANS = (
    DaySpan("Today", 1),
    DaySpan("Last 7 days", 7),
    DaySpan("Last 30 days", 30),
    DaySpan("Last 90 days", 90),
    DaySpan("All time", None),
)


class Measure(Enum):
    """What the plot shows of each day."""

    SPENT = "spent"
    TOKENS = "tokens"
    RUNS = "runs"

    def of(self, totals: Totals) -> Decimal | int:
        match self:
            case Measure.SPENT:
                return totals.usd
            case Measure.TOKENS:
                return totals.total_tokens
            case Measure.RUNS:
                return totals.runs

    @property
    def next(self) -> Measure:
        every = list(Measure)
        return every[(every.index(self) + 1) % len(every)]

    def words(self, value: Decimal) -> str:
        """A value on the axis, short."""
        return dollars(value) if self is Measure.SPENT else count_words(value)


def days_words(first: date, last: date) -> str:
    """`24 Oct – 22 Nov 2026`."""
    if first == last:
        return f"{last.day} {last:%b %Y}"
    begin = f"{first.day} {first:%b}" + (f" {first:%Y}" if first.year != last.year else "")
    return f"{begin} – {last.day} {last:%b %Y}"


def count_words(count: Decimal) -> str:
    """`120`, `1.5k`, `2M`."""
    for unit, name in ((1_000_000_000, "G"), (1_000_000, "M"), (1_000, "k")):
        if count >= unit:
            return f"{float(count / unit):g}{name}"
    return f"{float(count):g}"


def totals_facts(totals: Totals, now: datetime) -> list[Fact]:
    """Labels and values; `now` is local time."""
    last = totals.last_run_at
    return [
        ("runs", f"{totals.runs:,}"),
        ("failed", failed_words(totals)),
        ("models", str(totals.models)),
        ("tokens", f"↑{totals.input_tokens:,} ↓{totals.output_tokens:,}"),
        ("spent", exact_dollars(totals.usd) + unknown_words(totals)),
        ("ttft p50/p95", spread_words(totals.ttft_ms)),
        ("latency p50/p95", spread_words(totals.latency_ms)),
        ("last run", when(last, now).strip() if last is not None else NONE),
    ]


def failed_words(totals: Totals) -> str:
    rate = totals.failure_rate
    return NONE if rate is None else f"{rate:.0%}"


def unknown_words(totals: Totals) -> str:
    """` + 2?`: two calls of unknown cost come on top; nothing where every cost is known."""
    return f" + {totals.unknown_cost_calls:,}?" if totals.unknown_cost_calls else ""


def spread_words(spread: Spread | None) -> str:
    """`412/980 ms`, `1.2/20.0 s`."""
    if spread is None:
        return NONE
    if spread.p95 >= 10_000:
        return f"{spread.p50 / 1000:.1f}/{spread.p95 / 1000:.1f} s"
    return f"{spread.p50:.0f}/{spread.p95:.0f} ms"


def nothing_to_count(span: DaySpan, workspace: str | None) -> Content:
    """What to do where no runs are found; `workspace` None: in none of all."""
    ways = [("1", "the Lab: write a prompt, ^j runs it")]
    if span.days is not None:
        ways.append(("]", "more days"))
    if workspace is not None:
        ways.append(("w", "all workspaces"))
    lines = [
        Content.styled("No runs to count here.", "bold"),
        Content("What is run is counted as soon as it is over, wherever it was begun."),
        Content(""),
        *(
            Content.assemble((f"{key:<4}", "bold $footer-key-foreground"), words)
            for key, words in ways
        ),
    ]
    return Content("\n").join(lines)
