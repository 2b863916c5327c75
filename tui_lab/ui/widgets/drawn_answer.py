"""How the rows of an answer are drawn: colours, what was found, what is selected."""

from __future__ import annotations

from collections.abc import Iterator

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.geometry import Offset
from textual.scroll_view import ScrollView
from textual.selection import Selection
from textual.strip import Strip

from tui_lab.ui.text.answer import Answer, Found, Section
from tui_lab.ui.text.clipping import clipped
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
_MORE_LEFT, _MORE_RIGHT = "‹", "›"


class DrawnAnswer(ScrollView):
    """Draws any row of its answer, and gives back what is selected of it as it came.

    Rows that are wider than the view are seen from column `_left` on, with marks where they go on.
    """

    def __init__(
        self, *, thinks: bool = True, id: str | None = None, classes: str | None = None
    ) -> None:
        super().__init__(id=id, classes=classes)
        self._answer = Answer(_WIDTH_UNTIL_SHOWN, thinks=thinks)
        self._found_now: Found | None = None
        self._left = 0
        self._styles: dict[Looks, Style] = {}

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        """What is selected, as one would paste it: lines as they came, with their tabs."""
        return self._answer.copy(_place(selection.start), _place(selection.end)), "\n"

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._styles.clear()

    def _draw(self, number: int) -> Strip:
        """A row of the answer, as far as it reaches within the view."""
        place = self._answer.row(number)
        if place is None:
            heading = self._style(REASONING_HEADING)
            return Strip([Segment(self._answer.heading, heading)])
        section, row = place
        if self._answer.wrapped:
            return self._draw_row(section, row)
        return self._draw_clipped(section, row)

    def _cells(self, number: int) -> int:
        """How far a row reaches to the right within the view."""
        if number >= self._answer.row_count:
            return 0
        width = self._width_of(number)
        return min(max(width - self._left, 1 if self._left and width else 0), self.size.width)

    def _width_of(self, number: int) -> int:
        """All cells of a row, also those outside of the view."""
        place = self._answer.row(number)
        return cell_len(self._answer.heading if place is None else place[1].drawn)

    def _column_of(self, number: int, offset: int) -> int:
        """The column of a character in its row."""
        place = self._answer.row(number)
        column = 0
        for piece in place[1].pieces if place is not None else ():
            column += piece.pad
            if offset < piece.end:
                return column + cell_len(piece.text[: offset - piece.start])
            column += cell_len(piece.drawn)
        return column

    def _draw_clipped(self, section: Section, row: Row) -> Strip:
        cells, width = cell_len(row.drawn), self.size.width
        before, behind = self._left > 0 and cells > 0, cells > self._left + width
        right = self._left + width - behind
        strip = self._draw_row(section, clipped(row, self._left + before, right))
        mark = self._style(LOOKS[Ink.MARK])
        if before:
            strip = Strip.join([Strip([Segment(_MORE_LEFT, mark)]), strip])
        if behind:
            strip = strip.adjust_cell_length(width - 1, self._style())
            strip = Strip.join([strip, Strip([Segment(_MORE_RIGHT, mark)])])
        return strip

    def _draw_row(self, section: Section, row: Row) -> Strip:
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
