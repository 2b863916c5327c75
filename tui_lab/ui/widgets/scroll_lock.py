"""Views that are scrolled as one: what a key or the wheel does to one of them, it does to all."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual import events
from textual.widget import Widget

WHEEL_ROWS = 2


class ScrollLock:
    """All show the same row at their top; those that are too short stay at their end."""

    def __init__(self, views: Callable[[], Sequence[Widget]]) -> None:
        """`views` gives those that are in view now."""
        self._views = views
        self.is_on = False

    def move(self, rows: float) -> bool:
        """Scrolls all by so many rows, up below 0; false if each goes by itself."""
        if not self.is_on:
            return False
        views = self._views()
        farthest = max((view.max_scroll_y for view in views), default=0)
        top = max((view.scroll_target_y for view in views), default=0) + rows
        top = min(max(0, top), farthest)
        for view in views:
            view.scroll_to(y=min(top, view.max_scroll_y), animate=False, force=True)
        return True


class LockableView(Widget):
    """A view that scrolls up and down; give it its `scroll_lock`."""

    scroll_lock: ScrollLock | None = None

    def _moved_together(self, rows: float) -> bool:
        return self.scroll_lock is not None and self.scroll_lock.move(rows)

    def action_scroll_down(self) -> None:
        if not self._moved_together(1):
            super().action_scroll_down()

    def action_scroll_up(self) -> None:
        if not self._moved_together(-1):
            super().action_scroll_up()

    def action_page_down(self) -> None:
        if not self._moved_together(self.size.height):
            super().action_page_down()

    def action_page_up(self) -> None:
        if not self._moved_together(-self.size.height):
            super().action_page_up()

    def action_scroll_home(self) -> None:
        if not self._moved_together(float("-inf")):
            super().action_scroll_home()

    def action_scroll_end(self) -> None:
        if not self._moved_together(float("inf")):
            super().action_scroll_end()

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        self._turn(event, WHEEL_ROWS)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        self._turn(event, -WHEEL_ROWS)

    def _turn(self, event: events.MouseEvent, rows: int) -> None:
        if self._moved_together(rows):
            event.prevent_default()
            event.stop()
