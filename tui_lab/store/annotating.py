"""What a person says of runs, written beside what happened in them; in progress or over."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence

from tui_lab.core.annotations import retag
from tui_lab.store.rows import storable, to_json_text


def tag_runs(
    db: sqlite3.Connection, run_ids: Sequence[str], add: Sequence[str], remove: Sequence[str]
) -> None:
    """Raises `LabError` of kind `usage` for what is no tag."""
    for run_id in run_ids:
        row = db.execute("SELECT tags FROM runs WHERE id = ?", (run_id,)).fetchone()
        if row is not None:
            tags = to_json_text(retag(json.loads(row["tags"]), add, remove))
            db.execute("UPDATE runs SET tags = ? WHERE id = ?", (tags, run_id))


def rate_runs(db: sqlite3.Connection, run_ids: Sequence[str], rating: int | None) -> None:
    db.executemany(
        "UPDATE runs SET rating = ? WHERE id = ?", [(rating, run_id) for run_id in run_ids]
    )


def note_run(db: sqlite3.Connection, run_id: str, text: str) -> None:
    """A text of nothing is no note."""
    note = storable(text).strip() or None
    db.execute("UPDATE runs SET note = ? WHERE id = ?", (note, run_id))
