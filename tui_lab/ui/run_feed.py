"""The history in windows, as a list on the screen asks for them."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from tui_lab.core.query import Name, Named, Query
from tui_lab.ui.run_window import PAGE, Direction, RunWindow

if TYPE_CHECKING:
    from tui_lab.lab import Lab
    from tui_lab.store.pages import Page, RunFilter

PATIENCE_S = 0.1
"""After so long a search shows what it has, and goes on."""

PATIENCE_AGAIN_S = 0.8
"""A list that is there already is looked at for so long whether it is another now."""


class RunFeed:
    """The runs that the query finds, of the lab's workspace unless it names others; `ranked`: the
    best of them.

    Everything that reads raises `LabError` of kind `storage`; cancelling it stops the search.
    """

    def __init__(self, lab: Lab, patience_s: float = PATIENCE_S) -> None:
        self._lab = lab
        self._patience_s = patience_s
        self.query = Query()
        self.ranked = False

    def understand(self, text: str) -> Query:
        """What is meant by a search that is being typed."""
        return self._lab.history.query(text, typing=True)

    async def end(self, direction: Direction) -> RunWindow:
        """The newest runs, or the oldest; where they are ranked, the best."""
        from tui_lab.store.pages import OLDEST

        if self._is_ranked:
            return await self._best()
        oldest = direction == "older"
        page = await self._page(PAGE, before=OLDEST if oldest else None)
        return RunWindow(page, came="newer" if oldest else "older")

    async def at(self, cursor: str) -> RunWindow:
        """The runs older than this place, with those newer than it before them."""
        return RunWindow(await self._page(PAGE, after=cursor))

    async def grown(self, window: RunWindow, direction: Direction) -> RunWindow:
        """The window with one page more, or with more of a page that is unfinished."""
        if direction == "older":
            return window.with_older(await self._page(window.room, after=window.older))
        return window.with_newer(await self._page(window.room, before=window.newer))

    async def again(self, window: RunWindow, row: int) -> RunWindow | None:
        """What is there now from the page with this row on; the rest comes in as one goes there.

        None where that takes too long: the list is not followed then.
        """
        if self._is_ranked:
            return await self._best()
        after = window.start_of(row)
        pages = [await self._page(PAGE, after=after, patience_s=PATIENCE_AGAIN_S)]
        if pages[0].unfinished:
            return None
        if pages[0].next is not None:
            pages.append(await self._page(PAGE, after=pages[0].next))
        return RunWindow(*pages)

    async def version(self) -> int:
        """Another number after anyone, here or elsewhere, has written."""
        return await asyncio.wrap_future(self._lab.history.version())

    @property
    def _is_ranked(self) -> bool:
        return self.ranked and bool(self.query.terms)

    async def _best(self) -> RunWindow:
        best = self._lab.history.best(self.query, self.wanted, limit=PAGE)
        return RunWindow(await asyncio.wrap_future(best))

    async def _page(
        self,
        limit: int,
        *,
        after: str | None = None,
        before: str | None = None,
        patience_s: float | None = None,
    ) -> Page:
        return await asyncio.wrap_future(
            self._lab.history.search(
                self.query,
                self.wanted,
                limit=limit,
                after=after,
                before=before,
                patience_s=self._patience_s if patience_s is None else patience_s,
            )
        )

    @property
    def wanted(self) -> RunFilter:
        """Which runs are searched at all."""
        from tui_lab.store.pages import RunFilter

        names = [one.name for one in self.query.conditions if isinstance(one, Named)]
        return RunFilter(workspace=None if Name.WORKSPACE in names else self._lab.workspace)
