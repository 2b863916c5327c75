"""What lies behind widgets that cover it: screens and boxes with no looks but a background.

Textual draws all that a change on the screen touches line by line, also what is covered.
"""

from __future__ import annotations

from textual.containers import Container
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget


class Ground(Container):
    """A container that is drawn as one line, again and again."""

    def render_lines(self, crop: Region) -> list[Strip]:
        return background_lines(self, crop)


def background_lines(widget: Widget, crop: Region) -> list[Strip]:
    """A part of a widget that has neither border nor content of its own."""
    line = Strip.blank(crop.width, widget.rich_style)
    for line_filter in widget.get_line_filters():
        line = line.apply_filter(line_filter, widget.styles.background)
    return [line] * crop.height
