"""Lines wrapped to a width, growing at their end.

Rows are the only place where the text is kept, so what is shown cannot differ from what came.
Adding text costs the same however long the text is, even within one endless line: only the last
row is open, those before it are settled for good.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from typing import NamedTuple

from rich.cells import cell_len

from tui_lab.ui.text.cells import row_end

NARROWEST = 2


class Row(NamedTuple):
    """One line of the screen: a piece of a line of the text, from its character `start`."""

    line: int
    start: int
    text: str

    @property
    def end(self) -> int:
        return self.start + len(self.text)


class Layout:
    def __init__(self, width: int) -> None:
        self.width = max(NARROWEST, width)
        self.rows = [Row(0, 0, "")]
        self._first_rows = [0]
        self._measured_rows = 0
        self._measured_cells = 0

    @property
    def last_line(self) -> int:
        return len(self._first_rows) - 1

    @property
    def column(self) -> int:
        """The cells of the open line so far."""
        for row in self.rows[self._measured_rows : -1]:
            self._measured_cells += cell_len(row.text)
        self._measured_rows = len(self.rows) - 1
        return self._measured_cells + cell_len(self.rows[-1].text)

    def extend(self, text: str) -> None:
        """Adds text, without newlines, to the open line."""
        line, start, tail = self.rows.pop()
        tail += text
        begin = 0
        while (end := row_end(tail, begin, self.width)) is not None:
            self.rows.append(Row(line, start + begin, tail[begin:end]))
            begin = end
        self.rows.append(Row(line, start + begin, tail[begin:]))

    def break_line(self) -> None:
        """Begins the next line."""
        self._measured_cells = 0
        self._measured_rows = len(self.rows)
        self._first_rows.append(len(self.rows))
        self.rows.append(Row(self.last_line, 0, ""))

    def rewrapped(self, width: int) -> Layout:
        """The same lines for another width."""
        other = Layout(width)
        for number, line in enumerate(self.lines()):
            if number:
                other.break_line()
            other.extend(line)
        return other

    def first_row(self, line: int) -> int:
        return self._first_rows[line]

    def row_at(self, line: int, offset: int) -> int:
        """The row in which this character of this line stands, or the last one there is."""
        line = min(line, self.last_line)
        begin = self._first_rows[line]
        end = self._first_rows[line + 1] if line < self.last_line else len(self.rows)
        return bisect_right(self.rows, offset, begin, end, key=lambda row: row.start) - 1

    def line(self, number: int) -> str:
        return "".join([row.text for row in self._rows_of(number)])

    def lines(self, begin: int = 0) -> Iterator[str]:
        return (self.line(number) for number in range(begin, len(self._first_rows)))

    def _rows_of(self, line: int) -> list[Row]:
        begin = self._first_rows[line]
        end = self._first_rows[line + 1] if line < self.last_line else len(self.rows)
        return self.rows[begin:end]
