"""The groups of statistics as rows of a table that fits: names give way first, then columns."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.cells import cell_len

from tui_lab.core.period_change import period_changes
from tui_lab.core.sanitise import sanitise_line
from tui_lab.ui.text.run_line import fitted
from tui_lab.ui.text.stat_words import (
    NONE,
    PERCENTILES,
    change_words,
    failed_words,
    speed_words,
    spread_words,
    unknown_words,
)

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


def group_table(
    by: str,
    groups: Mapping[str, Totals],
    width: int,
    before: Mapping[str, Totals] | None = None,
    *,
    speed: bool = False,
) -> GroupTable:
    """What each took, and how many more runs it were than in the period `before`; or how fast each
    was. The columns stand in the order of what is asked most, so the last are left out first."""
    found = list(groups.values())
    columns = [] if speed else [["spent", *_money(found)]]
    columns += [
        [heading, *map(cell, found)]
        for heading, cell in ((*_SPEED, *_RUNS) if speed else (*_RUNS, *_TOKENS))
    ]
    if before is not None:
        changes = [_change(totals, before.get(key)) for key, totals in groups.items()]
        columns.insert(len(columns) if speed else 3, ["runs ▲▼", *changes])
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


def _change(now: Totals, before: Totals | None) -> str:
    """In runs; `new` where there were none before."""
    if before is None or not before.runs:
        return "new" if now.runs else NONE
    return change_words(period_changes(now, before)["runs"])


_Column = tuple[str, Callable[["Totals"], str]]

_RUNS: tuple[_Column, ...] = (("runs", lambda totals: f"{totals.runs:,}"), ("failed", failed_words))
_TOKENS: tuple[_Column, ...] = (
    ("tokens in", lambda totals: f"{totals.input_tokens:,}"),
    ("out", lambda totals: f"{totals.output_tokens:,}"),
)
_SPEED: tuple[_Column, ...] = (
    (f"ttft {PERCENTILES}", lambda totals: spread_words(totals.ttft_ms)),
    (f"latency {PERCENTILES}", lambda totals: spread_words(totals.latency_ms)),
    (f"tok/s {PERCENTILES}", lambda totals: speed_words(totals.tokens_per_second)),
)
