"""Dragging over an answer selects what one would expect, also past its edges."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.events import MouseDown, MouseMove, MouseUp

from tests.ui.driving import Driver, driving

pytestmark = pytest.mark.anyio

TEXT = "first line\nsecond line\nthird line"


async def mouse(
    lab: Driver, kind: type[MouseDown | MouseMove | MouseUp], x: int, y: int, *, moved: int = 0
) -> None:
    """Through the app's own door, as the terminal sends it."""
    lab.app.mouse_position = lab.app.mouse_position.__class__(x, y)
    event = kind(None, x, y, 0, moved, 1, False, False, False, screen_x=x, screen_y=y)
    lab.app.screen._forward_event(event)
    await lab.pilot.pause()


async def dragged(lab: Driver, start: tuple[int, int], end: tuple[int, int]) -> str:
    """What is selected by a drag between two places, relative to the text of the first lane."""
    left, top = lab.lanes[0].view.content_region.offset
    for kind, (x, y) in ((MouseDown, start), (MouseMove, end), (MouseUp, end)):
        await mouse(lab, kind, left + x, top + y)
    return lab.app.selected_text


async def answered(lab: Driver) -> None:
    await lab.run(TEXT, "sandbox/echo", "sandbox/fast")
    await lab.finished()
    await lab.pilot.pause()


@pytest.mark.parametrize(
    ("start", "end", "selected"),
    [
        ((0, 0), (4, 0), "first"),
        ((6, 0), (5, 1), "line\nsecond"),
        ((7, 1), (3, 200), "line\nthird line"),
        ((7, 1), (200, 1), "line"),
        ((6, 1), (0, 4), " line\nthird line"),
        ((5, 1), (10, -3), "first line\nsecond"),
        ((5, 1), (-20, 1), "second"),
    ],
    ids=["in a row", "rows", "below", "right", "under the text", "above", "left"],
)
async def test_a_drag_selects_up_to_the_edge_that_it_passes(
    tmp_path: Path, start: tuple[int, int], end: tuple[int, int], selected: str
) -> None:
    async with driving(tmp_path) as lab:
        await answered(lab)
        assert await dragged(lab, start, end) == selected


async def test_a_drag_past_the_edge_scrolls_and_selects_what_comes_into_view(
    tmp_path: Path,
) -> None:
    async with driving(tmp_path) as lab:
        await lab.run("\n".join(f"line {number}" for number in range(100)), "sandbox/echo")
        await lab.finished()
        view = lab.lanes[0].view
        view.focus()
        await lab.press("g")
        await lab.until(lambda: view.scroll_offset.y == 0)
        left, top = view.content_region.offset
        below = top + view.content_region.height + 1
        await mouse(lab, MouseDown, left, top)
        await mouse(lab, MouseMove, left + 2, below, moved=3)
        await lab.until(lambda: view.scroll_offset.y > 10)
        await mouse(lab, MouseUp, left + 2, below)
        await lab.pilot.pause()
        shown = view.scroll_offset.y + view.content_region.height
        assert lab.app.selected_text.startswith("line 0\nline 1\n")
        assert f"line {shown - 2}\n" in lab.app.selected_text
