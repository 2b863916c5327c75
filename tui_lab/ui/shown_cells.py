"""What the terminal shows, cell by cell, so that only what differs from it is sent.

Textual sends whole regions: a text area entirely for each key, a row from its start for each token.
Over a slow link that is what one waits for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import repeat

from rich.console import Console
from textual._compositor import ChopsUpdate, CompositorUpdate, LayoutUpdate
from textual.strip import Strip

from tui_lab.ui.disputed_widths import anchored, is_disputed
from tui_lab.ui.text.cells import is_plain

Piece = tuple[int, int, Strip]
"""A row, the first column, and what stands from there on."""


class ShownCells:
    """Remembers what was sent.

    Where characters are not certainly one cell wide, terminals disagree about the places of those
    behind them: a piece with such a character is sent whole or not at all.
    """

    def __init__(self) -> None:
        self._rows: dict[int, list[object]] = {}

    def forget(self) -> None:
        """What the terminal shows is not known any more."""
        self._rows.clear()

    def changes(self, pieces: Iterable[Piece]) -> Iterator[Piece]:
        """The parts of these pieces that the terminal does not show yet, and now will."""
        for y, x, strip in pieces:
            plain = is_plain(strip.text)
            cells = _cells(strip) if plain else _indivisible(strip)
            row = self._rows.setdefault(y, [])
            row += repeat(None, x + len(cells) - len(row))
            before, row[x : x + len(cells)] = row[x : x + len(cells)], cells
            if before == cells:
                continue
            if plain:
                first, last = _difference(before, cells)
                yield y, x + first, strip.crop(first, last)
            else:
                yield y, x, strip


class ChangedCells(CompositorUpdate):
    """An update of the screen, less what is shown already. A full one is sent as it is."""

    def __init__(self, update: LayoutUpdate | ChopsUpdate, shown: ShownCells) -> None:
        self._update = update
        self._shown = shown

    def render_segments(self, console: Console) -> str:
        if isinstance(self._update, LayoutUpdate):
            self._shown.forget()
            pieces = _rows_of(self._update)
        else:
            pieces = _pieces_of(self._update)
        written: list[str] = []
        behind: tuple[int, int] | None = None
        for y, x, strip in self._shown.changes(pieces):
            if (y, x) != behind:
                written.append(f"\x1b[{y + 1};{x + 1}H")
            sent = anchored(strip, y, x) if is_disputed(strip.text) else strip
            written.append(sent.render(console))
            behind = (y, x + strip.cell_length) if is_plain(strip.text) else None
        return "".join(written)


def _cells(strip: Strip) -> list[object]:
    cells: list[object] = []
    for segment in strip:
        cells += zip(segment.text, repeat(segment.style), strict=False)
    return cells


def _indivisible(strip: Strip) -> list[object]:
    """Cells that are those of no other piece, not even of one with the same text elsewhere."""
    return [(strip, at) for at in range(strip.cell_length)]


def _difference(before: list[object], now: list[object]) -> tuple[int, int]:
    """The range outside of which two lists of one length are the same; they differ."""
    unlike = [at for at, (one, other) in enumerate(zip(before, now, strict=True)) if one != other]
    return unlike[0], unlike[-1] + 1


def _rows_of(update: LayoutUpdate) -> Iterator[Piece]:
    for y, strips in enumerate(update.strips, update.region.y):
        x = update.region.x
        for strip in strips:
            yield y, x, strip
            x += strip.cell_length


def _pieces_of(update: ChopsUpdate) -> Iterator[Piece]:
    for y, begin, end in update.spans:
        for piece_end, (x, strip) in zip(
            update.chop_ends[y], update.chops[y].items(), strict=False
        ):
            if strip is not None and x < end and piece_end > begin:
                yield y, x, strip if piece_end <= end else strip.crop(0, end - x)
