"""What was deleted a moment ago: the last deletion is brought back first."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tui_lab.lab import Lab
    from tui_lab.store.deleting import DeletedRun


class Deletions:
    """Deletes runs and restores them, one deletion after the other.

    Both give the notice for the person, and raise `LabError` when it could not be done.
    """

    def __init__(self) -> None:
        self._kept: list[tuple[DeletedRun, ...]] = []

    def __bool__(self) -> bool:
        return bool(self._kept)

    async def delete(self, lab: Lab, run_ids: Sequence[str]) -> str:
        deleted = await asyncio.wrap_future(lab.history.delete(run_ids))
        self._kept.append(deleted)
        more = f", each u one of {len(self._kept)} deletions" if len(self._kept) > 1 else ""
        return f"deleted {_runs(deleted)} · u brings back{more}"

    async def undo(self, lab: Lab) -> str:
        deleted = self._kept[-1]
        await asyncio.wrap_future(lab.history.restore(deleted))
        self._kept.remove(deleted)
        more = f" · u brings back {_runs(self._kept[-1])} more" if self._kept else ""
        return f"brought back {_runs(deleted)}{more}"

    def forget(self) -> None:
        self._kept.clear()


def _runs(deleted: Sequence[DeletedRun]) -> str:
    return "1 run" if len(deleted) == 1 else f"{len(deleted)} runs"
