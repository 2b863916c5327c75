"""The part of a row that is seen through a window narrower than the row."""

from __future__ import annotations

from rich.cells import cell_len

from tui_lab.ui.text.cells import clusters, is_plain
from tui_lab.ui.text.layout import Piece, Row


def clipped(row: Row, left: int, right: int) -> Row:
    """What of it stands in the columns from `left` to `right`, that one not included.

    A wide character across an edge is left out.
    """
    pieces = []
    column, reached = 0, left
    for piece in row.pieces:
        column += piece.pad
        begin, end, cells = _within(piece.drawn, left - column, right - column)
        text = piece.drawn[begin:end]
        at = column + cells if text else min(column, right)
        if text or at > reached:
            pieces.append(Piece(piece.start + begin, text, at - reached))
            reached = at + cell_len(text)
        column += cell_len(piece.drawn)
    return Row(row.line, tuple(pieces) or (Piece(row.start, ""),), row.fill)


def _within(text: str, left: int, right: int) -> tuple[int, int, int]:
    """The characters in these columns, `end` not included, and the column of the first."""
    if is_plain(text):
        begin = max(0, min(left, len(text)))
        return begin, max(begin, min(right, len(text))), begin
    column = 0
    inside = []
    for start, end, cells in clusters(text):
        if column >= left and column + cells <= right:
            inside.append((start, end, column))
        column += cells
    return (inside[0][0], inside[-1][1], inside[0][2]) if inside else (0, 0, 0)
