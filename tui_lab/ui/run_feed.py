"""The history in windows, as a list on the screen asks for them."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Literal

from tui_lab.ui.run_window import PAGE, RunWindow

if TYPE_CHECKING:
    from tui_lab.lab import Lab
    from tui_lab.store.pages import Page

Direction = Literal["newer", "older"]


class RunFeed:
    """The runs of the lab's workspace in which all `words` occur; without words, all of them.

    Everything that reads raises `LabError` of kind `storage`; cancelling it stops the search.
    """

    def __init__(self, lab: Lab) -> None:
        self._lab = lab
        self.words = ""

    async def end(self, direction: Direction) -> RunWindow:
        """The newest runs, or the oldest."""
        from tui_lab.store.pages import OLDEST

        return RunWindow(await self._page(before=OLDEST if direction == "older" else None))

    async def grown(self, window: RunWindow, direction: Direction) -> RunWindow:
        """The window with one page more."""
        if direction == "older":
            return window.with_older(await self._page(after=window.older))
        return window.with_newer(await self._page(before=window.newer))

    async def again(self, window: RunWindow, row: int) -> RunWindow:
        """What is there now from the page with this row on; the rest comes in as one goes there."""
        pages = [await self._page(after=window.start_of(row))]
        if pages[0].next is not None:
            pages.append(await self._page(after=pages[0].next))
        return RunWindow(*pages)

    async def version(self) -> int:
        """Another number after anyone, here or elsewhere, has written."""
        return await asyncio.wrap_future(self._lab.history.version())

    async def _page(self, *, after: str | None = None, before: str | None = None) -> Page:
        from tui_lab.store.pages import RunFilter

        wanted = RunFilter(workspace=self._lab.workspace)
        history = self._lab.history
        query = history.query(self.words, typing=True)
        return await asyncio.wrap_future(
            history.search(query, wanted, limit=PAGE, after=after, before=before)
        )
