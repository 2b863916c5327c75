"""A batch that is over, in a line; its repeats, in a table."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal

from rich.cells import cell_len

from tui_lab.core.batch_comparison import Leaders, Repeats, leaders
from tui_lab.core.money import cost_words, dollars
from tui_lab.core.record import RunRecord
from tui_lab.core.sanitise import sanitise_line
from tui_lab.core.statistics import Spread
from tui_lab.ui.text.run_line import fitted

SEPARATOR = " · "
NONE = "–"
HEADINGS = ("mean", "p50", "p95")
LABEL_CELLS, CELLS = 14, 11


def leaders_line(runs: Sequence[RunRecord], width: int) -> str:
    """`first slow 13 ms · fastest fast 205/s · longest drop 1,204 chars`.

    Where there is not room for all of it the values are left to the lanes, then names give way.
    """
    told = [(label, _name(run, runs), value) for label, run, value in _told(leaders(runs))]
    line = SEPARATOR.join(map(" ".join, told))
    if cell_len(line) <= width:
        return line
    fixed = sum(len(label) + 1 for label, _, _ in told) + len(SEPARATOR) * (len(told) - 1)
    cells = _shares([cell_len(name) for _, name, _ in told], width - fixed)
    return SEPARATOR.join(
        f"{label} {fitted(name, room)}" for (label, name, _), room in zip(told, cells, strict=True)
    )


def _told(found: Leaders) -> Iterator[tuple[str, RunRecord, str]]:
    if (run := found.soonest) is not None:
        yield "first", run, f"{run.timing.ttft_ms:.0f} ms"
    if (run := found.fastest) is not None:
        yield "fastest", run, f"{run.timing.tokens_per_second:.0f}/s"
    if (run := found.cheapest) is not None:
        yield "cheapest", run, cost_words(run)
    if (run := found.longest) is not None:
        yield "longest", run, f"{len(run.text):,} chars"


def _name(run: RunRecord, runs: Sequence[RunRecord]) -> str:
    """The model's own name, and which of its repeats."""
    name = sanitise_line(run.model).rpartition("/")[2]
    same = [one.id for one in runs if one.model == run.model]
    return name if len(same) == 1 else f"{name} #{same.index(run.id) + 1}"


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
