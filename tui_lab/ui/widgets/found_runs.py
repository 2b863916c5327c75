"""The runs that a search finds, as a list that stays up to date."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.suggester import Suggester
from textual.widgets import Static

from tui_lab.core.errors import LabError
from tui_lab.core.matching import Finder, finder
from tui_lab.core.query import Query
from tui_lab.core.sanitise import sanitise
from tui_lab.ui.run_feed import RunFeed
from tui_lab.ui.run_window import RunWindow
from tui_lab.ui.text.history_words import NOTHING_FOUND, OPENING, count_words, reached_words
from tui_lab.ui.text.query_words import LANGUAGE, completion, query_words
from tui_lab.ui.widgets.query_line import QueryLine
from tui_lab.ui.widgets.run_list import RunList

if TYPE_CHECKING:
    from tui_lab.store.pages import RunFilter

OPENING_SECONDS = 1.0
"""How long the history may take to be opened before that is told."""

TYPING_SECONDS = 0.08
"""How long a search waits for the next key."""


class _Completions(Suggester):
    async def get_suggestion(self, value: str) -> str | None:
        return completion(value)


class FoundRuns(Vertical):
    """A query line over a list of runs; without words all runs are listed."""

    DEFAULT_CSS = """
    FoundRuns {
        & > QueryLine { margin-bottom: 0; }
        & > #history-told { height: auto; min-height: 1; max-height: 2; }
    }
    """

    class Changed(Message):
        """Other runs are listed or marked."""

    def __init__(self, now: Callable[[], datetime], *, id: str, classes: str) -> None:
        super().__init__(id=id, classes=classes)
        self._now = now
        self.query_line = QueryLine(
            "/ searches prompts and answers",
            id="history-query",
            help_text=LANGUAGE,
            suggester=_Completions(case_sensitive=True),
        )
        self.runs = RunList(now, id="history-runs")
        self._told = Static(id="history-told", markup=False)
        self._notice = Static(id="history-notice", markup=False)
        self._feed: RunFeed | None = None
        self._find_words: Finder | None = None
        self._version: int | None = None
        self._listed: str | None = None

    def compose(self) -> ComposeResult:
        yield self.query_line
        yield self._told
        yield self._notice
        yield self.runs

    def on_mount(self) -> None:
        self._show_count()
        self.set_timer(OPENING_SECONDS, self._tell_opening)

    def _tell_opening(self) -> None:
        if self._feed is None and not self._notice.display:
            self._notice.update(OPENING)
            self._notice.display = True

    @property
    def words(self) -> str:
        """What is searched for; empty: everything is listed."""
        return self.query_line.value.strip()

    @property
    def query_now(self) -> Query:
        """What the list is of."""
        return self._feed.query if self._feed is not None else Query()

    @property
    def wanted(self) -> RunFilter | None:
        """Which runs are searched at all; None: it is not known yet."""
        return self._feed.wanted if self._feed is not None else None

    @property
    def is_empty(self) -> bool:
        """Whether the history was read, and there are no runs at all; a search that has found
        nothing says nothing of that."""
        return self._listed == "" and not self.runs.window.rows

    def read_from(self, feed: RunFeed | None) -> None:
        """Lists what this reads; without one, what is listed stays as it is."""
        self._feed = feed
        if feed is not None:
            self._search()

    def tell(self, error: LabError) -> None:
        """The history cannot be read: says so where the list would be."""
        self._notice.update(sanitise(f"✗ {error.message}\n→ {error.hint}"))
        self._notice.display = True

    # What is listed

    async def bring_in(self, *, changed: bool = False) -> bool:
        """What any process has written since the last time; false if there is nothing new.

        A search that goes on is left alone, unless the list was `changed` from here.
        """
        window = self.runs.window
        if self._feed is None or (window.searching and not changed):
            return False
        try:
            version = await self._feed.version()
            if version == self._version:
                return False
            now = await self._feed.again(window, self.runs.top)
            if now is None and changed:
                now = await self._feed.end("newer")
            if now is None or self._update_list(window, now):
                self._version = version
        except LabError as error:
            self.tell(error)
        return True

    @on(QueryLine.Changed)
    def _typed(self) -> None:
        # What is marked is done something with: it stays in view.
        self.runs.clear_marks()
        self._search()

    @on(QueryLine.FocusChanged)
    def _show_told(self) -> None:
        feed, line = self._feed, self.query_line
        query, ranked = (feed.query, feed.ranked) if feed is not None else (Query(), False)
        words = query_words(line.value, query, typing=line.has_focus, ranked=ranked)
        self._told.update(words)

    @property
    def can_rank(self) -> bool:
        return self._feed is not None and bool(self._feed.query.terms)

    def rank(self) -> None:
        """The best first, or the newest again."""
        if self._feed is not None:
            self._feed.ranked = not self._feed.ranked
            self._search()

    def _search(self) -> None:
        """A new list; a search that is still going on is given up."""
        if self._feed is None:
            return
        self._feed.query = self._feed.understand(self.query_line.value)
        self._find_words = finder(self._feed.query)
        self._show_told()
        self._begin(partial(self._first_page, self._feed))

    async def _first_page(self, feed: RunFeed) -> RunWindow:
        if self.words:
            await asyncio.sleep(TYPING_SECONDS)
        return await feed.end("newer")

    @work(exclusive=True, group="list")
    async def _begin(
        self, reading: Callable[[], Awaitable[RunWindow]], *, at_end: bool = False
    ) -> None:
        """Another list in place of this one."""
        words = self.words
        try:
            window = await reading()
        except LabError as error:
            self.tell(error)
            self.runs.page_failed()
        else:
            self._listed = words
            self.runs.show(window, at=len(window.rows) - 1 if at_end else 0, find=self._find_words)
            self._show_count()

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
    def _go_to_end(self, message: RunList.EndWanted) -> None:
        if self._feed is not None:
            oldest = message.direction == "older"
            self._begin(partial(self._feed.end, message.direction), at_end=oldest)

    def go_to(self, cursor: str) -> None:
        """To the newest run that is older than this place."""
        if self._feed is not None:
            self._begin(partial(self._feed.at, cursor))

    def _update_list(self, before: RunWindow, now: RunWindow) -> bool:
        """The same list as it is now; false if another one is shown meanwhile."""
        if self.runs.window is not before:
            return False
        self.runs.update(now)
        self._show_count()
        return True

    @on(RunList.Marked)
    def _show_count(self) -> None:
        """Title, number of runs, and what stands in place of a list that is empty."""
        window, words = self.runs.window, self.words
        reached = reached_words(window, self._now())
        self._notice.display = self._listed is not None and bool(words) and not window.rows
        self._notice.update(Content(reached) if reached else NOTHING_FOUND)
        self.border_title = Content("History")
        count = count_words(window, len(self.runs.marked), found=bool(words))
        self.border_subtitle = Content(" · ".join(filter(None, (count, reached))))
        self.post_message(self.Changed())
