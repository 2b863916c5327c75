"""The answers of the Lab: lanes that follow their runs, and what is done with one of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual import work

from tui_lab.ui.widgets.comparing import ComparedLanes

if TYPE_CHECKING:
    from tui_lab.core.record import RunRecord
    from tui_lab.ui.widgets.lane import Lane


class Answers(ComparedLanes):
    """Gets runs, as they began or whole."""

    async def show_runs(self, runs: Sequence[RunRecord]) -> None:
        """Puts them in the place of those before, and goes to the first."""
        lanes = [self._lane(run) for run in runs]
        await self.show(lanes)
        for lane in lanes:
            self._follow(lane)
        self.refresh_leaders()
        self.go_to(lanes[0])

    def stop_current(self) -> bool:
        """Stops the run of the current lane; false if it is not in progress here."""
        lane = self.current
        return lane is not None and lane.is_running and self.host.stop(lane.record.id)

    def interrupt(self) -> None:
        """No more news will come."""
        for lane in self.lanes:
            lane.interrupt()

    def _lane(self, run: RunRecord) -> Lane:
        from tui_lab.ui.widgets.lane import Lane

        lane = Lane(run, self.host.painter, clock=self.host.clock)
        lane.view.scroll_lock = self.scroll_lock
        return lane

    def _follow(self, lane: Lane) -> None:
        if lane.is_running:
            self.host.follow(lane.record.id, lane.take)

    @work
    async def on_lane_again_asked(self, message: Lane.AgainAsked) -> None:
        from tui_lab.core.draft import repeat
        from tui_lab.core.errors import LabError

        try:
            draft = repeat(message.lane.record, self.host.workspace)
        except LabError as error:
            self.host.say_error(error)
            return
        runs = await self.host.start(draft)
        if runs is not None:
            lane = self._lane(runs[0])
            await self.replace(message.lane, lane)
            self._follow(lane)
            self.refresh_leaders()
            self.go_to(lane)

    def on_lane_zoom_asked(self, message: Lane.ZoomAsked) -> None:
        self.zoom(not self.zoomed)
        self.go_to(message.lane)

    def on_lane_copy_asked(self, message: Lane.CopyAsked) -> None:
        self.app.copy_to_clipboard(message.lane.copied_text)

    @work
    async def on_lane_copy_code_asked(self, message: Lane.CopyCodeAsked) -> None:
        blocks = message.lane.view.code_blocks()
        code: str | None = blocks[0][1] if blocks else None
        if len(blocks) > 1:
            from tui_lab.ui.dialogs.code_blocks import CodeBlocks

            code = await self.app.push_screen_wait(CodeBlocks(blocks))
        if code is not None:
            self.app.copy_to_clipboard(code)

    def on_lane_changed(self) -> None:
        self.refresh_tabs()
        self.refresh_leaders()
        self.screen.refresh_bindings()
