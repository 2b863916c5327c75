"""An answer as it is shown: foldable reasoning, the text, the tool calls; sanitised, or raw."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from enum import StrEnum

from tui_lab.core.matching import Finder
from tui_lab.core.record import ToolCall
from tui_lab.core.sanitise import Sanitiser
from tui_lab.core.tokens import TokenEstimate
from tui_lab.ui.text.document import Document, Place
from tui_lab.ui.text.inline_reasoning import InlineReasoning
from tui_lab.ui.text.layout import Piece, Row
from tui_lab.ui.text.raw import escape
from tui_lab.ui.text.search import Match, matches
from tui_lab.ui.text.tool_calls import CALL_MARK, raw_tool_calls_text, tool_calls_text


class Section(StrEnum):
    """The parts of an answer, in reading order."""

    REASONING = "reasoning"
    TEXT = "text"
    CALLS = "calls"


Found = tuple[Section, Match]

UNWRAPPED = 2000
"""Cells of a row where lines are not wrapped: a token must not cost more in an endless line."""

# Lines are numbered through: the text's from 0 up, so that no part that grows moves another's.
_NUMBERS = {Section.REASONING: -(2**30), Section.TEXT: 0, Section.CALLS: 2**30}


class Answer:
    """Rows are counted from the top of what is visible now: the heading of the reasoning, its rows
    unless folded, the rows of the text, those of the tool calls. With `thinks`, reasoning at the
    beginning of the text is shown as such, except where everything is shown as it came.
    """

    def __init__(self, width: int, *, thinks: bool = True) -> None:
        self._width = width
        self._thinks = thinks
        self.folded = True
        self.raw = False
        self.wrapped = True
        self._find: Finder | None = None
        self._longest_found = 0
        self.reasoning_tokens: int | None = None
        """As the provider counts them; until told, an estimate is shown, and marked as one."""
        self._language = ""
        self._calls: tuple[ToolCall, ...] = ()
        self.clear()

    def clear(self) -> None:
        """Forgets the text; how it is looked at stays."""
        self._ended = False
        self._came: dict[Section, list[str]] = {section: [] for section in Section}
        self.reasoning_tokens = None
        self._language = ""
        self._calls = ()
        self._rebuild()

    def append(self, text: str, section: Section) -> int:
        """Takes model text. Returns the first row that looks different now, `row_count` if none.

        More reasoning also changes the heading.
        """
        if not text:
            return self.row_count
        if self._ended:
            self._ended = False
            self._rebuild()
        self._came[section].append(text)
        return self._show(text, section)

    def end(self) -> int:
        """Nothing more comes. Returns the first row that looks different now."""
        if self._ended:
            return self.row_count
        self._ended = True
        return self._finish()

    def rewrap(self, width: int) -> None:
        """Another width to show it in."""
        if width != self._width:
            self._width = width
            self.wrap(self.wrapped)

    def wrap(self, wrapped: bool) -> None:
        """Wraps lines at the width, or leaves all but endless ones whole."""
        self.wrapped = wrapped
        for document in self._documents.values():
            document.rewrap(self._row_width)

    @property
    def _row_width(self) -> int:
        return self._width if self.wrapped else UNWRAPPED

    def show_calls(self, calls: Sequence[ToolCall]) -> None:
        """The tool calls, all of them."""
        self._calls = tuple(calls)
        self._rebuild()

    def show_as(self, language: str) -> None:
        """Shows the whole text as code in this language; as Markdown if it is empty."""
        self._language = language
        self._rebuild()

    def show_raw(self, raw: bool) -> None:
        """Shows what came, with everything invisible written out, instead of what is fit to see."""
        self.raw = raw
        self._rebuild()

    @property
    def row_count(self) -> int:
        top = self._top(Section.CALLS)
        return top + len(self._documents[Section.CALLS].rows) if self._calls else top

    @property
    def heading(self) -> str:
        """The line above the reasoning."""
        count = self.reasoning_tokens
        tokens = f"~{self._estimate.tokens}" if count is None else str(count)
        return f"{'▸' if self.folded else '▾'} reasoning · {tokens} tokens"

    def row(self, y: int) -> tuple[Section, Row] | None:
        """What stands in a row; None for the heading of the reasoning."""
        for section in (Section.CALLS, Section.TEXT):
            top = self._top(section)
            if y >= top:
                return section, self._documents[section].rows[y - top]
        return (Section.REASONING, self._documents[Section.REASONING].rows[y - 1]) if y else None

    def document(self, section: Section) -> Document:
        return self._documents[section]

    def y_of(self, section: Section, place: Place) -> int:
        """The row that shows this character, or the nearest there is."""
        if self._is_hidden(section):
            return 0
        return self._top(section) + self._documents[section].row_at(place)

    def block_rows(self) -> list[int]:
        """The rows with which the blocks of the text begin."""
        blocks = self._documents[Section.TEXT].blocks
        return [self.y_of(Section.TEXT, Place(line, 0)) for line in blocks]

    @property
    def block_count(self) -> int:
        return len(self._documents[Section.TEXT].blocks)

    @property
    def wraps(self) -> bool:
        """Whether some line takes more than one row."""
        visible = (self._documents[section] for section in self._visible())
        return any(len(document.rows) > document.rows[-1].line + 1 for document in visible)

    def line_number(self, section: Section, line: int) -> int:
        """One number for each line of the answer, the same for as long as it is there."""
        return _NUMBERS[section] + line

    def copy(self, start: Place | None, end: Place | None) -> str:
        """The text between two places, by line numbers; None is the first or the last place."""
        pieces = []
        for section in self._visible():
            base, document = _NUMBERS[section], self._documents[section]
            begin = Place(0, 0) if start is None else Place(start.line - base, start.offset)
            stop = None if end is None else Place(end.line - base, end.offset)
            if begin.line <= document.rows[-1].line and (stop is None or stop.line >= 0):
                pieces.append(document.copy(begin, stop))
        return "\n".join(pieces)

    def find(self, find: Finder | None) -> list[Found]:
        """Keeps looking for this, until it is for something else or nothing; what it has found."""
        self._find = find
        self._longest_found = 0
        for section in Section:
            self._look(section, 0)
        return self.found

    @property
    def found(self) -> list[Found]:
        """All that was found, in reading order, also where it is folded away."""
        return [(section, match) for section in Section for match in self._found[section]]

    def found_in(self, section: Section, line: int, piece: Piece) -> Iterator[Match]:
        """What was found in a piece of a row."""
        found = self._found[section]
        reach = Match(line, piece.start - self._longest_found, 0)
        for index in range(bisect_left(found, reach), len(found)):
            match = found[index]
            if match.line != line or match.start >= piece.end:
                return
            if match.end > piece.start:
                yield match

    @property
    def has_reasoning(self) -> bool:
        return Section.REASONING in self._begun

    def _visible(self) -> list[Section]:
        return [section for section in Section if not self._is_hidden(section)]

    def _is_hidden(self, section: Section) -> bool:
        match section:
            case Section.REASONING:
                return self.folded or not self.has_reasoning
            case Section.TEXT:
                return bool(self._calls) and Section.TEXT not in self._begun
            case Section.CALLS:
                return not self._calls

    def _top(self, section: Section) -> int:
        """The first row of a section that is not hidden."""
        top = 1 if self.has_reasoning else 0
        for above in self._visible():
            if _NUMBERS[above] < _NUMBERS[section]:
                top += len(self._documents[above].rows)
        return top

    def _show(self, text: str, section: Section) -> int:
        if section is not Section.TEXT or self._inline is None:
            return self._put(text, section)
        return self._put_both(*self._inline.feed(text))

    def _put_both(self, reasoning: str, text: str) -> int:
        return min(self._put(reasoning, Section.REASONING), self._put(text, Section.TEXT))

    def _put(self, text: str, section: Section) -> int:
        if not text:
            return self.row_count
        if section is Section.REASONING:
            self._estimate.feed(text)
        is_first = section not in self._begun
        self._begun.add(section)
        changed = self._add(self._fit(text, section), section)
        return 0 if is_first else changed

    def _finish(self) -> int:
        held = self.row_count if self._inline is None else self._put_both(*self._inline.end())
        return min(held, *(self._end(section) for section in Section))

    def _fit(self, text: str, section: Section) -> str:
        return escape(text) if self.raw else self._sanitisers[section].feed(text)

    def _add(self, text: str, section: Section) -> int:
        document = self._documents[section]
        last = document.rows[-1].line
        changed = document.append(text)
        if self._find:
            self._look(section, last)
        return self._changed(section, changed)

    def _end(self, section: Section) -> int:
        changed = self._add(self._sanitisers[section].end(), section)
        return min(changed, self._changed(section, self._documents[section].end()))

    def _changed(self, section: Section, row: int) -> int:
        return self.row_count if self._is_hidden(section) else self._top(section) + row

    def _look(self, section: Section, begin: int) -> None:
        found = self._found[section]
        del found[bisect_left(found, Match(begin, 0, 0)) :]
        for match in matches(self._documents[section], self._find, begin) if self._find else ():
            found.append(match)
            self._longest_found = max(self._longest_found, match.end - match.start)

    def _rebuild(self) -> None:
        self._sanitisers = {section: Sanitiser() for section in Section}
        self._inline = InlineReasoning() if self._thinks and not self.raw else None
        self._begun: set[Section] = set()
        self._estimate = TokenEstimate()
        self._found: dict[Section, list[Match]] = {section: [] for section in Section}
        languages = {Section.TEXT: self._language, Section.CALLS: "json"}
        self._documents = {
            section: Document(
                self._row_width,
                markdown=section is Section.TEXT and not (self.raw or self._language),
                language="" if self.raw else languages.get(section, ""),
                title_mark=CALL_MARK if section is Section.CALLS and not self.raw else "",
                hang=not self.raw,
            )
            for section in Section
        }
        for section in Section:
            self._show(self._text_of(section), section)
        if self._ended:
            self._finish()

    def _text_of(self, section: Section) -> str:
        if section is not Section.CALLS:
            return "".join(self._came[section])
        calls = raw_tool_calls_text(self._calls) if self.raw else tool_calls_text(self._calls)
        return f"\n{calls}" if self._calls and self._came[Section.TEXT] else calls
