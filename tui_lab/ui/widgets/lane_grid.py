"""The lanes of a batch side by side, as many as fit; the others are a key away."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual.containers import Vertical
from textual.content import Content
from textual.geometry import Region
from textual.strip import Strip
from textual.widgets import Static

from tui_lab.ui.widgets.ground import Ground, background_lines

if TYPE_CHECKING:
    from tui_lab.ui.widgets.lane import Lane

TWO_COLUMNS = 76
"""Cells of the narrowest grid with two columns: 38 each."""

TWO_ROWS = 14


def grid_shape(lanes: int, width: int, height: int) -> tuple[int, int]:
    """Columns and rows for this many lanes: one, two beside each other, two by two."""
    columns = 2 if lanes > 1 and width >= TWO_COLUMNS else 1
    rows = 2 if lanes > 2 and columns == 2 and height >= TWO_ROWS else 1
    return columns, rows


class LaneGrid(Vertical):
    """Shows a page of lanes: the current one and as many of its neighbours as there is room for."""

    DEFAULT_CSS = """
    LaneGrid {
        & > #lane-tabs {
            height: 1;
            padding: 0 1;
            color: $foreground-muted;
            display: none;
            text-wrap: nowrap;
            text-overflow: ellipsis;
        }
        & > #lanes { layout: grid; height: 1fr; }
        &.-paged > #lane-tabs { display: block; }
        &.-aside {
            & > #lane-tabs { display: block; }
            & > #lanes { display: none; }
        }
    }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.lanes: list[Lane] = []
        self.zoomed = False
        self._current = 0
        self._tabs = Static(id="lane-tabs", markup=False)
        self._box = Ground(id="lanes")

    def render_lines(self, crop: Region) -> list[Strip]:
        return background_lines(self, crop)

    @property
    def current(self) -> Lane | None:
        """The lane that keys like stop and copy are about."""
        return self.lanes[self._current] if self.lanes else None

    async def show(self, lanes: Sequence[Lane]) -> None:
        """Puts these lanes in the place of those before."""
        with self.app.batch_update():
            if not self.children:
                await self.mount(self._tabs, self._box)
            await self._box.remove_children()
            self.lanes = list(lanes)
            self.zoomed = False
            self._current = 0
            await self._box.mount_all(self.lanes)
            self._place()

    async def replace(self, old: Lane, new: Lane) -> None:
        """Puts a lane in the place of another."""
        with self.app.batch_update():
            await self._box.mount(new, before=old)
            self.lanes[self.lanes.index(old)] = new
            await old.remove()
            self._place()

    def go_to(self, lane: Lane) -> None:
        """Brings a lane into view and gives it the focus."""
        self._current = self.lanes.index(lane)
        self.step_aside(False)
        self._place()
        lane.view.focus()

    def step_aside(self, aside: bool) -> None:
        """Leaves no more of the lanes than a line that tells how each is doing."""
        self.set_class(aside, "-aside")

    def zoom(self, zoomed: bool) -> None:
        self.zoomed = zoomed
        self._place()

    def refresh_tabs(self) -> None:
        """The glyphs on the tabs, after a run has begun to answer or ended."""
        page = self._page
        tabs = [
            Content.styled(lane.tab, "bold $primary" if number in page else "")
            for number, lane in enumerate(self.lanes)
        ]
        line = Content("  ").join(tabs)
        if line.cell_length > self.size.width - 2:
            where = Content(f"{page.start + 1}–{page.stop} of {len(tabs)}")
            line = Content("  ").join([where, *tabs[page.start :]])
        self._tabs.update(line)

    def on_resize(self) -> None:
        self._place()

    def on_descendant_focus(self) -> None:
        for number, lane in enumerate(self.lanes):
            if lane.has_focus_within and number != self._current:
                self._current = number
                self._place()

    @property
    def _page(self) -> range:
        """The numbers of the lanes in view."""
        size = 1
        if not self.zoomed:
            columns, rows = grid_shape(len(self.lanes), self.size.width, self.size.height)
            size = columns * rows
        first = self._current - self._current % size
        return range(first, min(first + size, len(self.lanes)))

    def _place(self) -> None:
        if not self.lanes:
            return
        page = self._page
        columns = 1 if self.zoomed or len(page) == 1 else 2
        styles = self._box.styles
        styles.grid_size_columns = columns
        styles.grid_size_rows = -(-len(page) // columns) or 1
        for number, lane in enumerate(self.lanes):
            lane.display = number in page
            # With three lanes the last one takes the whole second row.
            lone = columns == 2 and len(page) % 2 == 1 and number == page[-1]
            lane.styles.column_span = 2 if lone else 1
        self.set_class(len(page) < len(self.lanes), "-paged")
        self.refresh_tabs()
