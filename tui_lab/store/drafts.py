"""Prompts that are being written: a row each, its process's own for as long as that lives."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from dataclasses import asdict

from tui_lab.core.saved_draft import SavedDraft
from tui_lab.core.value_json import format_time, parse_time
from tui_lab.store.database import Database
from tui_lab.store.owner import Here, Owner
from tui_lab.store.recovery import UNRECORDED_SILENCE_MS, is_abandoned
from tui_lab.store.rows import Row, storable


class DraftRows:
    """All raise `LabError` of kind `storage`, as the methods of the store do."""

    def __init__(self, database: Database, here: Callable[[], Here]) -> None:
        self._database = database
        self._here = here

    async def save(self, draft: SavedDraft, text: str) -> None:
        """Keeps a draft in place of what it was, as this process's own; `text` is its content."""
        here = self._here()
        await self._database.write(lambda db: _save(db, draft, text, here))

    async def delete(self, draft_id: str) -> None:
        await self._database.write(
            lambda db: db.execute("DELETE FROM drafts WHERE id = ?", (draft_id,))
        )

    async def free(self, workspace: str) -> tuple[SavedDraft, ...]:
        """The workspace's drafts that no other living process is writing, newest first."""
        here = self._here()
        return await self._database.read(lambda db: _free(db, workspace, here))


def _save(db: sqlite3.Connection, draft: SavedDraft, text: str, here: Here) -> None:
    row: Row = {
        "id": draft.id,
        "workspace": storable(draft.workspace),
        "saved_at": format_time(draft.saved_at),
        "content": storable(text),
        "database": here.database,
        "heartbeat_ms": here.now_ms,
    }
    row |= asdict(here.owner)
    columns, marks = ", ".join(row), ", ".join("?" * len(row))
    db.execute(f"INSERT OR REPLACE INTO drafts ({columns}) VALUES ({marks})", tuple(row.values()))  # noqa: S608


def _free(db: sqlite3.Connection, workspace: str, here: Here) -> tuple[SavedDraft, ...]:
    rows = db.execute(
        "SELECT * FROM drafts WHERE workspace = ? ORDER BY saved_at DESC", (storable(workspace),)
    )
    return tuple(
        SavedDraft(
            row["id"], row["workspace"], parse_time(row["saved_at"]), json.loads(row["content"])
        )
        for row in rows
        if _is_own(row, here) or is_abandoned(row, here, UNRECORDED_SILENCE_MS)
    )


def _is_own(row: sqlite3.Row, here: Here) -> bool:
    owner = Owner(row["host"], row["boot_id"], row["pid"], row["process_start"])
    return owner == here.owner
