"""A place to read in: scrolled by the keys of lists, and without a scrollbar."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll

from tui_lab.ui.widgets.scroll_lock import LockableView


class ReadingScroll(LockableView, VerticalScroll, can_focus=True):
    DEFAULT_CSS = """
    ReadingScroll {
        height: 1fr;
        overflow-y: scroll;
        background: $background;
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j", "scroll_down", "down", id="reading.down", show=False),
        Binding("k", "scroll_up", "up", id="reading.up", show=False),
        Binding("space", "page_down", "page down", id="reading.page", show=False),
        Binding("g", "scroll_home", "top", id="reading.top", show=False),
        Binding("G", "scroll_end", "bottom", id="reading.bottom", show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        # Not left to style sheets: where answers are judged it would tell how long they are.
        self.styles.scrollbar_size_vertical = 0

    @property
    def has_more(self) -> bool:
        """Whether there is something below what is seen."""
        return self.scroll_y < self.max_scroll_y
