"""Selecting with the mouse: a selection stays in the widget in which it began."""

from __future__ import annotations

from typing import cast

from textual.geometry import Offset, clamp
from textual.screen import Screen
from textual.selection import SelectEnd
from textual.widget import Widget


class SelectingScreen(Screen[None]):
    """Past the edges of a widget the mouse selects as far as they go, not what is beyond.

    Textual goes on in the widget under the mouse, with the status line below an answer, say. Above
    and below there the text scrolls, and what comes into view is selected.
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

    def _check_auto_scroll(
        self, select_widget: Widget, mouse_coordinate: tuple[float, float], delta_y: float
    ) -> None:
        """Textual scrolls in the last rows within a widget; beyond it is further yet."""
        x, y = mouse_coordinate
        region = select_widget.content_region
        inside = (clamp(x, region.x, region.right - 1), clamp(y, region.y, region.bottom - 1))
        super()._check_auto_scroll(select_widget, inside, delta_y)

    def _update_select(self) -> None:
        """Called while it scrolls: other text has come under the mouse, which does not move."""
        state = self._select_state
        if state is not None and state.start.content_widget is not None:
            at = self.app.mouse_position
            widget, offset = self.get_widget_and_offset_at(*at)
            if widget is not None and offset is not None:
                end = SelectEnd(cast("Widget", widget.parent), widget, offset)
                self._select_state = state.update_end(at, end)
                return
        super()._update_select()

    def _last_character(self, x: int, y: int, offset: Offset) -> Offset:
        """Beside a row Textual gives the place behind it, which is the first of the next row."""
        is_text = "offset" in self.get_style_at(x, y).meta
        return offset if is_text else Offset(max(0, offset.x - 1), offset.y)
