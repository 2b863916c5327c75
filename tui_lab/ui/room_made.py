"""Room for new lanes: what becomes of the ones in which answers still come."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from textual.app import App

if TYPE_CHECKING:
    from tui_lab.ui.host import Host
    from tui_lab.ui.widgets.lane import Lane


async def room_made(app: App[Any], host: Host, lanes: Sequence[Lane]) -> bool:
    """Asks if need be, and stops the runs or lets them go on; false: back. Await it in a worker."""
    running = [lane for lane in lanes if lane.is_running]
    if not running:
        return True
    from tui_lab.ui.dialogs.still_running import StillRunning

    stop = await app.push_screen_wait(StillRunning(len(running)))
    if stop is None:
        return False
    for lane in running:
        # Without a lane their news are for nobody: the history has them.
        host.follow(lane.record.id, lambda news: None)
        if stop:
            host.stop(lane.record.id)
    return True
