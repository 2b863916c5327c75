"""The view of one streamed answer: a scroll view over rows, sparing with bytes and time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from textual import events
from textual.geometry import Region, Size
from textual.message import Message
from textual.strip import Strip

from tui_lab.core.record import ToolCall
from tui_lab.ui.painting import Painter
from tui_lab.ui.text.answer import Found, Section
from tui_lab.ui.text.blocks import row_beside
from tui_lab.ui.text.document import Place
from tui_lab.ui.text.search import literally
from tui_lab.ui.widgets.drawn_answer import DrawnAnswer
from tui_lab.ui.widgets.scroll_lock import LockableView

_STEPS_A_SCREEN = 3


class AnswerView(LockableView, DrawnAnswer, can_focus=True):
    """Shows model text as it comes in, sanitised and literal, and follows it at the bottom.

    A full view that follows scrolls by a third of its height at once: between the steps only the
    rows that change are sent to the terminal. So while an answer grows the view is taller than its
    text, by the blank rows of the step. When it is painted is for the `painter` to say, which all
    views of a screen share. There is no scrollbar, it would cost as much as the text: see `hint`.
    """

    DEFAULT_CSS = """
    AnswerView {
        overflow-x: hidden;
        overflow-y: scroll;
    }
    """

    class Moved(Message):
        """The view shows other rows of what it does not follow, or began or ceased to follow."""

        def __init__(self, view: AnswerView) -> None:
            super().__init__()
            self.view = view

        @property
        def control(self) -> AnswerView:
            return self.view

    def __init__(
        self,
        painter: Painter,
        *,
        thinks: bool = True,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        """With `thinks`, reasoning at the beginning of the text is shown as such."""
        super().__init__(thinks=thinks, id=id, classes=classes)
        # Not left to style sheets: `_make_room` relies on it.
        self.styles.scrollbar_size_vertical = 0
        self._painter = painter
        self._following = True
        self._in_steps = False
        self._changed_from: int | None = None
        self._heading_changed = False
        self._useful = False, False
        self._drawn_cells: dict[int, int] = {}

    # The answer

    def append(self, text: str, section: Section = Section.TEXT) -> None:
        """Takes a piece of raw model text; it is painted soon."""
        self._in_steps = True
        heading = self._answer.heading
        top = None if self._following else self._answer.row(self.scroll_offset.y)
        changed = self._answer.append(text, section)
        self._heading_changed |= self._answer.heading != heading
        self._change(changed)
        if top is not None and changed <= self.scroll_offset.y:
            # What is read moves with the rows above it: a table that is laid out again.
            self._make_room()
            self._jump(self._answer.y_of(top[0], Place(top[1].line, top[1].start)))

    def end(self) -> None:
        """The answer is whole: shows what was held back, and no longer leaves room for more."""
        self._in_steps = False
        self._change(self._answer.end())

    def clear(self) -> None:
        """Begins anew, with nothing."""
        self._following = True
        self._found_now = None
        self._rearrange(self._answer.clear)

    def set_reasoning_tokens(self, count: int) -> None:
        """What the provider counted; until then the heading shows an estimate, marked with ~."""
        self._answer.reasoning_tokens = count
        self._heading_changed = True
        self._change(self._answer.row_count)

    def show_calls(self, calls: Sequence[ToolCall]) -> None:
        """The tool calls, under the text."""
        self._rearrange(lambda: self._answer.show_calls(calls))

    def show_as(self, language: str) -> None:
        """Shows the whole text as code in this language; as Markdown if it is empty."""
        self._rearrange(lambda: self._answer.show_as(language))

    @property
    def shown_text(self) -> str:
        """The whole text, as it is shown, read back from the rows."""
        return self._answer.document(Section.TEXT).text

    @property
    def shown_reasoning(self) -> str:
        """The same of the reasoning, folded or not."""
        return self._answer.document(Section.REASONING).text

    def code_blocks(self) -> list[tuple[str, str]]:
        """(language, code) of each fence in the text; none in the raw view."""
        return self._answer.document(Section.TEXT).code_blocks()

    @property
    def shown_calls(self) -> str:
        """The tool calls, as they are shown."""
        return self._answer.document(Section.CALLS).text

    # Ways to look at it

    @property
    def following(self) -> bool:
        """Whether the view stays at the end of an answer that grows."""
        return self._following

    @property
    def lines_below(self) -> int:
        """Rows of the answer below the visible ones."""
        return max(0, self._answer.row_count - self.scroll_offset.y - self.size.height)

    @property
    def hint(self) -> str:
        """Says that there is more below; empty if there is not."""
        below = self.lines_below
        return f"↓ {below} more line{'s' if below > 1 else ''}" if below else ""

    def action_toggle_reasoning(self) -> None:
        """Folds the reasoning to its heading, or shows it."""
        self._rearrange(self._fold)

    @property
    def raw(self) -> bool:
        """Whether exactly what came is shown."""
        return self._answer.raw

    def action_toggle_raw(self) -> None:
        """Shows exactly what came, escaped, instead of what is fit to be seen; and back."""
        self._found_now = None
        self._rearrange(lambda: self._answer.show_raw(not self._answer.raw))

    @property
    def wrapped(self) -> bool:
        """Whether lines that are too long go on in the next row."""
        return self._answer.wrapped

    @property
    def can_wrap(self) -> bool:
        """Whether that makes a difference."""
        return not self.wrapped or self._answer.wraps

    def action_toggle_wrap(self) -> None:
        """Cuts lines off at the edge, to be scrolled to the right; and back."""
        self._left = 0
        self._rearrange(lambda: self._answer.wrap(not self.wrapped))

    def action_scroll_left(self) -> None:
        self._scroll_sideways(-1)

    def action_scroll_right(self) -> None:
        self._scroll_sideways(1)

    def _scroll_sideways(self, step: int) -> None:
        """By a third of the view, to the right no further than what is seen reaches."""
        top, width = self.scroll_offset.y, self.size.width
        seen = range(top, min(top + self.size.height, self._answer.row_count))
        if not self.wrapped and seen:
            most = max(self._left, max(map(self._width_of, seen)) - width)
            self._show_from(min(most, self._left + step * max(1, width // 3)))

    def _show_from(self, column: int) -> None:
        self._left = max(0, column)
        self.refresh()

    # Blocks

    def block_rows(self) -> list[int]:
        """The rows with which headings, fences, paragraphs, lists and tables begin."""
        return self._answer.block_rows()

    @property
    def can_jump(self) -> bool:
        """Whether there is another block to go to."""
        return self._answer.row_count > self.size.height and self._answer.block_count > 1

    def go_to_block(self, step: int) -> None:
        """Brings the next block (1) or the one before (-1) to the top of the view."""
        row = row_beside(self.block_rows(), self.scroll_offset.y, step)
        if row is not None:
            self._jump(row)

    # Search

    def find(self, query: str) -> int:
        """Marks all places of a query, goes to the first from the top of the view on.

        Returns how many there are. An empty query ends the search.
        """
        found = self._answer.find(literally(query))
        top = self.scroll_offset.y
        below = (hit for hit in found if self._row_of(hit) >= top)
        self._go_to(next(below, found[0] if found else None))
        return len(found)

    def find_next(self, step: int = 1) -> tuple[int, int]:
        """Goes to the next place, around at the end: (its number from 1, how many), or (0, 0)."""
        found = self._answer.found
        if not found:
            return 0, 0
        now = found.index(self._found_now) if self._found_now in found else -1
        index = (now + step) % len(found)
        self._go_to(found[index])
        return index + 1, len(found)

    def find_previous(self) -> tuple[int, int]:
        return self.find_next(-1)

    def _go_to(self, found: Found | None) -> None:
        self._found_now = found
        if found is not None:
            if found[0] is Section.REASONING and self._answer.folded:
                self.action_toggle_reasoning()
            y = self._row_of(found)
            column = self._column_of(y, found[1].start)
            if not self.wrapped and not 1 <= column - self._left < self.size.width - 1:
                self._show_from(column - self.size.width // 2)
            if not 0 <= y - self.scroll_offset.y < self.size.height:
                self._jump(y - self.size.height // 2)
        self.refresh()

    def _row_of(self, found: Found) -> int:
        section, match = found
        return self._answer.y_of(section, Place(match.line, match.start))

    # Painting

    def render_line(self, y: int) -> Strip:
        number = y + self.scroll_offset.y
        width, base = self.size.width, self._style()
        if number >= self._answer.row_count:
            return Strip.blank(width, base)
        strip = self._draw(number)
        self._drawn_cells[y] = min(width, max(strip.cell_length, self._drawn_cells.get(y, 0)))
        strip = strip.adjust_cell_length(width, base)
        place = self._answer.row(number)
        if place is not None and not place[1].drawn:
            # An empty line can be selected too; elsewhere what is beside the text is not text.
            strip = strip.apply_offsets(0, self._answer.line_number(place[0], place[1].line))
        return strip

    def on_resize(self) -> None:
        self._rearrange(lambda: self._answer.rewrap(self.size.width))

    def on_click(self, event: events.Click) -> None:
        at = event.get_content_offset(self)
        if at is not None and at.y + self.scroll_offset.y == 0 and self._answer.has_reasoning:
            self.action_toggle_reasoning()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        if round(old_value) != round(new_value):
            self._changed_from = 0
            self._refresh_changed()
            self._tell_of_move()

    def watch_scroll_target_y(self, target: float) -> None:
        following = target >= self.max_scroll_y
        if following is not self._following:
            self._following = following
            self.post_message(self.Moved(self))

    def _tell_of_move(self) -> None:
        if not self._following:
            self.post_message(self.Moved(self))

    def _change(self, row: int) -> None:
        self._changed_from = row if self._changed_from is None else min(row, self._changed_from)
        self._painter.request(self._paint)

    def _paint(self) -> None:
        if self.is_attached and self.size:
            self._make_room()
            self._refresh_changed()

    def _refresh_changed(self) -> None:
        """Has the rows repainted that changed, no further to the right than they reach."""
        regions = list(self._changed_regions())
        self._changed_from, self._heading_changed = None, False
        if regions:
            self.refresh(*regions)

    def _changed_regions(self) -> Iterator[Region]:
        top = self.scroll_offset.y
        first = self._answer.row_count if self._changed_from is None else self._changed_from
        if self._heading_changed and top == 0 < first and self._answer.has_reasoning:
            yield Region(0, 0, self.size.width, 1)
        for y in range(max(0, first - top), self.size.height):
            cells = self._cells(y + top)
            reach = max(cells, self._drawn_cells.get(y, 0))
            self._drawn_cells[y] = cells
            if reach:
                yield Region(0, y, reach, 1)

    def _make_room(self) -> None:
        """Makes the view as tall as the answer needs, and follows."""
        height = self.size.height
        over = max(0, self._answer.row_count - height)
        if self._in_steps:
            step = max(1, height // _STEPS_A_SCREEN)
            over = -(-over // step) * step
        # Without a scrollbar nothing else depends on this size: no layout of the screen.
        self.set_reactive(AnswerView.virtual_size, Size(self.size.width, height + over))
        useful = self.can_wrap, self.can_jump
        if useful != self._useful:
            self._useful = useful
            self.refresh_bindings()
        if self._following:
            self._jump(over)

    def _jump(self, y: int) -> None:
        self.scroll_to(y=y, animate=False, force=True)

    def _rearrange(self, change: Callable[[], None]) -> None:
        """Makes a change that moves rows; the text at the top stays there unless one follows."""
        following = self._following
        place = self._answer.row(self.scroll_offset.y) if self.is_attached else None
        change()
        self._in_steps = False
        self._changed_from = None
        if not self.is_attached or not self.size:
            return
        self._make_room()
        if not following:
            kept = place and self._answer.y_of(place[0], Place(place[1].line, place[1].start))
            self._jump(kept or 0)
        self._tell_of_move()
        self.refresh()

    def _fold(self) -> None:
        self._answer.folded = not self._answer.folded
