"""The runs that a search finds, as a list that stays up to date."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from tui_lab.core.errors import LabError
from tui_lab.core.sanitise import sanitise
from tui_lab.ui.run_feed import RunFeed
from tui_lab.ui.run_window import RunWindow
from tui_lab.ui.text.history_words import NOTHING_FOUND, count_words
from tui_lab.ui.widgets.query_line import QueryLine
from tui_lab.ui.widgets.run_list import RunList

TYPING_SECONDS = 0.08
"""How long a search waits for the next key."""


class FoundRuns(Vertical):
    """A query line over a list of runs; without words all runs are listed."""

    class Changed(Message):
        """Other runs are listed or marked."""

    def __init__(self, now: Callable[[], datetime], *, id: str, classes: str) -> None:
        super().__init__(id=id, classes=classes)
        self.query_line = QueryLine(
            "/ searches prompts and answers",
            id="history-query",
            help_text="Words that must all occur in prompt, system prompt, answer or reasoning.",
        )
        self.runs = RunList(now, id="history-runs")
        self._notice = Static(id="history-notice", markup=False)
        self._feed: RunFeed | None = None
        self._version: int | None = None
        self._was_read = False

    def compose(self) -> ComposeResult:
        yield self.query_line
        yield self._notice
        yield self.runs

    def on_mount(self) -> None:
        self._show_count()

    @property
    def words(self) -> str:
        """What is searched for; empty: everything is listed."""
        return self.query_line.value.strip()

    @property
    def is_empty(self) -> bool:
        """Whether the history was read, and there are no runs at all."""
        return self._was_read and not (self.runs.window.rows or self.words)

    def read_from(self, feed: RunFeed | None) -> None:
        """Lists what this reads; without one, what is listed stays as it is."""
        self._feed = feed
        if feed is not None:
            self._find()

    def tell(self, error: LabError) -> None:
        """The history cannot be read: says so where the list would be."""
        self._notice.update(sanitise(f"✗ {error.message}\n→ {error.hint}"))
        self._notice.display = True

    async def bring_in(self) -> bool:
        """What any process has written since the last time; false if there is nothing new."""
        if self._feed is None:
            return False
        window = self.runs.window
        try:
            version = await self._feed.version()
            if version == self._version:
                return False
            if self._update_list(window, await self._feed.again(window, self.runs.top)):
                self._version = version
        except LabError as error:
            self.tell(error)
        return True

    @work(exclusive=True, group="list")
    async def _find(self) -> None:
        """A new list; a search that is still going on is given up."""
        assert self._feed is not None
        if self.words:
            await asyncio.sleep(TYPING_SECONDS)
        self._feed.words = self.query_line.value
        try:
            window = await self._feed.end("newer")
        except LabError as error:
            self.tell(error)
        else:
            self._show_list(window)

    @on(RunList.PageWanted)
    @work(group="list")
    async def _turn(self, message: RunList.PageWanted) -> None:
        if self._feed is None:
            return
        window = self.runs.window
        try:
            grown = await self._feed.grown(window, message.direction)
        except LabError as error:
            self.tell(error)
            self.runs.page_failed()
        else:
            self._update_list(window, grown)

    @on(RunList.EndWanted)
    @work(exclusive=True, group="list")
    async def _go_to_end(self, message: RunList.EndWanted) -> None:
        if self._feed is None:
            return
        try:
            window = await self._feed.end(message.direction)
        except LabError as error:
            self.tell(error)
        else:
            self._show_list(window, at=len(window.rows) - 1 if message.direction == "older" else 0)

    @on(QueryLine.Changed)
    def _typed(self) -> None:
        # What is marked is done something with: it stays in view.
        self.runs.clear_marks()
        if self._feed is not None:
            self._find()

    def _update_list(self, before: RunWindow, now: RunWindow) -> bool:
        """The same list as it is now; false if another one is shown meanwhile."""
        if self.runs.window is not before:
            return False
        self.runs.update(now)
        self._show_count()
        return True

    def _show_list(self, window: RunWindow, *, at: int = 0) -> None:
        self._was_read = True
        self.runs.show(window, at=at)
        self._show_count()

    @on(RunList.Marked)
    def _show_count(self) -> None:
        """Title, number of runs, and what stands in place of a list that is empty."""
        window, words = self.runs.window, self.words
        self._notice.display = bool(words) and not window.rows
        self._notice.update(NOTHING_FOUND)
        self.border_title = Content("History")
        self.border_subtitle = Content(
            count_words(window, len(self.runs.marked), found=bool(words))
        )
        self.post_message(self.Changed())
