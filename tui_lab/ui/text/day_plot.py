"""A number of each day as bars of dots, with an axis to the left and days below."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from math import ceil

from textual.content import Content

WIDEST_BAR = 24
"""Dots; two of them are one cell wide, four of them one cell high."""

GAP = 2
"""Dots between two bars, where they are wide enough."""

AXIS = 14
"""Cells that are kept for the axis where bars are so many that each of them counts."""

LOWEST, NARROWEST = 5, 2 * AXIS
"""Rows and columns without which there is nothing to be seen."""

_STEPS = tuple(map(Decimal, ("1", "1.2", "1.6", "2", "3", "4", "6", "8", "10")))


@dataclass(frozen=True, slots=True)
class Bars:
    """Values one after the other, each the sum of `days` days; the first begins with `first`."""

    first: date
    days: int
    values: tuple[Decimal, ...]

    @classmethod
    def of(cls, values: Sequence[Decimal], first: date, days: int) -> Bars:
        """Of one value for each day. The last bar is whole; the first may lack days."""
        short = -len(values) % days
        padded = [Decimal(0)] * short + list(values)
        sums = [sum(padded[at : at + days], Decimal(0)) for at in range(0, len(padded), days)]
        return cls(first - timedelta(days=short), days, tuple(sums))

    def day(self, bar: int) -> date:
        """The first day of a bar."""
        return self.first + timedelta(days=bar * self.days)


def days_of_bar(days: int, width: int) -> int:
    """How many days one bar is the sum of, so that all of them fit into so many columns."""
    return max(1, ceil(days / max(1, width - AXIS)))


def axis_end(most: Decimal, *, whole: bool) -> Decimal:
    """The number at the top of the axis, not below `most`: it and its half are easily read."""
    power = Decimal(1).scaleb(most.adjusted())
    ends = (step * power for step in _STEPS)
    return next(end for end in ends if end >= most and not (whole and end % 2))


def plot(
    values: Sequence[Decimal],
    first: date,
    size: tuple[int, int],
    *,
    label: Callable[[Decimal], str],
    whole: bool,
    ink: str = "",
    axis_ink: str = "",
) -> list[Content]:
    """The rows of the plot. The values are those of each day.

    Nothing if the size, columns and rows, is too small for it, or all values are zero. `whole`:
    they are counted, not measured.
    """
    width, height = size
    most = max(values, default=Decimal(0))
    if height < LOWEST or width < NARROWEST or most <= 0:
        return []
    bars = Bars.of(values, first, days_of_bar(len(values), width))
    end = axis_end(max(bars.values), whole=whole)
    labels = {0: label(end), (height - 2) // 2: label(end / 2), height - 2: label(Decimal(0))}
    left = max(map(len, labels.values())) + 2
    columns = width - left
    if columns < len(bars.values):
        return []
    slot = 2 * columns // len(bars.values)
    drawn = _drawn(bars.values, end, columns, height - 2)
    rows = []
    for number, dots in enumerate(drawn):
        axis = f"{labels.get(number, ''):>{left - 2}} {'┤' if number in labels else '│'}"
        rows.append(Content.assemble((axis, axis_ink), (dots, ink)))
    foot = f"{labels[height - 2]:>{left - 2}} └" + "─" * columns
    days = " " * left + _days(bars, slot, columns)
    return [*rows, Content.styled(foot, axis_ink), Content.styled(days, axis_ink)]


def _drawn(values: Sequence[Decimal], end: Decimal, columns: int, rows: int) -> list[str]:
    from plotille import Canvas  # not before there is something to plot

    slot = 2 * columns // len(values)
    bar = min(WIDEST_BAR, slot - GAP if slot > 2 * GAP else slot)
    canvas = Canvas(columns, rows, xmax=2 * columns, ymax=4 * rows)
    for number, value in enumerate(values):
        if value > 0:
            top = max(1, round(value / end * 4 * rows)) - 1
            begin = number * slot + (slot - bar) // 2
            for x in range(begin, begin + bar):
                canvas.line(x, 0, x, top)
    drawn: str = canvas.plot(linesep="\n")
    return drawn.split("\n")


def _days(bars: Bars, slot: int, columns: int) -> str:
    """The days under their bars, as many as have room."""
    count = len(bars.values)
    years = count * bars.days > 366
    line = ""
    for number in range(count):
        day = bars.day(number)
        name = f"{day:%b %Y}" if years else f"{day.day} {day:%b}"
        begin = max(0, (number * slot + slot // 2) // 2 - len(name) // 2)
        begin = min(begin, columns - len(name))
        if not line or begin >= len(line) + 2:
            line = line.ljust(begin) + name
    return line
