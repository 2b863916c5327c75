"""Runs whose process died: they become `interrupted`, with the text that the journal kept."""

from __future__ import annotations

import sqlite3

from tui_lab.core.record import Status
from tui_lab.store.journal import replay_journal
from tui_lab.store.owner import Here, Owner, is_alive
from tui_lab.store.reading import load_run
from tui_lab.store.writing import finish_run

FOREIGN_SILENCE_MS = 60_000
"""How long a process on another host may give no sign before it counts as dead."""


def abandoned_runs(db: sqlite3.Connection, here: Here) -> list[int]:
    """`seq` of each run in progress whose process is gone."""
    return [row["run"] for row in db.execute("SELECT * FROM running") if _is_abandoned(row, here)]


def interrupt_abandoned(db: sqlite3.Connection, here: Here) -> int:
    """Inside a transaction: folds what the journal has of these runs and ends them; how many.

    A journal that came to the end of its run gives the status that the run then had.
    """
    runs = abandoned_runs(db, here)
    for seq in runs:
        record, deltas = replay_journal(db, load_run(db, seq), seq, Status.INTERRUPTED)
        finish_run(db, record, deltas.encode())
    return len(runs)


def _is_abandoned(row: sqlite3.Row, here: Here) -> bool:
    owner = Owner(row["host"], row["boot_id"], row["pid"], row["process_start"])
    if owner.host != here.owner.host:
        return here.now_ms - int(row["heartbeat_ms"]) > FOREIGN_SILENCE_MS
    return (
        owner.boot_id != here.owner.boot_id
        or row["database"] != here.database
        or not is_alive(owner)
    )
