"""Of each widget only the rows that changed are drawn."""

from __future__ import annotations

import pytest
from textual.app import App, ComposeResult
from textual.geometry import Region
from textual.screen import Screen
from textual.strip import Strip
from textual.widgets import Static

from tui_lab.ui.compositor import RowCompositor


class Noting(Static):
    """Notes which part of it was asked for."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.asked: list[Region] = []

    def render_lines(self, crop: Region) -> list[Strip]:
        self.asked.append(crop)
        return super().render_lines(crop)


class Rows(Screen[None]):
    def __init__(self) -> None:
        super().__init__()
        self._compositor = RowCompositor()

    def compose(self) -> ComposeResult:
        yield Noting("one\ntwo\nthree\nfour")
        yield Noting("five\nsix")


class Bench(App[None]):
    def get_default_screen(self) -> Screen[None]:
        return Rows()


@pytest.mark.anyio
async def test_a_changed_row_asks_for_that_row_alone() -> None:
    app = Bench()
    async with app.run_test(size=(20, 8)) as pilot:
        await pilot.pause()
        above, below = app.screen.query(Noting)
        above.asked.clear()
        below.asked.clear()
        above.refresh(Region(0, 2, 5, 1))
        await pilot.pause()
        assert above.asked == [Region(0, 2, 20, 1)]
        assert below.asked == []


@pytest.mark.anyio
async def test_the_rows_between_two_changes_are_found_in_each_widget() -> None:
    app = Bench()
    async with app.run_test(size=(20, 8)) as pilot:
        await pilot.pause()
        above, below = app.screen.query(Noting)
        above.asked.clear()
        below.asked.clear()
        above.refresh(Region(0, 3, 5, 1))
        below.refresh(Region(0, 0, 5, 1))
        await pilot.pause()
        assert above.asked == [Region(0, 3, 20, 1)]
        assert below.asked == [Region(0, 0, 20, 1)]
        shown = [str(strip.text).rstrip() for strip in app.screen._compositor.render_strips()]
        assert shown[:6] == ["one", "two", "three", "four", "five", "six"]
