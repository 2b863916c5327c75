"""Emphasis, code and links within one line of Markdown, after CommonMark 0.31 §6.

All marks stay in the text; spans say what lies between them and where they are.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass

from tui_lab.ui.text.ink import Ink, Span

LONGEST_LINE = 2000
"""Characters. What stands behind them in a line is plain, so that a token's cost has a bound."""

_SHORT, _STRIDE = 512, 64
"""Characters. Longer lines are looked at again only when they have grown by so many."""

_CLOSING = "*_~`])>|"

_DEEPEST = 16
"""How many marks back an opening one is looked for."""

_TOKEN = re.compile(
    r"(?P<escape>\\[!-/:-@\[-`{-~])"
    r"|(?P<ticks>`+)"
    r"|(?P<link><(?:https?|ftp|mailto):[^\s<>]*>"
    r"|\b(?:https?|ftp)://[^\s<>|`]*[^\s<>|`.,;:!?'\")\]}*_~])"
    r"|(?P<open>\[)"
    r"|(?P<close>\])(?P<target>\([^()\s]*(?:\([^()\s]*\)[^()\s]*)*(?: +\"[^\"]*\")?\))?"
    r"|(?P<run>\*+|_+|~+)"
)
_INKS = {1: Ink.EMPHASIS, 2: Ink.STRONG}


def inline_spans(text: str, begin: int = 0, end: int | None = None) -> list[Span]:
    """The spans of a part of a line, outer ones before those within them."""
    end = min(len(text) if end is None else end, LONGEST_LINE)
    scan = _Scan(text, begin, end)
    spans = [*scan.spans(), *_emphasised(scan.runs)]
    return sorted(spans, key=lambda span: (span.start, -span.end))


def decided(beginning: str) -> int:
    """The characters of an unfinished line whose spans are worth showing before it is whole.

    They end where something may have ended that spans lie on, and are the same for longer whiles:
    most tokens are plain words, which change nothing.
    """
    size = min(len(beginning), LONGEST_LINE)
    if size > _SHORT:
        size -= size % _STRIDE
    end = max(beginning.rfind(mark, 0, size) for mark in _CLOSING) + 1
    address = beginning.rfind("://", end, size)
    if address < 0:
        return end
    return address + len(beginning[address:size].split(maxsplit=1)[0])


@dataclass(slots=True)
class _Run:
    """Marks of one kind in a row, those that have found no partner yet."""

    mark: str
    start: int
    count: int
    opens: bool
    closes: bool


class _Scan:
    """One walk over a line: code and links are settled, marks of emphasis collected in `runs`."""

    def __init__(self, text: str, begin: int, end: int) -> None:
        self._text, self._begin, self._end = text, begin, end
        self._ticks: dict[int, list[int]] | None = None
        self._brackets: list[int] = []
        self.runs: list[_Run] = []

    def spans(self) -> Iterator[Span]:
        at = self._begin
        while found := _TOKEN.search(self._text, at, self._end):
            start, at = found.span()
            match found.lastgroup:
                case "ticks":
                    close = self._closing_ticks(at, at - start)
                    if close is not None:
                        size, at = at - start, close + at - start
                        yield Span(start, at, Ink.INLINE_CODE)
                        yield from _marks(start, at, size)
                case "link":
                    yield Span(start, at, Ink.LINK)
                case "open":
                    self._brackets.append(start)
                case "close" | "target":
                    at = start + 1
                    if self._brackets:
                        opener = self._brackets.pop()
                        if found["target"]:
                            at = found.end()
                            yield from _link(opener, start, at)
                case "run":
                    self._add_run(start, at)
                case _:
                    yield Span(start, start + 1, Ink.MARK)

    def _closing_ticks(self, after: int, size: int) -> int | None:
        """Where the next run of exactly so many backticks begins."""
        if self._ticks is None:
            self._ticks = {}
            for run in re.compile("`+").finditer(self._text, after, self._end):
                self._ticks.setdefault(len(run.group()), []).append(run.start())
        places = self._ticks.get(size, [])
        index = bisect_left(places, after)
        return places[index] if index < len(places) else None

    def _add_run(self, start: int, end: int) -> None:
        mark = self._text[start]
        if mark == "~" and end - start != 2:
            return
        before = self._text[start - 1] if start > self._begin else " "
        after = self._text[end] if end < self._end else " "
        left = not after.isspace() and (after.isalnum() or not before.isalnum())
        right = not before.isspace() and (before.isalnum() or not after.isalnum())
        opens = left and (mark != "_" or not right or not before.isalnum())
        closes = right and (mark != "_" or not left or not after.isalnum())
        if opens or closes:
            self.runs.append(_Run(mark, start, end - start, opens, closes))


def _marks(start: int, end: int, size: int) -> Iterator[Span]:
    yield Span(start, start + size, Ink.MARK)
    yield Span(end - size, end, Ink.MARK)


def _link(opener: int, bracket: int, end: int) -> Iterator[Span]:
    yield Span(opener, opener + 1, Ink.MARK)
    yield Span(opener + 1, bracket, Ink.LINK)
    yield Span(bracket, end, Ink.MARK)


def _emphasised(runs: list[_Run]) -> Iterator[Span]:
    waiting: list[_Run] = []
    for run in runs:
        while run.closes and run.count and (index := _opener(waiting, run)) is not None:
            del waiting[index + 1 :]
            opener = waiting[index]
            size = 2 if opener.count > 1 and run.count > 1 else 1
            opener.count -= size
            start, end = opener.start + opener.count, run.start + size
            yield Span(start, end, Ink.STRIKE if run.mark == "~" else _INKS[size])
            yield from _marks(start, end, size)
            run.start, run.count = end, run.count - size
            if not opener.count:
                waiting.pop()
        if run.opens and run.count:
            waiting.append(run)


def _opener(waiting: list[_Run], closer: _Run) -> int | None:
    for index in range(len(waiting) - 1, max(-1, len(waiting) - 1 - _DEEPEST), -1):
        opener = waiting[index]
        both = opener.closes or closer.opens
        # CommonMark's rule of three: `**a*b**` is strong, not `*` and emphasis.
        odd = both and (opener.count + closer.count) % 3 == 0 and closer.count % 3 != 0
        if opener.mark == closer.mark and not odd:
            return index
    return None
