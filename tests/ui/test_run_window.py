"""A window over a list of any length: what it keeps, what it asks for."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from textual import on
from textual.app import App, ComposeResult
from textual.pilot import Pilot

from tests.builders import NOON, a_record
from tui_lab.core.ids import encode_ulid
from tui_lab.core.record import RunRecord
from tui_lab.store.pages import Page
from tui_lab.ui.run_window import MOST_PAGES, PAGE, RunWindow
from tui_lab.ui.widgets.run_list import RunList

LENGTH = 10_000_000


def run(number: int) -> RunRecord:
    """The run that stands in this row; no two belong to one batch."""
    ids = encode_ulid(LENGTH - number, 0)
    return a_record(ids, batch_id=ids, prompt=f"prompt {number}")


class EndlessHistory:
    """Ten million runs, made up page by page; a cursor is the number of the row after it."""

    def __init__(self) -> None:
        self.calls = 0

    def page(self, after: str | None = None, before: str | None = None) -> Page:
        self.calls += 1
        end = min(LENGTH, int(after or 0) + PAGE) if before is None else int(before)
        start = int(after or 0) if before is None else max(0, end - PAGE)
        return Page(
            tuple(run(number) for number in range(start, end)),
            next=str(end) if end < LENGTH else None,
            previous=str(start) if start else None,
        )


class ListApp(App[None]):
    """A list over that history, and nothing else."""

    def __init__(self) -> None:
        super().__init__()
        self.history = EndlessHistory()
        self.runs = RunList(lambda: NOON)
        self.most_rows = 0

    def compose(self) -> ComposeResult:
        yield self.runs

    def on_mount(self) -> None:
        self.runs.show(RunWindow(self.history.page()))

    @on(RunList.PageWanted)
    def _turn(self, message: RunList.PageWanted) -> None:
        window = self.runs.window
        if message.direction == "older":
            window = window.with_older(self.history.page(after=window.older))
        else:
            window = window.with_newer(self.history.page(before=window.newer))
        self.runs.update(window)
        self.most_rows = max(self.most_rows, len(window.rows))

    @on(RunList.EndWanted)
    def _end(self, message: RunList.EndWanted) -> None:
        oldest = message.direction == "older"
        page = self.history.page(before=str(LENGTH)) if oldest else self.history.page()
        self.runs.show(RunWindow(page), at=PAGE - 1 if oldest else 0)


@asynccontextmanager
async def listing() -> AsyncIterator[tuple[ListApp, Pilot[None]]]:
    app = ListApp()
    async with app.run_test(size=(80, 20)) as pilot:
        await pilot.pause()
        yield app, pilot


def prompt(app: ListApp) -> str:
    assert app.runs.current is not None
    return app.runs.current.prompt


def in_view(app: ListApp) -> bool:
    row = app.runs.window.index(app.runs.current.id if app.runs.current else None)
    return row is not None and 0 <= row - app.runs.top < app.runs.size.height


def test_a_window_keeps_some_pages_only() -> None:
    history = EndlessHistory()
    window = RunWindow(history.page())
    for _ in range(20):
        window = window.with_older(history.page(after=window.older))
    assert len(window.rows) == MOST_PAGES * PAGE
    assert window.rows[-1].prompt == f"prompt {21 * PAGE - 1}"
    for _ in range(20):
        if window.newer is not None:
            window = window.with_newer(history.page(before=window.newer))
    assert window.rows[0].prompt == "prompt 0"
    assert window.newer is None


def test_a_window_knows_where_its_pages_begin() -> None:
    history = EndlessHistory()
    first = history.page()
    window = RunWindow(first, history.page(after=first.next))
    assert [window.start_of(row) for row in (0, PAGE - 1, PAGE)] == [None, None, str(PAGE)]
    assert window.index(run(PAGE + 3).id) == PAGE + 3
    assert window.index(None) is None
    assert not window.is_whole
    assert RunWindow(Page((run(0),))).is_whole


@pytest.mark.anyio
async def test_going_down_asks_for_pages_as_they_are_needed() -> None:
    async with listing() as (app, pilot):
        await pilot.press(*["pagedown"] * 25)
        assert prompt(app) == f"prompt {25 * 19}"
        assert in_view(app)
        assert app.history.calls <= 25 * 19 // PAGE + 3
        assert app.most_rows <= MOST_PAGES * PAGE
        await pilot.press(*["pageup"] * 25)
        assert prompt(app) == "prompt 0"
        assert in_view(app)


@pytest.mark.anyio
async def test_both_ends_are_one_page_away() -> None:
    async with listing() as (app, pilot):
        await pilot.press("G")
        await pilot.pause()
        assert prompt(app) == f"prompt {LENGTH - 1}"
        await pilot.press("k")
        assert prompt(app) == f"prompt {LENGTH - 2}"
        await pilot.press("g")
        await pilot.pause()
        assert prompt(app) == "prompt 0"
        assert app.history.calls <= 6


@pytest.mark.anyio
async def test_runs_that_come_in_leave_the_cursor_on_its_run() -> None:
    async with listing() as (app, pilot):
        await pilot.press("j", "j")
        page = app.history.page()
        newest = a_record(encode_ulid(LENGTH + 1, 0), prompt="new")
        app.runs.update(RunWindow(Page((newest, *page.items), page.next)))
        await pilot.pause()
        assert prompt(app) == "prompt 2"
        assert app.runs.top == 0


@pytest.mark.anyio
async def test_further_down_the_view_stays_where_it_is() -> None:
    async with listing() as (app, pilot):
        await pilot.press("pagedown", "pagedown")
        top = app.runs.window.rows[app.runs.top].prompt
        page = app.history.page()
        newest = a_record(encode_ulid(LENGTH + 1, 0), prompt="new")
        app.runs.update(RunWindow(Page((newest, *page.items), page.next)))
        await pilot.pause()
        assert app.runs.window.rows[app.runs.top].prompt == top
        assert prompt(app) == "prompt 38"


@pytest.mark.anyio
async def test_when_a_run_goes_the_cursor_is_on_the_next_one() -> None:
    async with listing() as (app, pilot):
        await pilot.press("j")
        page = app.history.page()
        app.runs.update(RunWindow(Page((page.items[0], *page.items[2:]), page.next)))
        await pilot.pause()
        assert prompt(app) == "prompt 2"


@pytest.mark.anyio
async def test_the_wheel_takes_the_cursor_along() -> None:
    async with listing() as (app, pilot):
        app.runs.scroll_to(y=40, animate=False, force=True)
        await pilot.pause()
        assert in_view(app)
        assert prompt(app) == "prompt 40"


@pytest.mark.anyio
async def test_an_empty_list_has_nothing_to_choose() -> None:
    async with listing() as (app, pilot):
        app.runs.show(RunWindow(Page(())))
        await pilot.press("j", "space", "enter", "G", "g", "pagedown")
        assert app.runs.current is None
        assert not app.runs.marked
