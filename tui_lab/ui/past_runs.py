"""What is done with runs of the past: read whole, brought to the Lab, run again."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from textual.app import App

from tui_lab.core.asked import Asked
from tui_lab.core.draft import check_attached, repeat
from tui_lab.core.record import RunRecord, Status
from tui_lab.ui.screens.lab import LabScreen

if TYPE_CHECKING:
    from tui_lab.lab import Lab
    from tui_lab.ui.host import Host

MOST_UNASKED = 3
"""Runs that are run again at once without a question."""

MOST_LANES = 100
"""Runs of a batch that are opened in the Lab."""


async def whole_run(lab: Lab, run_id: str) -> RunRecord:
    """Raises `LabError`, as all of these do."""
    return await asyncio.wrap_future(lab.history.run(run_id))


async def whole_batch(lab: Lab, run: RunRecord) -> tuple[list[RunRecord], int]:
    """The runs of its batch that are over, lane by lane, and how many others are in progress.

    Of very many the latest.
    """
    from tui_lab.store.pages import RunFilter

    wanted = RunFilter(workspace=run.workspace, batch_id=run.batch_id)
    page = await asyncio.wrap_future(lab.history.runs(wanted, limit=MOST_LANES))
    over = [one.id for one in page.items if one.status is not Status.RUNNING]
    records = [await whole_run(lab, run_id) for run_id in over]
    ordered = sorted(records, key=lambda one: (one.lane, one.repeat))
    return ordered, len(page.items) - len(over)


async def used_tags(lab: Lab) -> list[str]:
    """The tags of the workspace's latest tagged runs, the latest first."""
    from tui_lab.store.pages import LARGEST_LIMIT, RunFilter

    wanted = RunFilter(workspace=lab.workspace)
    found = lab.history.search(lab.history.query("has:tag"), wanted, limit=LARGEST_LIMIT)
    page = await asyncio.wrap_future(found)
    return list(dict.fromkeys(tag for run in page.items for tag in run.tags))


async def run_again(
    app: App[Any],
    host: Host,
    lab: Lab,
    run_ids: Sequence[str],
    asked: Asked | None = None,
) -> bool:
    """Asks the same of these, else of the same; false: rather not.

    To be awaited in a worker.
    """
    if len(run_ids) > MOST_UNASKED:
        from tui_lab.ui.dialogs.question import Question

        text = f"{len(run_ids)} runs are marked. Run all of them again?"
        if not await app.push_screen_wait(Question("Run again", text)):
            return False
    records = [await whole_run(lab, run_id) for run_id in run_ids]
    for record in records:
        check_attached(record)
    drafts = [repeat(record, host.workspace, asked) for record in records]
    for draft in drafts:
        for run in await host.start(draft) or ():
            # The list shows how it goes; its news are for nobody.
            host.follow(run.id, lambda news: None)
    return True


async def lab_screen(app: App[Any]) -> LabScreen:
    """Goes there."""
    await app.switch_mode(LabScreen.MODE)
    screen = app.screen
    assert isinstance(screen, LabScreen)
    return screen
