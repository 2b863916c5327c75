"""Tables in Markdown: their columns, and their lines laid out in them.

Cells are padded and, where there is no room, wrapped; every character of a line keeps its place in
the line. As columns cannot be known before the end, and no end is waited for that may never come,
they are what the first `MEASURED` lines need.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from typing import NamedTuple

from rich.cells import cell_len

from tui_lab.ui.text.cells import clusters, is_plain, row_end
from tui_lab.ui.text.layout import Piece, Row

MEASURED = 64
"""Lines of a table. Those after them get the columns of those before."""

LONGEST_LINE = 2000
"""Characters. Longer lines are no rows of tables."""

_NARROWEST = 6
"""Cells to which a column shrinks; tables that need more room are shown as they came."""

_NARROWEST_NEED = 2
"""Cells of the widest character."""

_DELIMITER = re.compile(r" *(?:\| *)?:?-+:? *(?:\| *:?-+:? *)*(?:\| *)?")
_PIPE = re.compile(r"\\.|(\|)")


class Cells(NamedTuple):
    """Where the cells of a line are: behind the `opening`, each with the pipe after it, or none."""

    opening: int
    bounds: tuple[tuple[int, int], ...]


def cells_of(line: str) -> Cells | None:
    """The cells of a line that may stand in a table; None if it cannot."""
    if len(line) > LONGEST_LINE:
        return None
    pipes = _pipes(line)
    if not pipes:
        return None
    opening = 0
    if not line[: pipes[0]].strip(" "):
        opening = pipes.pop(0) + 1
    ends = [*pipes, len(line)]
    bounds = list(zip([opening, *(pipe + 1 for pipe in pipes)], ends, strict=True))
    if pipes and not line[pipes[-1] + 1 :].strip(" "):
        bounds.pop()
    return Cells(opening, tuple(bounds)) if line[opening:].strip(" ") else None


def is_delimiter(line: str) -> bool:
    """Whether this line may part the heads of a table from its rows."""
    return len(line) <= LONGEST_LINE and "|" in line and _DELIMITER.fullmatch(line) is not None


class Table:
    """A table of Markdown; `first` is the line with its heads, the next one its delimiter row."""

    def __init__(self, first: int, delimiter: str, cells: Cells) -> None:
        self.first = first
        self.count = 0
        self._sides = [_side(delimiter[start:end]) for start, end in cells.bounds]
        self._opening = 0
        self._needs = [_NARROWEST_NEED] * len(cells.bounds)
        self._fit: tuple[int, Sequence[int] | None] = (0, None)

    @property
    def lines(self) -> range:
        """Its lines so far."""
        return range(self.first, self.first + self.count)

    @property
    def is_full(self) -> bool:
        """Whether it has been measured as far as it is going to be."""
        return self.count >= MEASURED

    def add(self, line: str, cells: Cells) -> None:
        """Takes its next line."""
        is_delimiter_row = self.count == 1
        self.count += 1
        if self.count > MEASURED:
            return
        self._opening = max(self._opening, cell_len(line[: cells.opening]))
        for index, (start, end) in enumerate(cells.bounds[: len(self._needs)]):
            cell = line[start:end]
            need = len(cell) - cell.count("-") + 1 if is_delimiter_row else _need(cell)
            self._needs[index] = max(self._needs[index], need)

    def rows(self, number: int, line: str, width: int) -> list[Row] | None:
        """A line of it in rows of this width; None if there is no room for it in columns."""
        if self._fit[0] != width:
            self._fit = width, self._columns(width)
        columns, cells = self._fit[1], cells_of(line)
        if columns is None or cells is None or len(cells.bounds) > len(columns):
            return None
        is_delimiter_row = number == self.first + 1
        laid = _LaidLine()
        laid.put(0, self._opening - cell_len(line[: cells.opening]), 0, line[: cells.opening])
        at = self._opening
        for index, (start, end) in enumerate(cells.bounds):
            cell, size = line[start:end], columns[index]
            if is_delimiter_row:
                _put_rule(laid, at, start, cell, size)
            else:
                _put_cell(laid, at, start, cell, size, self._sides[index])
            at += size
            # What is behind the last pipe is blank.
            pipe = line[end:] if index == len(cells.bounds) - 1 else "|"
            laid.put(0, at, end, pipe)
            at += 1
        return laid.rows(number, "-" if is_delimiter_row else " ")

    def _columns(self, width: int) -> list[int] | None:
        """The cells of each column, the widest ones narrowed until all have room."""
        room = width - self._opening - len(self._needs)
        if room < sum(min(need, _NARROWEST) for need in self._needs):
            return None

        def taken(most: int) -> int:
            return sum(min(need, most) for need in self._needs)

        most = bisect_right(range(max(self._needs) + 1), room, key=taken) - 1
        columns = [min(need, most) for need in self._needs]
        for index, need in enumerate(self._needs):
            if need > most and sum(columns) < room:
                columns[index] += 1
        return columns


class _LaidLine:
    """The rows of one line, filled from left to right."""

    def __init__(self) -> None:
        self._rows: list[list[Piece]] = [[]]
        self._reached = [0]

    def put(self, row: int, column: int, start: int, text: str, hidden: int = 0) -> None:
        """Some of its characters, at this column or behind what is there already."""
        if not text:
            return
        if row == len(self._rows):
            self._rows.append([])
            self._reached.append(0)
        pad = max(0, column - self._reached[row])
        self._rows[row].append(Piece(start, text, pad, hidden))
        self._reached[row] += pad + cell_len(text) - hidden

    def rows(self, number: int, fill: str) -> list[Row]:
        return [Row(number, tuple(pieces), fill) for pieces in self._rows]


def _put_cell(laid: _LaidLine, column: int, start: int, cell: str, size: int, side: str) -> None:
    core = cell.rstrip(" ")
    blanks = len(cell) - len(cell.lstrip(" "))
    row = begin = indent = 0
    while begin < len(cell):
        end = row_end(core, begin, size - indent)
        text = cell[begin:end]
        over = cell_len(text) - size + indent
        hidden = max(0, min(over, len(text) - len(text.rstrip(" "))))
        spare = max(0, -over)
        shift = indent + {"right": spare, "centre": spare // 2}.get(side, 0)
        laid.put(row, column + shift, start + begin, text, hidden)
        begin = len(cell) if end is None else end
        row += 1
        indent = blanks if blanks <= size // 2 and size - blanks >= _NARROWEST_NEED else 0


def _put_rule(laid: _LaidLine, column: int, start: int, cell: str, size: int) -> None:
    """The dashes under a head, as many as there is room for."""
    last = cell.rindex("-")
    over = len(cell) - size
    hidden = max(0, min(over, cell.count("-") - 1))
    laid.put(0, column, start, cell[:last], hidden)
    laid.put(0, column + last - over, start + last, cell[last:])


def _need(cell: str) -> int:
    """The cells it takes; of the blanks at its end one is enough."""
    core = cell.rstrip(" ")
    return cell_len(core) + (len(core) < len(cell))


def _side(delimiter: str) -> str:
    match delimiter.strip(" ").startswith(":"), delimiter.strip(" ").endswith(":"):
        case False, True:
            return "right"
        case True, True:
            return "centre"
        case _:
            return "left"


def _pipes(line: str) -> list[int]:
    """The pipes that part cells: not escaped, and with no mark that would stand over them."""
    found = [match.start() for match in _PIPE.finditer(line) if match[1]]
    if found and not is_plain(line):
        whole = {start for start, end, _ in clusters(line) if end - start == 1}
        found = [pipe for pipe in found if pipe in whole]
    return found
