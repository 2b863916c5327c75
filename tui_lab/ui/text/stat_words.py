"""What statistics say in words: the span they are of, sums, and what a column of them holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from enum import Enum
from typing import TYPE_CHECKING

from textual.content import Content

from tui_lab.core.money import dollars, exact_dollars
from tui_lab.core.period_change import PeriodChange, period_changes
from tui_lab.ui.text.run_line import when

if TYPE_CHECKING:
    from decimal import Decimal

    from tui_lab.core.statistics import By, Spread, Totals

NONE = "–"
PERCENTILES = "p50/95/99"


@dataclass(frozen=True, slots=True)
class Fact:
    """`change` is against the period before; empty where there is nothing to compare with."""

    label: str
    value: str
    change: str = ""


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
    FAILED = "failed runs"

    def of(self, totals: Totals) -> Decimal | int:
        match self:
            case Measure.SPENT:
                return totals.usd
            case Measure.TOKENS:
                return totals.total_tokens
            case Measure.RUNS:
                return totals.runs
            case Measure.FAILED:
                return totals.failed

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


def totals_facts(totals: Totals, before: Totals | None, now: datetime) -> list[Fact]:
    """`now` is local time. Of speed the medians are compared."""
    changes = period_changes(totals, before) if before is not None and before.runs else {}

    def change(name: str) -> str:
        return change_words(changes[name]) if name in changes else ""

    def spread(label: str, name: str, words: str) -> Fact:
        return Fact(f"{label} {PERCENTILES}", words, change(f"{name}.p50"))

    last = totals.last_run_at
    return [
        Fact("runs", runs_words(totals), change("runs")),
        Fact("failed", failed_words(totals), change("failure_rate")),
        Fact(
            "tokens",
            f"↑{totals.input_tokens:,} ↓{totals.output_tokens:,}",
            change("total_tokens"),
        ),
        Fact("spent", exact_dollars(totals.usd) + unknown_words(totals), change("usd")),
        spread("ttft", "ttft_ms", spread_words(totals.ttft_ms)),
        spread("tok/s", "tokens_per_second", speed_words(totals.tokens_per_second)),
        spread("latency", "latency_ms", spread_words(totals.latency_ms)),
        Fact("models", str(totals.models)),
        Fact("last run", when(last, now).strip() if last is not None else NONE),
    ]


def change_words(change: PeriodChange) -> str:
    """`▲ +12%`, `▼ -3 pp`, `±0%`; nothing where there is nothing to compare with."""
    if change.value is None:
        return ""
    words = str(change)
    return {"+": f"▲ {words}", "-": f"▼ {words}"}.get(words[0], words)


def period_words(days: str, before: Totals | None) -> str:
    """What the sums are of, and what they are compared with."""
    if before is None:
        return days
    return f"{days} · " + ("▲▼ against as long before" if before.runs else "no runs before")


def runs_words(totals: Totals) -> str:
    """`12 (2 blocked)`: two were stopped by a gate, nobody was asked."""
    blocked = f" ({totals.blocked:,} blocked)" if totals.blocked else ""
    return f"{totals.runs:,}{blocked}"


def failed_words(totals: Totals) -> str:
    rate = totals.failure_rate
    return NONE if rate is None else f"{rate:.0%}"


def unknown_words(totals: Totals) -> str:
    """` + 2?`: two calls of unknown cost come on top; nothing where every cost is known."""
    return f" + {totals.unknown_cost_calls:,}?" if totals.unknown_cost_calls else ""


def spread_words(spread: Spread | None) -> str:
    """`412/980/1210 ms`, `1.2/20.0/31.5 s`."""
    if spread is None:
        return NONE
    values = (spread.p50, spread.p95, spread.p99)
    if spread.p99 >= 10_000:
        return "/".join(f"{value / 1000:.1f}" for value in values) + " s"
    return "/".join(f"{value:.0f}" for value in values) + " ms"


def speed_words(spread: Spread | None) -> str:
    """`86/110/121`: tokens per second."""
    if spread is None:
        return NONE
    return "/".join(f"{value:.0f}" for value in (spread.p50, spread.p95, spread.p99))


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


def query_of(by: By, key: str, first: date | None, everywhere: bool) -> str:
    """The search for the runs of a group since the first day, as `core.query_parsing` has it. There
    is none for an hour of the day."""
    if by == "day":
        words = [f"on:{key}"]
    else:
        name = key.replace('"', " ")
        words = [f'{by}:"{name}"' if " " in name else f"{by}:{name}"]
        if first is not None:
            words.append(f"after:{first.isoformat()}")
    if everywhere and by != "workspace":
        words.append("workspace:*")
    return " ".join(words)
