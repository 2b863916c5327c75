"""A list of runs, of any length: it draws the lines in view and asks for pages as one goes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tui_lab.core.matching import Finder
from tui_lab.core.record import RunRecord, Status
from tui_lab.core.summary import GLYPHS
from tui_lab.ui.run_window import Direction, RunWindow
from tui_lab.ui.text.run_line import Joint, joint, moment_cells, run_line

NEAR = 30
"""Rows from the end of what is in memory at which the next page is asked for."""


class RunList(ScrollView, can_focus=True):
    """Shows a window of runs, with a cursor and marks. The cursor stays on its run."""

    BINDING_GROUP_TITLE = "Runs"
    HELP = (
        "Your runs, newest first; those of one batch are joined at the left. "
        + ", ".join(f"{glyph} {status}" for status, glyph in GLYPHS.items())
        + "."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "choose", "read", id="list.choose"),
        Binding("space", "mark", "mark", id="list.mark", show=False),
        Binding(
            "A", "mark_all", "mark all", id="list.mark_all", tooltip="mark all that are loaded"
        ),
        Binding("j,down,n", "move(1)", "down", id="list.down", show=False),
        Binding("k,up,N", "move(-1)", "up", id="list.up", show=False),
        Binding("g,home", "end('newer')", "newest", id="list.first", show=False),
        Binding("G,end", "end('older')", "oldest", id="list.last", show=False),
        Binding("pagedown", "page(1)", "page down", id="list.page_down", show=False),
        Binding("pageup", "page(-1)", "page up", id="list.page_up", show=False),
    ]
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        *(f"run-list--{status}" for status in Status),
        "run-list--mark",
        "run-list--joint",
        "run-list--when",
        "run-list--model",
        "run-list--prompt",
        "run-list--again",
        "run-list--said",
        "run-list--found",
        "run-list--found-cursor",
        "run-list--cursor",
    }
    DEFAULT_CSS = """
    RunList {
        height: 1fr;
        overflow-x: hidden;
        overflow-y: auto;
        scrollbar-visibility: hidden;
        scrollbar-size-vertical: 0;
        & > .run-list--ok { color: $success; }
        & > .run-list--error, & > .run-list--blocked { color: $error; }
        & > .run-list--refused, & > .run-list--interrupted { color: $warning; }
        & > .run-list--cancelled { color: $foreground-muted; }
        & > .run-list--running { color: $primary; text-style: bold; }
        & > .run-list--mark { color: $accent; text-style: bold; }
        & > .run-list--joint, & > .run-list--when, & > .run-list--again {
            color: $foreground-muted;
        }
        & > .run-list--model { color: $foreground; }
        & > .run-list--prompt { color: $foreground; }
        & > .run-list--cursor {
            color: $block-cursor-blurred-foreground;
            background: $block-cursor-blurred-background;
        }
        & > .run-list--said { color: $accent; }
        & > .run-list--found { color: $warning; text-style: bold underline; }
        & > .run-list--found-cursor {
            color: $block-cursor-blurred-foreground;
            background: $block-cursor-blurred-background;
            text-style: bold underline;
        }
        &:focus > .run-list--cursor, &:focus > .run-list--found-cursor {
            color: $block-cursor-foreground;
            background: $block-cursor-background;
        }
    }
    """

    class Moved(Message):
        """The cursor is on another run now, or on none."""

        def __init__(self, record: RunRecord | None) -> None:
            super().__init__()
            self.record = record

    class RunChosen(Message):
        """A run is to be read."""

        def __init__(self, record: RunRecord) -> None:
            super().__init__()
            self.record = record

    class Marked(Message):
        """Other runs are marked now."""

    class PageWanted(Message):
        """The window should grow in this direction."""

        def __init__(self, direction: Direction) -> None:
            super().__init__()
            self.direction = direction

    class EndWanted(Message):
        """The newest, or the oldest, run of the whole list should come into view."""

        def __init__(self, direction: Direction) -> None:
            super().__init__()
            self.direction = direction

    def __init__(self, now: Callable[[], datetime], *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._now = now
        self._cursor = 0
        self._awaiting: Direction | None = None
        self._styles: dict[str, Style] = {}
        self._find: Finder | None = None
        self.window = RunWindow()
        self.marked: dict[str, None] = {}

    # What is shown

    @property
    def current(self) -> RunRecord | None:
        """The run under the cursor."""
        rows = self.window.rows
        return rows[self._cursor] if rows else None

    @property
    def is_joined(self) -> bool:
        """Whether another run of the batch stands beside the one under the cursor."""
        rows = self.window.rows
        return bool(rows) and joint(rows, self._cursor) is not Joint.ALONE

    @property
    def top(self) -> int:
        """The number of the first row in view."""
        return self.scroll_offset.y

    def show(self, window: RunWindow, *, at: int = 0, find: Finder | None = None) -> None:
        """Another list, with the cursor on this row of it, and what is found in its lines."""
        self.window, self._find = window, find
        self._awaiting = None
        self._cursor = max(0, min(at, len(window.rows) - 1))
        self._fit()
        self._follow_cursor()
        self.post_message(self.Moved(self.current))
        self._ask_ahead()

    def update(self, window: RunWindow) -> None:
        """The same list, as it is now: the cursor and the view stay where they are.

        At the very top the view stays at the top, so that runs that come in are seen.
        """
        held = self.current
        anchor = self.window.rows[self.top] if self.top < len(self.window.rows) else None
        stays = self.top == 0 and self.window.newer is None and window.newer is None
        before, offset = self._cursor, self.top
        self.window = window
        self._awaiting = None
        found = window.index(held.id if held else None)
        self._cursor = max(0, min(before, len(window.rows) - 1)) if found is None else found
        self._fit()
        if not stays and anchor is not None:
            moved = window.index(anchor.id)
            self._jump(offset if moved is None else moved)
        if found is None or not stays:
            self._follow_cursor()
        self.refresh()
        if self.current != held:
            self.post_message(self.Moved(self.current))
        self._ask_ahead()

    def page_failed(self) -> None:
        """A page that was asked for does not come."""
        self._awaiting = None

    def clear_marks(self) -> None:
        self.marked.clear()
        self.refresh()
        self.post_message(self.Marked())

    # Moving

    def action_move(self, step: int) -> None:
        self._go(self._cursor + step)

    def action_page(self, step: int) -> None:
        self._go(self._cursor + step * max(1, self.size.height - 1))

    def action_end(self, direction: Direction) -> None:
        more = self.window.newer if direction == "newer" else self.window.older
        if more is not None:
            self.post_message(self.EndWanted(direction))
        else:
            self._go(0 if direction == "newer" else len(self.window.rows) - 1)

    def action_choose(self) -> None:
        if self.current is not None:
            self.post_message(self.RunChosen(self.current))

    def action_mark(self) -> None:
        if self.current is None:
            return
        if self.current.id in self.marked:
            del self.marked[self.current.id]
        else:
            self.marked[self.current.id] = None
        self.post_message(self.Marked())
        self.action_move(1)
        self.refresh()

    def action_mark_all(self) -> None:
        """All that is in memory; again takes all marks away."""
        ids = [row.id for row in self.window.rows]
        if all(run_id in self.marked for run_id in ids):
            self.clear_marks()
        else:
            self.marked |= dict.fromkeys(ids)
            self.refresh()
            self.post_message(self.Marked())

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return self.current is not None if action in ("choose", "mark", "mark_all") else True

    def on_click(self, event: events.Click) -> None:
        row = event.y + self.top
        if row == self._cursor:
            self.action_choose()
        elif row < len(self.window.rows):
            self._go(row)

    def _go(self, row: int) -> None:
        rows = self.window.rows
        row = max(0, min(row, len(rows) - 1))
        if rows and row != self._cursor:
            self._cursor = row
            self.refresh()
            self._follow_cursor()
            self.post_message(self.Moved(self.current))
        self._ask_ahead()

    def _follow_cursor(self) -> None:
        height = self.size.height
        if self._cursor < self.top:
            self._jump(self._cursor)
        elif height and self._cursor >= self.top + height:
            self._jump(self._cursor - height + 1)
        self.refresh()

    def _ask_ahead(self) -> None:
        if self._awaiting is not None:
            return
        first, last = self.top, self.top + self.size.height
        if self.window.searching is not None:
            self._awaiting = self.window.searching
        elif last > len(self.window.rows) - NEAR and self.window.older is not None:
            self._awaiting = "older"
        elif first < NEAR and self.window.newer is not None:
            self._awaiting = "newer"
        if self._awaiting is not None:
            self.post_message(self.PageWanted(self._awaiting))

    def _fit(self) -> None:
        self.virtual_size = Size(self.size.width, len(self.window.rows))

    def _jump(self, y: int) -> None:
        self.scroll_to(y=y, animate=False, force=True)

    # Painting

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        super().watch_scroll_y(old_value, new_value)
        if self.size.height:
            # The wheel moves the view: the cursor stays in it.
            self._go(max(self.top, min(self._cursor, self.top + self.size.height - 1)))

    def on_resize(self) -> None:
        self._fit()
        self._follow_cursor()
        self._ask_ahead()

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._styles.clear()

    def render_line(self, y: int) -> Strip:
        index, width = y + self.top, self.size.width
        rows = self.window.rows
        if index >= len(rows):
            return Strip.blank(width, self.rich_style)
        parts = run_line(
            rows[index],
            width,
            now=self._now(),
            joined=joint(rows, index),
            marked=rows[index].id in self.marked,
            moment_cells=moment_cells(self.window.oldest, self._now()),
            find=self._find,
        )
        if index != self._cursor:
            strip = Strip([Segment(part.text, self._style(part.ink)) for part in parts])
            return strip.adjust_cell_length(width, self.rich_style)
        # The line of the cursor has one colour: others cannot be read on it.
        cursor, found = self._style("cursor"), self._style("found-cursor")
        inks = ((part.text, found if part.ink == "found" else cursor) for part in parts)
        return Strip([Segment(*one) for one in inks]).adjust_cell_length(width, cursor)

    def _style(self, name: str) -> Style:
        if name not in self._styles:
            self._styles[name] = self.get_component_rich_style(f"run-list--{name}")
        return self._styles[name]
