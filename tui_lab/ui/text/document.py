"""A text that grows by pieces: its rows for the screen, their colours, its blocks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from tui_lab.ui.text.highlight import Highlighter
from tui_lab.ui.text.ink import Ink, LineInk, Span
from tui_lab.ui.text.inline import LONGEST_LINE
from tui_lab.ui.text.layout import Layout, Piece, Row
from tui_lab.ui.text.markdown import CodeBlock, Markdown

TAB = 4
"""Cells from tab stop to tab stop."""


class Place(NamedTuple):
    """A character of a document, tabs counted as the spaces they are drawn as."""

    line: int
    offset: int


class Document:
    """The same text in any pieces gives the same rows and colours.

    The text must be safe to draw. `markdown` says whether its marks mean anything, `language` what
    all of it is written in but for the lines that begin with `title_mark`. With `hang`, the rows
    of an item or of indented text stand below each other.
    """

    def __init__(
        self,
        width: int,
        *,
        markdown: bool,
        language: str = "",
        title_mark: str = "",
        hang: bool = True,
    ) -> None:
        self._title_mark = title_mark
        self._hang = hang
        self._layout = Layout(width, hang=hang)
        self._markdown = Markdown() if markdown else None
        self._highlighter = Highlighter(language) if language else None
        self._inks: dict[int, LineInk] = {} if self._markdown is None else self._markdown.inks
        self._open_ink = LineInk()
        self._tabs: dict[int, list[tuple[int, int]]] = {}

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
        before = self._layout.length
        self._extend(first)
        for piece in rest:
            changed = min(changed, self._settle())
            self._layout.break_line()
            before = 0
            self._extend(piece)
        return min(changed, self._guess(before))

    def end(self) -> int:
        """No more text comes: the last line is what it is. Returns the first row it changes."""
        changed = self._settle()
        if self._markdown is None:
            return changed
        last = self._layout.last_line
        first = self._markdown.close(last + 1)
        return min(changed, self._lay_again(first) if first <= last else changed)

    def rewrap(self, width: int) -> None:
        lines = self._layout.cut(0)
        self._layout = Layout(width, hang=self._hang)
        self._layout.cut(0)
        self._put(lines)

    def row_at(self, place: Place) -> int:
        """The number of the row that shows this character."""
        return self._layout.row_at(*place)

    def spans(self, line: int, piece: Piece) -> Iterator[Span]:
        """What is coloured in a piece of a row, counted from its first character."""
        ink = self._inks.get(line)
        if ink is None:
            if line < self._layout.last_line:
                return
            ink = self._open_ink
        if ink.base is not None and piece.text:
            yield Span(0, len(piece.text), ink.base)
        begin, stop = piece.start, piece.end
        for start, end, kind in ink.spans:
            if start < stop and end > begin:
                yield Span(max(0, start - begin), min(end, stop) - begin, kind)

    def lines(self, begin: int = 0) -> Iterator[str]:
        """The lines as drawn."""
        return self._layout.lines(begin)

    @property
    def blocks(self) -> Sequence[int]:
        """The lines with which headings, fences, paragraphs, lists and tables begin."""
        return self._markdown.blocks if self._markdown is not None else ()

    def code_blocks(self) -> list[tuple[str, str]]:
        """(language, code) of every fence, also of one that is not closed yet."""
        blocks = self._markdown.code if self._markdown is not None else []
        return [
            (
                block.language,
                "".join(
                    self._with_tabs(number, 0, None) + "\n"
                    for number in range(block.first, self._end_of(block))
                ),
            )
            for block in blocks
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
            line, start = self._layout.last_line, self._layout.length
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

    def _guess(self, before: int) -> int:
        """What the open line looks like, which had so many characters; the first row it changes."""
        if self._markdown is None or before > LONGEST_LINE:
            return len(self.rows)
        guess = self._markdown.guess(self._layout.open_line(LONGEST_LINE + 1))
        return self._ink_open_line(guess)

    def _settle(self) -> int:
        """Decides what the last line is, now that it is whole. Returns the first row it changes."""
        number = self._layout.last_line
        line = self._layout.line(number)
        first = number
        if self._markdown is not None:
            first = self._markdown.take(number, line)
        elif self._title_mark and line.startswith(self._title_mark):
            self._inks[number] = LineInk(Ink.HEADING)
        elif self._highlighter is not None:
            self._inks[number] = LineInk(None, self._highlighter.line(line))
        changed = self._ink_open_line(self._inks.get(number, LineInk()))
        self._open_ink = LineInk()
        if first < number or (self._markdown is not None and number in self._markdown.tables):
            changed = min(changed, self._lay_again(first))
        return changed

    def _ink_open_line(self, ink: LineInk) -> int:
        """Gives the open line another look. Returns the first row that it changes."""
        different, self._open_ink = self._open_ink.difference(ink), ink
        if different is None:
            return len(self.rows)
        return self._layout.row_at(self._layout.last_line, different)

    def _lay_again(self, first: int) -> int:
        """Lays out all lines from this one on, where there are tables in columns."""
        self._put(self._layout.cut(first))
        return self._layout.first_row(first)

    def _put(self, lines: list[str]) -> None:
        for line in lines:
            self._layout.break_line()
            number = self._layout.last_line
            table = None if self._markdown is None else self._markdown.tables.get(number)
            rows = table and table.rows(number, line, self._layout.width)
            if rows:
                self._layout.put(rows)
            else:
                self._layout.extend(line)

    def _end_of(self, block: CodeBlock) -> int:
        if block.end is not None:
            return block.end
        last = self._layout.last_line
        # A newline that was the last character does not begin a line of code.
        return last + 1 if self._layout.line(last) else last
