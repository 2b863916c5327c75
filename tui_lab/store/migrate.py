"""Brings a database to the newest schema, one numbered step at a time."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from datetime import datetime
from importlib import resources
from pathlib import Path

from tui_lab.store.copying import write_copy
from tui_lab.store.files import HistoryFiles
from tui_lab.store.transactions import Transactions


def packaged_migrations() -> tuple[str, ...]:
    """The SQL of each step: `migrations/0001_….sql` makes version 1 of an empty database."""
    folder = resources.files("tui_lab.store") / "migrations"
    steps = sorted(
        (file for file in folder.iterdir() if file.name.endswith(".sql")),
        key=lambda file: file.name,
    )
    return tuple(step.read_text(encoding="utf-8") for step in steps)


def schema_version(db: sqlite3.Connection) -> int:
    version: int = db.execute("PRAGMA user_version").fetchone()[0]
    return version


def migrate(
    db: sqlite3.Connection,
    steps: Sequence[str],
    *,
    files: HistoryFiles,
    transactions: Transactions,
    now: datetime,
) -> Path | None:
    """Takes the steps that are missing; the backup made before, if there was anything to lose.

    A step is taken whole or not at all, and nothing is thrown away before the backup is whole.
    Raises `sqlite3.Error`, `OSError`, `LabError` of kind `storage`.
    """
    version = schema_version(db)
    if version >= len(steps):
        return None
    backup = None
    if version > 0:
        backup = files.backup(now)
        write_copy(db, files.unfinished_backup, backup)
    for number, script in enumerate(steps[version:], start=version + 1):
        with transactions.write(db):
            for statement in statements(script):
                db.execute(statement)
            db.execute(f"PRAGMA user_version = {number}")
    return backup


def statements(script: str) -> Iterator[str]:
    """The statements of a script (`executescript` would commit before each script)."""
    pending = ""
    for line in script.splitlines(keepends=True):
        pending += line
        if sqlite3.complete_statement(pending):
            yield pending
            pending = ""
    if pending.strip():
        yield pending
