"""The list of runs before there is a history to read."""

from __future__ import annotations

import pytest
from textual.app import App, ComposeResult

from tests.builders import NOON
from tui_lab.ui.widgets.found_runs import OPENING_SECONDS, FoundRuns

pytestmark = pytest.mark.anyio


class ListApp(App[None]):
    """The list, and no history yet."""

    def compose(self) -> ComposeResult:
        yield FoundRuns(lambda: NOON, id="list", classes="")


async def test_before_the_history_is_open_nothing_is_said_of_what_is_found() -> None:
    app = ListApp()
    async with app.run_test() as pilot:
        found = app.query_one(FoundRuns)
        found.query_line.value = "words"
        await pilot.pause()
        notice = app.query_one("#history-notice")
        assert "Nothing found" not in str(notice.render()) or not notice.display
        assert not found.is_empty
        await pilot.pause(OPENING_SECONDS)
        assert notice.display
        assert "being opened" in str(notice.render())
