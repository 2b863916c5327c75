"""The part of a list of runs that is in memory: some pages around what is being looked at.

The list itself may have any number of runs. It is only ever asked for the page after or before a
place in it, so that a step costs the same at its beginning and at its end.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from itertools import accumulate
from typing import TYPE_CHECKING, Literal

from tui_lab.core.record import RunRecord

if TYPE_CHECKING:
    from tui_lab.store.pages import Page

PAGE = 100
"""Runs of a page."""

MOST_PAGES = 4
"""Pages kept in memory; the ones farthest from where one goes are let go."""

Direction = Literal["newer", "older"]


class RunWindow:
    """Adjacent pages, newest first (or as a search ranks them); never changed. `rows` are their
    runs.

    `searching` is where the last page is to be gone on with: its time was up before it was full.
    """

    def __init__(self, *pages: Page, came: Direction = "older") -> None:
        """`came` is where the last page that was read is."""
        self._pages = pages
        self.rows: tuple[RunRecord, ...] = tuple(row for page in pages for row in page.items)
        self._places = {row.id: number for number, row in enumerate(self.rows)}
        last = pages[-1 if came == "older" else 0] if pages else None
        self.searching: Direction | None = came if last is not None and last.unfinished else None
        self.reached: datetime | None = last.reached if last is not None else None
        self.oldest = min((row.created_at for row in self.rows), default=None)

    @property
    def newer(self) -> str | None:
        """The cursor for the page before these, None when the list begins here."""
        return self._pages[0].previous if self._pages else None

    @property
    def older(self) -> str | None:
        """The cursor for the page after these, None when the list ends here."""
        return self._pages[-1].next if self._pages else None

    @property
    def is_whole(self) -> bool:
        """Whether these are all the runs of the list."""
        return self.newer is None and self.older is None

    @property
    def room(self) -> int:
        """How many runs the next page may have."""
        match self.searching:
            case "older":
                return PAGE - len(self._pages[-1].items)
            case "newer":
                return PAGE - len(self._pages[0].items)
            case None:
                return PAGE

    def index(self, run_id: str | None) -> int | None:
        """Where a run stands, None when it is not in memory."""
        return self._places.get(run_id or "")

    def start_of(self, index: int) -> str | None:
        """The cursor before the page that holds this row, None when the list begins with it."""
        ends = accumulate(len(page.items) for page in self._pages)
        pages = zip(self._pages, ends, strict=True)
        return next((page.previous for page, end in pages if index < end), None)

    def with_older(self, page: Page) -> RunWindow:
        """With what follows the last page; with the rest of it, where it is unfinished."""
        kept = self._pages
        if self.searching == "older":
            kept, last = self._pages[:-1], self._pages[-1]
            page = replace(page, items=last.items + page.items, previous=last.previous)
        return RunWindow(*[*kept, page][-MOST_PAGES:])

    def with_newer(self, page: Page) -> RunWindow:
        kept = self._pages
        if self.searching == "newer":
            first, kept = self._pages[0], self._pages[1:]
            page = replace(page, items=page.items + first.items, next=first.next)
        return RunWindow(*[page, *kept][:MOST_PAGES], came="newer")
