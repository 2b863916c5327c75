"""The groups of statistics as rows of a table that fits: names give way first, then columns."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.cells import cell_len

from tui_lab.core.sanitise import sanitise_line
from tui_lab.ui.text.run_line import fitted
from tui_lab.ui.text.stat_words import failed_words, spread_words, unknown_words

if TYPE_CHECKING:
    from tui_lab.core.statistics import Totals

NARROWEST_NAME = 14
WIDEST_NAME = 44
GAP = "  "


@dataclass(frozen=True, slots=True)
class GroupTable:
    """A line of headings, and a line for each group, of the same width."""

    heading: str
    rows: Mapping[str, str]


def group_table(by: str, groups: Mapping[str, Totals], width: int) -> GroupTable:
    """The columns stand in the order of what is asked most, so the last are left out first."""
    columns = [["spent", *_money(list(groups.values()))]]
    columns += [[heading, *map(cell, groups.values())] for heading, cell in _COLUMNS]
    columns = [_aligned(column) for column in columns]
    names = [by, *map(sanitise_line, groups)]
    longest = max(map(cell_len, names))
    least = min(longest, NARROWEST_NAME)
    while columns and least + _cells(columns) > width:
        columns.pop()
    name = min(max(longest, NARROWEST_NAME), WIDEST_NAME, width - _cells(columns))
    lines = [
        GAP.join([fitted(words, name), *cells])
        for words, *cells in zip(names, *columns, strict=True)
    ]
    return GroupTable(lines[0], dict(zip(groups, lines[1:], strict=True)))


def _cells(columns: list[list[str]]) -> int:
    return sum(len(GAP) + len(column[0]) for column in columns)


def _money(groups: Sequence[Totals]) -> list[str]:
    """Every digit, the points below each other; behind, how many costs are unknown."""
    exact = [totals.usd.normalize() for totals in groups]
    places = max((-min(0, int(usd.as_tuple().exponent)) for usd in exact), default=0)
    unknown = [unknown_words(totals) for totals in groups]
    width = max(map(len, unknown), default=0)
    return [
        f"${usd:,.{places}f}{words:<{width}}" for usd, words in zip(exact, unknown, strict=True)
    ]


def _aligned(column: list[str]) -> list[str]:
    """Numbers to the right, below their heading."""
    width = max(map(len, column))
    return [one.rjust(width) for one in column]


_COLUMNS: tuple[tuple[str, Callable[[Totals], str]], ...] = (
    ("runs", lambda totals: f"{totals.runs:,}"),
    ("failed", failed_words),
    ("tokens in", lambda totals: f"{totals.input_tokens:,}"),
    ("out", lambda totals: f"{totals.output_tokens:,}"),
    ("ttft p50/p95", lambda totals: spread_words(totals.ttft_ms)),
    ("latency p50/p95", lambda totals: spread_words(totals.latency_ms)),
    (
        "tok/s",
        lambda totals: f"{totals.tokens_per_second.p50:.0f}" if totals.tokens_per_second else "–",
    ),
)
