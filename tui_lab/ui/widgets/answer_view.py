"""The view of one streamed answer: a scroll view over rows, sparing with bytes and time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Offset, Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.selection import Selection
from textual.strip import Strip

from tui_lab.core.record import ToolCall
from tui_lab.ui.painting import Painter
from tui_lab.ui.text.answer import Answer, Found, Section
from tui_lab.ui.text.document import Place
from tui_lab.ui.text.drawing import Layer, draw
from tui_lab.ui.text.ink import Ink
from tui_lab.ui.text.layout import Piece, Row
from tui_lab.ui.widgets.answer_looks import (
    FOUND,
    FOUND_NOW,
    LOOKS,
    PLAIN,
    REASONING,
    REASONING_HEADING,
    Looks,
)

_WIDTH_UNTIL_SHOWN = 80
_STEPS_A_SCREEN = 3


class AnswerView(ScrollView):
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

    class FollowChanged(Message):
        """The view began or ceased to follow the end of the answer."""

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
        super().__init__(id=id, classes=classes)
        # Not left to style sheets: `_make_room` relies on it.
        self.styles.scrollbar_size_vertical = 0
        self._painter = painter
        self._answer = Answer(_WIDTH_UNTIL_SHOWN, thinks=thinks)
        self._following = True
        self._in_steps = False
        self._changed_from: int | None = None
        self._heading_changed = False
        self._drawn_cells: dict[int, int] = {}
        self._styles: dict[Looks, Style] = {}
        self._found_now: Found | None = None

    # The answer

    def append(self, text: str, section: Section = Section.TEXT) -> None:
        """Takes a piece of raw model text; it is painted soon."""
        self._in_steps = True
        heading = self._answer.heading
        changed = self._answer.append(text, section)
        self._heading_changed |= self._answer.heading != heading
        self._change(changed)

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

    # Search

    def find(self, query: str) -> int:
        """Marks all places of a query, goes to the first from the top of the view on.

        Returns how many there are. An empty query ends the search.
        """
        found = self._answer.find(query)
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
            if not 0 <= y - self.scroll_offset.y < self.size.height:
                self._jump(y - self.size.height // 2)
        self.refresh()

    def _row_of(self, found: Found) -> int:
        section, match = found
        return self._answer.y_of(section, Place(match.line, match.start))

    # Selection

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        """What is selected, as one would paste it: lines as they came, with their tabs."""
        return self._answer.copy(_place(selection.start), _place(selection.end)), "\n"

    # Painting

    def render_line(self, y: int) -> Strip:
        number = y + self.scroll_offset.y
        width, base = self.size.width, self._style()
        if number >= self._answer.row_count:
            return Strip.blank(width, base)
        place = self._answer.row(number)
        if place is None:
            heading = Segment(self._answer.heading, self._style(REASONING_HEADING))
            strip = Strip([heading])
        else:
            strip = self._draw(*place)
        self._drawn_cells[y] = min(width, max(strip.cell_length, self._drawn_cells.get(y, 0)))
        strip = strip.adjust_cell_length(width, base)
        if place is not None and not place[1].drawn:
            # An empty line can be selected too; elsewhere what is beside the text is not text.
            strip = strip.apply_offsets(0, self._answer.line_number(place[0], place[1].line))
        return strip

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._styles.clear()

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

    def watch_scroll_target_y(self, target: float) -> None:
        following = target >= self.max_scroll_y
        if following is not self._following:
            self._following = following
            self.post_message(self.FollowChanged(self))

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

    def _cells(self, number: int) -> int:
        """How far a row reaches to the right."""
        if number >= self._answer.row_count:
            return 0
        place = self._answer.row(number)
        text = self._answer.heading if place is None else place[1].drawn
        return min(cell_len(text), self.size.width)

    def _make_room(self) -> None:
        """Makes the view as tall as the answer needs, and follows."""
        height = self.size.height
        over = max(0, self._answer.row_count - height)
        if self._in_steps:
            step = max(1, height // _STEPS_A_SCREEN)
            over = -(-over // step) * step
        # Without a scrollbar nothing else depends on this size: no layout of the screen.
        self.set_reactive(AnswerView.virtual_size, Size(self.size.width, height + over))
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
        self.refresh()

    def _fold(self) -> None:
        self._answer.folded = not self._answer.folded

    def _draw(self, section: Section, row: Row) -> Strip:
        number = self._answer.line_number(section, row.line)
        base = self._style(REASONING if section is Section.REASONING else PLAIN)
        filling = self._style(LOOKS[Ink.MARK]) if row.fill.strip() else base
        strips = []
        for piece in row.pieces:
            # Each empty cell stands for the character behind it, wherever the mouse takes hold.
            pad = Strip([Segment(row.fill, filling)]).apply_offsets(piece.start, number)
            strips += [pad] * piece.pad
            layers = list(self._layers(section, row.line, piece))
            drawn = Strip(draw(piece.drawn, base, layers))
            strips.append(drawn.apply_offsets(piece.start, number))
        return strips[0] if len(strips) == 1 else Strip.join(strips)

    def _layers(self, section: Section, line: int, piece: Piece) -> Iterator[Layer]:
        for start, end, ink in self._answer.document(section).spans(line, piece):
            yield Layer(start, end, self._style(LOOKS[ink]))
        for match in self._answer.found_in(section, line, piece):
            looks = FOUND_NOW if (section, match) == self._found_now else FOUND
            start, end = match.start - piece.start, match.end - piece.start
            yield Layer(start, end, self._style(looks))
        selection = self.text_selection
        span = selection.get_span(self._answer.line_number(section, line)) if selection else None
        if span is not None:
            start, end = span[0] - piece.start, span[1] - piece.start
            style = self.screen.get_component_rich_style("screen--selection")
            yield Layer(start, len(piece.text) if span[1] < 0 else end, style)

    def _style(self, looks: Looks = PLAIN) -> Style:
        if looks not in self._styles:
            ground, variables = self.background_colors[1], self.app.get_css_variables()
            self._styles[looks] = self.rich_style + looks.style(ground, variables)
        return self._styles[looks]


def _place(offset: Offset | None) -> Place | None:
    return None if offset is None else Place(offset.y, offset.x)
