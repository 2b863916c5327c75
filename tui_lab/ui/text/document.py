"""A text that grows by pieces: its rows for the screen, their colours, its blocks of code."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from tui_lab.ui.text.fences import Fences, Line
from tui_lab.ui.text.highlight import Highlighter, Ink, Span
from tui_lab.ui.text.layout import Layout, Row

TAB = 4
"""Cells from tab stop to tab stop."""

_LINE_INKS = {Line.HEADING: Ink.HEADING, Line.FENCE: Ink.FENCE, Line.CODE: Ink.CODE}


class Place(NamedTuple):
    """A character of a document, tabs counted as the spaces they are drawn as."""

    line: int
    offset: int


@dataclass(slots=True)
class _Block:
    language: str
    first: int
    end: int | None = None


class Document:
    """The same text in any pieces gives the same rows and colours.

    The text must be safe to draw. `markdown` says whether fences and headings mean anything,
    `language` what all of it is written in but for the lines that begin with `title_mark`.
    """

    def __init__(
        self, width: int, *, markdown: bool, language: str = "", title_mark: str = ""
    ) -> None:
        self._title_mark = title_mark
        self._layout = Layout(width)
        self._markdown = markdown
        self._fences = Fences()
        self._highlighter = Highlighter(language) if language else None
        self._spans: dict[int, tuple[Span, ...]] = {}
        self._tabs: dict[int, list[tuple[int, int]]] = {}
        self._blocks: list[_Block] = []

    @property
    def rows(self) -> Sequence[Row]:
        return self._layout.rows

    @property
    def text(self) -> str:
        """All of it, as it was put in."""
        return self.copy(Place(0, 0), None)

    def append(self, text: str) -> int:
        """Adds text at the end. Returns the first row that may look different now."""
        changed = len(self.rows) - 1
        first, *rest = text.split("\n")
        self._extend(first)
        for piece in rest:
            changed = min(changed, self._layout.first_row(self._layout.last_line))
            self._settle()
            self._layout.break_line()
            self._extend(piece)
        return changed

    def end(self) -> int:
        """No more text comes: the last line is what it is. Returns the first row it changes."""
        self._settle()
        return self._layout.first_row(self._layout.last_line)

    def rewrap(self, width: int) -> None:
        self._layout = self._layout.rewrapped(width)

    def row_at(self, place: Place) -> int:
        """The number of the row that shows this character."""
        return self._layout.row_at(*place)

    def spans(self, row: Row) -> Iterator[Span]:
        """What is coloured in a row, counted from its first character."""
        for start, end, ink in self._line_spans(row):
            if start < row.end and end > row.start:
                yield Span(max(0, start - row.start), min(end, row.end) - row.start, ink)

    def lines(self, begin: int = 0) -> Iterator[str]:
        """The lines as drawn."""
        return self._layout.lines(begin)

    def code_blocks(self) -> list[tuple[str, str]]:
        """(language, code) of every fence, also of one that is not closed yet."""
        return [
            (
                block.language,
                "".join(
                    self._with_tabs(number, 0, None) + "\n"
                    for number in range(block.first, self._end_of(block))
                ),
            )
            for block in self._blocks
        ]

    def copy(self, start: Place, end: Place | None) -> str:
        """The text between two places, the second not included; None is the very end."""
        last = self._layout.last_line if end is None else min(end.line, self._layout.last_line)
        pieces = []
        for number in range(max(0, start.line), last + 1):
            begin = start.offset if number == start.line else 0
            stop = end.offset if end is not None and number == end.line else None
            pieces.append(self._with_tabs(number, begin, stop))
        return "\n".join(pieces)

    def _extend(self, piece: str) -> None:
        first, *rest = piece.split("\t")
        if first:
            self._layout.extend(first)
        for part in rest:
            line, start = self._layout.last_line, self.rows[-1].end
            width = TAB - self._layout.column % TAB
            self._tabs.setdefault(line, []).append((start, start + width))
            self._layout.extend(" " * width + part)

    def _with_tabs(self, number: int, begin: int, end: int | None) -> str:
        line = self._layout.line(number)
        end = len(line) if end is None else min(end, len(line))
        pieces = []
        for start, stop in self._tabs.get(number, ()):
            if begin < stop and start < end:
                pieces += [line[begin:start], "\t"]
                begin = stop
        return "".join(pieces) + line[begin:end]

    def _settle(self) -> None:
        """Decides what the last line is, now that it is whole."""
        number = self._layout.last_line
        line = self._layout.line(number)
        if not self._markdown:
            if self._title_mark and line.startswith(self._title_mark):
                self._spans[number] = (Span(0, len(line), Ink.HEADING),)
            elif self._highlighter is not None:
                self._spans[number] = self._highlighter.line(line)
            return
        was_inside = self._fences.inside
        kind = self._fences.take(line)
        if kind is Line.FENCE:
            self._enter_or_leave(number, was_inside)
        spans = [Span(0, len(line), _LINE_INKS[kind])] if kind in _LINE_INKS else []
        if kind is Line.CODE and self._highlighter is not None:
            spans += self._highlighter.line(line)
        if spans:
            self._spans[number] = tuple(spans)

    def _enter_or_leave(self, number: int, was_inside: bool) -> None:
        if was_inside:
            self._blocks[-1].end = number
            self._highlighter = None
        else:
            self._blocks.append(_Block(self._fences.language, number + 1))
            self._highlighter = Highlighter(self._fences.language)

    def _end_of(self, block: _Block) -> int:
        if block.end is not None:
            return block.end
        last = self._layout.last_line
        # A newline that was the last character does not begin a line of code.
        return last + 1 if self._layout.line(last) else last

    def _line_spans(self, row: Row) -> Sequence[Span]:
        if row.line in self._spans:
            return self._spans[row.line]
        if not self._markdown or row.line < self._layout.last_line:
            return ()
        first = self.rows[self._layout.first_row(row.line)]
        kind = self._fences.guess(first.text)
        return [Span(0, row.end, _LINE_INKS[kind])] if kind in _LINE_INKS else ()
