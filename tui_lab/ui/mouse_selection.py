"""Selecting with the mouse: a selection stays in the widget in which it began."""

from __future__ import annotations

from textual.geometry import Offset, clamp
from textual.screen import Screen
from textual.widget import Widget


class SelectingScreen(Screen[None]):
    """Past the edges of a widget the mouse selects as far as they go, not what is beyond.

    Textual goes on in the widget under the mouse, with the status line below an answer, say.
    """

    def get_widget_and_offset_at(self, x: int, y: int) -> tuple[Widget | None, Offset | None]:
        """The place in the text under the mouse, or next to it while something is selected."""
        state = self._select_state
        widget = state.start.content_widget if self._selecting and state is not None else None
        if widget is None:
            return super().get_widget_and_offset_at(x, y)
        region = widget.content_region
        if y < region.y:
            x, y = region.offset
        elif y >= region.bottom:
            x, y = region.bottom_right_inclusive
        x = clamp(x, region.x, region.right - 1)
        for row in range(y, region.y - 1, -1):
            found, offset = super().get_widget_and_offset_at(x, row)
            if offset is not None:
                return found, self._last_character(x, row, offset)
            # Below the text: to its end.
            x = region.right - 1
        return widget, None

    def _last_character(self, x: int, y: int, offset: Offset) -> Offset:
        """Beside a row Textual gives the place behind it, which is the first of the next row."""
        is_text = "offset" in self.get_style_at(x, y).meta
        return offset if is_text else Offset(max(0, offset.x - 1), offset.y)
