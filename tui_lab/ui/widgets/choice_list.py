"""A list to choose from, with the keys of every list."""

from __future__ import annotations

from typing import ClassVar

from rich.segment import Segment
from textual.binding import Binding, BindingType
from textual.strip import Strip
from textual.widgets import OptionList


class ChoiceList(OptionList):
    """For lists of up to some hundreds; headings are options that are disabled."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j", "cursor_down", "down", id="choice.down", show=False),
        Binding("k", "cursor_up", "up", id="choice.up", show=False),
        Binding("g", "first", "first", id="choice.first", show=False),
        Binding("G", "last", "last", id="choice.last", show=False),
    ]
    DEFAULT_CSS = """
    ChoiceList {
        height: 1fr;
        max-height: 100%;
        border: none;
        padding: 0;
        background: $background;
        scrollbar-size-vertical: 1;
        &:focus { border: none; background-tint: transparent; }
        & > .option-list--option-disabled { color: $foreground-muted; text-style: none; }
    }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id, markup=False)

    def render_line(self, y: int) -> Strip:
        """The line under the cursor has one colour: others cannot be read on that of the cursor."""
        strip = super().render_line(y)
        number = y + self.scroll_offset.y
        if not self.has_focus or number >= len(self._lines):
            return strip
        if self._lines[number][0] != self.highlighted:
            return strip
        style = self.get_component_rich_style("option-list--option-highlighted")
        return Strip([Segment(segment.text, style) for segment in strip], strip.cell_length)
