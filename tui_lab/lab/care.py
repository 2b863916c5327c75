"""The care of the history's file, without opening the lab: a damaged one is looked at as it is.

All of it blocks, and raises `LabError` of kind `storage`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.directories import directories
from tui_lab.store import checking, compacting, repairing
from tui_lab.store.checking import Size, Soundness
from tui_lab.store.copying import back_up
from tui_lab.store.failures import storage_error
from tui_lab.store.files import HistoryFiles
from tui_lab.store.migrate import packaged_migrations
from tui_lab.store.mounts import network_filesystem
from tui_lab.store.opening import Plan, open_to_read
from tui_lab.store.owner import this_process

_WAIT_S = 10.0


class HistoryCare:
    def __init__(self, environ: Mapping[str, str]) -> None:
        path = directories(environ).data / "history.db"
        self._plan = Plan(
            files=HistoryFiles(path),
            owner=this_process(),
            now=lambda: datetime.now(UTC),
            network=network_filesystem(path.parent),
            timeout_s=_WAIT_S,
            steps=packaged_migrations(),
        )

    @property
    def set_aside(self) -> tuple[Path, ...]:
        """Damaged histories that lie beside this one."""
        return self._plan.files.damaged

    def back_up(self, copy: Path | None) -> Path:
        """A checked copy, by default beside the history under a name with its date; where it is."""
        files = self._existing.files
        db = open_to_read(self._plan)
        try:
            copy = copy or files.backup(self._plan.now())
            back_up(db, files.database, copy)
        finally:
            db.close()
        return copy

    def check(self) -> Soundness:
        return checking.check(self._existing)

    def repair(self) -> list[str]:
        """What was done, in words; the file as it was is always kept beside."""
        return repairing.repair(self._existing)

    def bring_back(self, damaged: Path) -> list[str]:
        """Adds the runs that can be read of a damaged history to this one."""
        return repairing.bring_back(self._existing, damaged)

    def compact(self) -> tuple[Size, Size]:
        """The sizes before and after."""
        return compacting.compact(self._existing)

    @property
    def _existing(self) -> Plan:
        path = self._plan.files.database
        try:
            path.stat()
        except FileNotFoundError:
            raise LabError(
                ErrorKind.USAGE, "there is no history yet", "tui-lab run makes one"
            ) from None
        except OSError as error:
            raise storage_error(error, path) from error
        return self._plan
