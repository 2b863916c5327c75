"""Screens that list runs and write them to files: which, and how far it is."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from concurrent.futures import Future
from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.binding import Binding, BindingType

from tui_lab.core.errors import LabError
from tui_lab.core.query import Query
from tui_lab.ui.using_runs import UsingRuns

if TYPE_CHECKING:
    from tui_lab.store.pages import RunFilter
    from tui_lab.ui.dialogs.export_form import Exportable, ExportOrder

TOLD_EVERY_S = 0.5


class ExportingRuns(UsingRuns):
    """The marked runs, the one under the cursor, or all that is found. One export at a time."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("e", "export", "export", id="history.export", tooltip="write runs to a file"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._export: Future[int] | None = None

    @property
    def listed(self) -> tuple[Query, RunFilter | None]:
        """What the list is of, and which runs are searched for it, if that is known."""
        raise NotImplementedError

    @property
    def is_exporting(self) -> bool:
        return self._export is not None

    def give_export_up(self) -> None:
        """Nothing of the file stays."""
        if self._export is not None:
            self._export.cancel()

    @work(group="export")
    async def action_export(self) -> None:
        from tui_lab.ui.dialogs.export_form import ExportForm

        order = await self.app.push_screen_wait(ExportForm(self._exportable()))
        if order is None or self._lab is None or self.is_exporting:
            return
        try:
            await self._write(order)
        except LabError as error:
            self.host.say_error(error)
        finally:
            self._export = None
            self.refresh_bindings()

    def _exportable(self) -> Sequence[Exportable]:
        from tui_lab.lab.exporting import Selection
        from tui_lab.ui.dialogs.export_form import Exportable

        query, wanted = self.listed
        ids = tuple(self.chosen_ids)
        these = f"the {len(ids)} marked runs" if len(ids) > 1 else "this run"
        found = [Exportable(these, Selection(run_ids=ids))]
        if wanted is not None and not query.problems:
            which = (
                "all runs that the search finds"
                if query != Query()
                else "all runs of this workspace"
            )
            found.append(Exportable(which, Selection(query, wanted)))
        return found

    async def _write(self, order: ExportOrder) -> None:
        """Tells how far it is until it is over."""
        assert self._lab is not None
        done: list[int] = [0]
        self._export = self._lab.history.export(
            order.selection,
            order.format,
            order.path,
            replace=order.replace,
            progress=lambda count: done.append(count),
        )
        self.refresh_bindings()
        writing = asyncio.ensure_future(asyncio.wrap_future(self._export))
        while not (await asyncio.wait([writing], timeout=TOLD_EVERY_S))[0]:
            words = f"exporting · {done[-1]:,} runs so far · esc gives up"
            self.host.say(words, seconds=2 * TOLD_EVERY_S)
        if writing.cancelled():
            self.host.say("export given up: nothing is left of it")
            return
        count = writing.result()
        self.host.say(f"{'1 run' if count == 1 else f'{count:,} runs'} written to {order.path}")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "export":
            ready = self._lab is not None and not self.is_exporting
            return ready and self.current_run is not None
        return super().check_action(action, parameters)
