"""The part of a list of runs that is in memory: some pages around what is being looked at.

The list itself may have any number of runs. It is only ever asked for the page after or before a
place in it, so that a step costs the same at its beginning and at its end.
"""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING

from tui_lab.core.record import RunRecord

if TYPE_CHECKING:
    from tui_lab.store.pages import Page

PAGE = 100
"""Runs of a page."""

MOST_PAGES = 4
"""Pages kept in memory; the ones farthest from where one goes are let go."""


class RunWindow:
    """Adjacent pages, newest first; never changed. `rows` are their runs."""

    def __init__(self, *pages: Page) -> None:
        self._pages = pages
        self.rows: tuple[RunRecord, ...] = tuple(row for page in pages for row in page.items)
        self._places = {row.id: number for number, row in enumerate(self.rows)}

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

    def index(self, run_id: str | None) -> int | None:
        """Where a run stands, None when it is not in memory."""
        return self._places.get(run_id or "")

    def start_of(self, index: int) -> str | None:
        """The cursor before the page that holds this row, None when the list begins with it."""
        ends = accumulate(len(page.items) for page in self._pages)
        pages = zip(self._pages, ends, strict=True)
        return next((page.previous for page, end in pages if index < end), None)

    def with_older(self, page: Page) -> RunWindow:
        return RunWindow(*[*self._pages, page][-MOST_PAGES:])

    def with_newer(self, page: Page) -> RunWindow:
        return RunWindow(*[page, *self._pages][:MOST_PAGES])
