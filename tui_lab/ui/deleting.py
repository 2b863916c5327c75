"""Screens that list runs and delete them, with an undo for as long as its notice stands."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.binding import Binding, BindingType

from tui_lab.core.errors import LabError
from tui_lab.ui.deletions import Deletions
from tui_lab.ui.two_panes import TwoPanes

if TYPE_CHECKING:
    from tui_lab.lab import Lab

UNDO_SECONDS = 10.0


class DeletingScreen(TwoPanes):
    """Name what is chosen in `chosen_ids`, and show in `runs_changed` what became of it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("u", "undo", "undo", id="history.undo", tooltip="bring back what was deleted"),
        Binding("d", "delete", "delete", id="history.delete", tooltip="delete this, or the marked"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._lab: Lab | None = None
        self._deleted = Deletions()
        self._deleting = asyncio.Lock()

    @property
    def chosen_ids(self) -> Sequence[str]:
        raise NotImplementedError

    async def runs_changed(self) -> None:
        raise NotImplementedError

    def on_mount(self) -> None:
        self._undo_ends = self.set_interval(UNDO_SECONDS, self._forget_deleted, pause=True)

    @property
    def can_undo(self) -> bool:
        return bool(self._deleted) and self._lab is not None

    @work
    async def action_delete(self) -> None:
        assert self._lab is not None
        async with self._deleting:
            if ids := self.chosen_ids:
                await self._change(self._deleted.delete(self._lab, ids))

    @work
    async def action_undo(self) -> None:
        assert self._lab is not None
        async with self._deleting:
            if self._deleted:
                await self._change(self._deleted.undo(self._lab))

    async def _change(self, change: Awaitable[str]) -> None:
        """Deletes or restores; the list shows it before the next key is obeyed."""
        try:
            notice = await change
        except LabError as error:
            self.host.say_error(error)
            return
        await self.runs_changed()
        self.host.say(notice, seconds=UNDO_SECONDS)
        self._undo_ends.reset()
        self._undo_ends.resume()

    def _forget_deleted(self) -> None:
        self._undo_ends.pause()
        self._deleted.forget()
        self.refresh_bindings()
