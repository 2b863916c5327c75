"""A batch that is over, in a line; its repeats, in a table."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

from rich.cells import cell_len

from tui_lab.core.batch_comparison import Repeats, leaders
from tui_lab.core.money import cost_words, dollars
from tui_lab.core.record import RunRecord
from tui_lab.core.sanitise import sanitise_line
from tui_lab.core.statistics import Spread
from tui_lab.ui.text.run_line import fitted

SEPARATOR = " · "
CLEAR = 8
"""Cells of a name that tell whose it is."""

NONE = "–"
HEADINGS = ("mean", "p50", "p95")
LABEL_CELLS, CELLS = 14, 11


class _Leader(NamedTuple):
    label: str
    name: str
    number: str
    value: str


def leaders_line(runs: Sequence[RunRecord], width: int) -> str:
    """`first slow 13 ms · fastest fast 205/s · longest drop 1,204 chars`.

    Names give way; where little were left of them, the values are left to the lanes.
    """
    told = [_Leader(label, *_name(run, runs), f" {value}") for label, run, value in _told(runs)]
    line, is_clear = _line(told, width)
    return line if is_clear else _line([one._replace(value="") for one in told], width)[0]


def _line(told: Sequence[_Leader], width: int) -> tuple[str, bool]:
    """The line, and whether its names can still be read."""
    fixed = sum(len(one.label) + 1 + len(one.number) + len(one.value) for one in told)
    fixed += len(SEPARATOR) * (len(told) - 1)
    wanted = [cell_len(one.name) for one in told]
    cells = _shares(wanted, width - fixed)
    parts = (
        f"{one.label} {fitted(one.name, room)}{one.number}{one.value}"
        for one, room in zip(told, cells, strict=True)
    )
    is_clear = all(room >= min(want, CLEAR) for room, want in zip(cells, wanted, strict=True))
    return SEPARATOR.join(parts), is_clear


def _told(runs: Sequence[RunRecord]) -> Iterator[tuple[str, RunRecord, str]]:
    found = leaders(runs)
    if (run := found.soonest) is not None:
        yield "first", run, f"{run.timing.ttft_ms:.0f} ms"
    if (run := found.fastest) is not None:
        yield "fastest", run, f"{run.timing.tokens_per_second:.0f}/s"
    if (run := found.cheapest) is not None:
        yield "cheapest", run, cost_words(run)
    if (run := found.longest) is not None:
        yield "longest", run, f"{len(run.text):,} chars"


def _name(run: RunRecord, runs: Sequence[RunRecord]) -> tuple[str, str]:
    """The model's own name, and which of its repeats."""
    name = sanitise_line(run.model).rpartition("/")[2]
    same = [one.id for one in runs if one.model == run.model]
    return name, "" if len(same) == 1 else f" #{same.index(run.id) + 1}"


def _shares(wanted: Sequence[int], room: int) -> list[int]:
    """What each may have of the room: all it wants, else an equal part of what others leave."""
    shares = dict.fromkeys(range(len(wanted)), 0)
    for left, index in enumerate(sorted(shares, key=lambda index: wanted[index])):
        shares[index] = max(0, min(wanted[index], room // (len(wanted) - left)))
        room -= shares[index]
    return list(shares.values())


def repeats_rows(one: Repeats) -> list[str]:
    """A title, headings, a line for each measure."""
    answers = f"{one.distinct} distinct answer{'' if one.distinct == 1 else 's'}"
    failed = f" · {one.runs - one.whole} not whole" if one.whole < one.runs else ""
    runs = f"{one.runs} run{'' if one.runs == 1 else 's'}"
    mark = "~" if one.estimated else ""
    return [
        f"{sanitise_line(one.model)} · {runs}{failed} · {answers}",
        _row("", HEADINGS),
        _measured("ttft", one.ttft_ms, _milliseconds),
        _measured("latency", one.latency_ms, _milliseconds),
        _measured("tok/s", one.tokens_per_second, lambda value: f"{value:.0f}"),
        _measured("tokens out", one.output_tokens, lambda value: f"{value:.0f}{mark}"),
        _measured("cost", one.usd, lambda value: mark + dollars(Decimal(str(value)))),
    ]


def _measured(label: str, spread: Spread | None, words: Callable[[float], str]) -> str:
    if spread is None:
        return _row(label, [NONE])
    return _row(label, [words(value) for value in (spread.mean, spread.p50, spread.p95)])


def _row(label: str, cells: Sequence[str]) -> str:
    return f"{label:<{LABEL_CELLS}}" + "".join(cell.rjust(CELLS) for cell in cells)


def _milliseconds(value: float) -> str:
    return f"{value / 1000:.1f} s" if value >= 10_000 else f"{value:.0f} ms"
