"""Lists of models as providers gave them, kept for when they cannot be asked."""

from __future__ import annotations

import json
import sqlite3

from tui_lab.core.model_facts import ListedModel, ModelList
from tui_lab.core.value_json import format_time, parse_time
from tui_lab.store.rows import to_json_text


def save_model_list(db: sqlite3.Connection, listed: ModelList) -> None:
    """In place of the list that was there."""
    models = to_json_text([model.to_json() for model in listed.models])
    db.execute(
        "INSERT OR REPLACE INTO model_lists (provider, base_url, fetched_at, models) "
        "VALUES (?, ?, ?, ?)",
        (listed.provider, listed.base_url, format_time(listed.fetched_at), models),
    )


def model_lists(db: sqlite3.Connection) -> tuple[ModelList, ...]:
    rows = db.execute("SELECT provider, base_url, fetched_at, models FROM model_lists")
    return tuple(
        ModelList(
            row["provider"],
            row["base_url"],
            parse_time(row["fetched_at"]),
            tuple(ListedModel.from_json(model) for model in json.loads(row["models"])),
        )
        for row in rows
    )
