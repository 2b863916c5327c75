"""Models and parameters under a name, as rows."""

from __future__ import annotations

import json
import sqlite3

from tui_lab.core.parameters import Parameters
from tui_lab.core.preset import Preset
from tui_lab.core.refs import ModelRef
from tui_lab.store.database import Database
from tui_lab.store.rows import storable


class PresetRows:
    """All raise `LabError` of kind `storage`, as the methods of the store do."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def save(self, preset: Preset) -> None:
        """Keeps it, in place of one of the same name."""
        models = json.dumps([str(model) for model in preset.models])
        row = (storable(preset.name), models, json.dumps(preset.parameters.as_dict()))
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
            tuple(map(ModelRef.parse, json.loads(row["models"]))),
            Parameters.from_dict(json.loads(row["parameters"])),
        )
        for row in db.execute("SELECT * FROM presets ORDER BY name COLLATE NOCASE")
    )
