"""Models and parameters under a name, as rows."""

from __future__ import annotations

import json
import sqlite3
from typing import Any

from tui_lab.core.asked import Asked
from tui_lab.core.parameters import Parameters
from tui_lab.core.preset import Preset
from tui_lab.store.database import Database
from tui_lab.store.rows import storable


class PresetRows:
    """All raise `LabError` of kind `storage`, as the methods of the store do."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def save(self, preset: Preset) -> None:
        """Keeps it, in place of one of the same name."""
        asked = json.dumps(preset.asked.to_json())
        row = (storable(preset.name), asked, json.dumps(preset.parameters.as_dict()))
        await self._database.write(
            lambda db: db.execute(
                "INSERT OR REPLACE INTO presets (name, models, parameters) VALUES (?, ?, ?)", row
            )
        )

    async def delete(self, name: str) -> None:
        await self._database.write(
            lambda db: db.execute("DELETE FROM presets WHERE name = ?", (storable(name),))
        )

    async def all(self) -> tuple[Preset, ...]:
        """In the order of their names."""
        return await self._database.read(_all)


def _all(db: sqlite3.Connection) -> tuple[Preset, ...]:
    return tuple(
        Preset(
            row["name"],
            _asked(json.loads(row["models"])),
            Parameters.from_dict(json.loads(row["parameters"])),
        )
        for row in db.execute("SELECT * FROM presets ORDER BY name COLLATE NOCASE")
    )


def _asked(told: Any) -> Asked:
    """Those of earlier versions name models alone, as a list."""
    return Asked.from_json({"models": told} if isinstance(told, list) else told)
