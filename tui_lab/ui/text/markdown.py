"""Markdown decided line by line: what the lines of a text are, and what they are drawn as."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import assert_never

from tui_lab.ui.text.fences import Fences, Line
from tui_lab.ui.text.highlight import Highlighter
from tui_lab.ui.text.ink import Ink, LineInk, Span
from tui_lab.ui.text.inline import LONGEST_LINE, decided, inline_spans
from tui_lab.ui.text.markers import markers
from tui_lab.ui.text.tables import Cells, Table, cells_of, is_delimiter

_HEADING = re.compile(r" {0,3}(?P<mark>#{1,6})(?=\s|$)")
_RULE = re.compile(r" {0,3}([-*_])(?: *\1){2,} *")

_LONGEST_HEAD = 64
"""Characters of a line that tell what it is while it is not whole."""


@dataclass(slots=True)
class CodeBlock:
    """A fence: its language and the lines of code in it; `end` is not known while it is open."""

    language: str
    first: int
    end: int | None = None


class Markdown:
    """Takes the lines of a text one by one, when they are whole."""

    def __init__(self) -> None:
        self.inks: dict[int, LineInk] = {}
        self.tables: dict[int, Table] = {}
        """By each of their lines, those that are to be laid out in columns."""
        self.code: list[CodeBlock] = []
        self.blocks: list[int] = []
        """The first lines of headings, fences, and whatever stands behind an empty line."""
        self._fences = Fences()
        self._highlighter: Highlighter | None = None
        self._table: Table | None = None
        self._last: tuple[str, Cells] | None = None
        self._block_goes_on = False
        self._guessed: tuple[str, int, LineInk] | None = None

    def take(self, number: int, line: str) -> int:
        """Decides the next line. Returns the first line that looks different by that."""
        self._guessed = None
        was_inside = self._fences.inside
        kind = self._fences.take(line)
        changed = number
        match kind:
            case Line.PROSE:
                changed = self._take_prose(number, line)
            case Line.FENCE:
                changed = self.close(number)
                self._enter_or_leave(number, was_inside)
                self.inks[number] = LineInk(Ink.FENCE)
            case Line.CODE:
                assert self._highlighter is not None
                self.inks[number] = LineInk(Ink.CODE, self._highlighter.line(line))
            case _:
                assert_never(kind)
        self._note_block(number, line, begins=kind is Line.FENCE and not was_inside)
        return changed

    def guess(self, beginning: str) -> LineInk:
        """What the next line is drawn as while no more of it is known."""
        if self._fences.inside:
            return LineInk(Ink.CODE)
        start, end = beginning[:_LONGEST_HEAD], decided(beginning)
        if self._guessed is None or self._guessed[:2] != (start, end):
            cells = _row_cells(beginning[:end]) if self._table else None
            ink = _row_ink(beginning, cells) if cells else _prose_ink(start, beginning, end)
            self._guessed = start, end, ink
        return self._guessed[2]

    def close(self, number: int) -> int:
        """No more lines come to what is open before this one. Returns what `take` does."""
        table, self._table, self._last = self._table, None, None
        if table is None or table.is_full:
            return number
        self.tables.update(dict.fromkeys(table.lines, table))
        return table.first

    def _take_prose(self, number: int, line: str) -> int:
        cells = _row_cells(line)
        if cells is None:
            self.inks[number] = prose_ink(line)
            return self.close(number)
        if self._table is not None:
            self.inks[number] = _row_ink(line, cells)
            return self._add_row(self._table, number, line, cells)
        if self._last is not None and is_delimiter(line):
            heads, head_cells = self._last
            if len(head_cells.bounds) == len(cells.bounds):
                self._table = table = Table(number - 1, line, cells)
                table.add(heads, head_cells)
                table.add(line, cells)
                self.inks[number - 1] = _row_ink(heads, head_cells, Ink.STRONG)
                self.inks[number] = LineInk(Ink.MARK)
                return number - 1
        self._last = line, cells
        self.inks[number] = prose_ink(line)
        return number

    def _add_row(self, table: Table, number: int, line: str, cells: Cells) -> int:
        was_full = table.is_full
        table.add(line, cells)
        if not table.is_full:
            return number
        changed = number if was_full else table.first
        self.tables.update(dict.fromkeys(range(changed, number + 1), table))
        return changed

    def _enter_or_leave(self, number: int, was_inside: bool) -> None:
        if was_inside:
            self.code[-1].end = number
            self._highlighter = None
        else:
            self.code.append(CodeBlock(self._fences.language, number + 1))
            self._highlighter = Highlighter(self._fences.language)

    def _note_block(self, number: int, line: str, *, begins: bool) -> None:
        base, has_text = self.inks[number].base, bool(line.strip())
        if begins or base is Ink.HEADING or (has_text and not self._block_goes_on):
            self.blocks.append(number)
        ends = not has_text or base in (Ink.HEADING, Ink.FENCE)
        self._block_goes_on = self._fences.inside or not ends


def prose_ink(line: str) -> LineInk:
    """The inks of a line that stands in no fence and in no table."""
    return _prose_ink(line[:LONGEST_LINE], line, len(line))


def _prose_ink(start: str, line: str, end: int) -> LineInk:
    """By the marks at the `start` of the line, and the others up to `end`."""
    if heading := _HEADING.match(start):
        mark = Span(*heading.span("mark"), Ink.MARK)
        return LineInk(Ink.HEADING, (mark, *inline_spans(line, mark.end, end)))
    if _RULE.fullmatch(start):
        return LineInk(Ink.MARK)
    found = markers(start)
    parts = (("quote", Ink.MARK), ("bullet", Ink.BULLET), ("task", Ink.BULLET))
    spans = [Span(*found.span(part), ink) for part, ink in parts if found[part]]
    base = Ink.QUOTE if found["quote"] else None
    return LineInk(base, (*spans, *inline_spans(line, found.end(), end)))


def _row_cells(line: str) -> Cells | None:
    """The cells of a line, unless it begins like something other than a row of a table."""
    found = markers(line[:LONGEST_LINE])
    other = found["quote"] or found["bullet"] or _HEADING.match(line)
    return None if other else cells_of(line)


def _row_ink(line: str, cells: Cells, base: Ink | None = None) -> LineInk:
    spans = [Span(cells.opening - 1, cells.opening, Ink.MARK)] if cells.opening else []
    for start, end in cells.bounds:
        spans += inline_spans(line, start, end)
        if end < len(line):
            spans.append(Span(end, end + 1, Ink.MARK))
    return LineInk(base, tuple(spans))
