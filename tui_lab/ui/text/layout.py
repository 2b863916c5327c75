"""Lines wrapped to a width, growing at their end.

Rows are the only place where the text is kept, so what is shown cannot differ from what came.
Adding text costs the same however long the text is, even within one endless line: only the last
row is open, those before it are settled. Lines that are whole can be taken out and put in again.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from typing import NamedTuple

from rich.cells import cell_len

from tui_lab.ui.text.cells import row_end
from tui_lab.ui.text.markers import hanging

NARROWEST = 2


class Piece(NamedTuple):
    """Characters of a line, from `start` on, behind `pad` empty cells.

    The last `hidden` ones, blanks or dashes of one cell each, have no room and are not drawn.
    """

    start: int
    text: str
    pad: int = 0
    hidden: int = 0

    @property
    def end(self) -> int:
        return self.start + len(self.text)

    @property
    def drawn(self) -> str:
        return self.text[: len(self.text) - self.hidden]


class Row(NamedTuple):
    """One line of the screen: pieces of one line of the text, padded with `fill`."""

    line: int
    pieces: tuple[Piece, ...]
    fill: str = " "

    @property
    def start(self) -> int:
        return self.pieces[0].start

    @property
    def drawn(self) -> str:
        """All that is seen of it."""
        return "".join([self.fill * piece.pad + piece.drawn for piece in self.pieces])


class Layout:
    """With `hang`, the rows of a line stand below the text of its first one, not its bullet."""

    def __init__(self, width: int, *, hang: bool = True) -> None:
        self.width = max(NARROWEST, width)
        self.rows = [Row(0, (Piece(0, ""),))]
        self._hang = hang
        self._first_rows = [0]
        self._measured_rows = 0
        self._measured_cells = 0

    @property
    def last_line(self) -> int:
        return len(self._first_rows) - 1

    @property
    def length(self) -> int:
        """The characters of the open line so far."""
        return self.rows[-1].pieces[0].end

    @property
    def column(self) -> int:
        """The cells of the open line so far."""
        for row in self.rows[self._measured_rows : -1]:
            self._measured_cells += cell_len(row.pieces[0].text)
        self._measured_rows = len(self.rows) - 1
        return self._measured_cells + cell_len(self.rows[-1].pieces[0].text)

    def extend(self, text: str) -> None:
        """Adds text, without newlines, to the open line."""
        line, ((start, tail, pad, _),), _ = self.rows.pop()
        tail += text
        begin = 0
        while (end := row_end(tail, begin, self.width - pad)) is not None:
            self.rows.append(Row(line, (Piece(start + begin, tail[begin:end], pad),)))
            if self._hang and start + begin == 0:
                pad = hanging(tail[:end], self.width)
            begin = end
        self.rows.append(Row(line, (Piece(start + begin, tail[begin:], pad),)))

    def break_line(self) -> None:
        """Begins the next line."""
        self._measured_cells = 0
        self._measured_rows = len(self.rows)
        self._first_rows.append(len(self.rows))
        self.rows.append(Row(self.last_line, (Piece(0, ""),)))

    def cut(self, line: int) -> list[str]:
        """Takes out all lines from this one on; they are to be added again, at least one."""
        lines = list(self.lines(line))
        del self.rows[self._first_rows[line] :]
        del self._first_rows[line:]
        return lines

    def put(self, rows: list[Row]) -> None:
        """The rows of the open line, which is whole and empty so far."""
        self.rows[-1:] = rows

    def first_row(self, line: int) -> int:
        return self._first_rows[line]

    def row_at(self, line: int, offset: int) -> int:
        """The row in which this character of this line stands, or the last one there is."""
        line = min(line, self.last_line)
        begin, end = self._reach(line)
        row = bisect_right(self.rows, offset, begin, end, key=lambda row: row.start) - 1
        if len(self.rows[begin].pieces) > 1:
            # Rows of columns: each has some of every cell.
            for above in range(row, begin - 1, -1):
                if any(piece.start <= offset < piece.end for piece in self.rows[above].pieces):
                    return above
        return row

    def line(self, number: int) -> str:
        begin, end = self._reach(number)
        pieces = [piece for row in self.rows[begin:end] for piece in row.pieces]
        if len(self.rows[begin].pieces) > 1:
            pieces.sort()
        return "".join([piece.text for piece in pieces])

    def open_line(self, length: int) -> str:
        """So many characters of the open line, or some more; all of it if it has no more."""
        pieces = []
        for number in range(self._first_rows[-1], len(self.rows)):
            if length <= 0:
                break
            pieces.append(self.rows[number].pieces[0].text)
            length -= len(pieces[-1])
        return "".join(pieces)

    def lines(self, begin: int = 0) -> Iterator[str]:
        return (self.line(number) for number in range(begin, len(self._first_rows)))

    def _reach(self, line: int) -> tuple[int, int]:
        begin = self._first_rows[line]
        return begin, self._first_rows[line + 1] if line < self.last_line else len(self.rows)
