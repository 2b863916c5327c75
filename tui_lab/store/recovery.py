"""Runs whose process died: they become `interrupted`, with the text that the journal kept.

What runs that are not recorded had reserved counts as spent: nobody knows better.
"""

from __future__ import annotations

import sqlite3

from tui_lab.core.record import Status
from tui_lab.store.journal import replay_journal
from tui_lab.store.owner import Here, Owner, is_alive
from tui_lab.store.reading import load_run
from tui_lab.store.spending import count_abandoned
from tui_lab.store.writing import finish_run

FOREIGN_SILENCE_MS = 60_000
"""How long a process on another host may give no sign before it counts as dead."""
UNRECORDED_SILENCE_MS = 3_600_000
"""The same for a run that is not recorded: it gives none while it runs."""


def is_anything_abandoned(db: sqlite3.Connection, here: Here) -> bool:
    return bool(_abandoned_runs(db, here) or _abandoned_reservations(db, here))


def interrupt_abandoned(db: sqlite3.Connection, here: Here) -> int:
    """Inside a transaction: folds what the journal has of these runs and ends them; how many.

    A journal that came to the end of its run gives the status that the run then had.
    """
    runs = _abandoned_runs(db, here)
    for seq in runs:
        record, deltas = replay_journal(db, load_run(db, seq), seq, Status.INTERRUPTED)
        finish_run(db, record, deltas.encode())
    for run_id in _abandoned_reservations(db, here):
        count_abandoned(db, run_id)
    return len(runs)


def _abandoned_runs(db: sqlite3.Connection, here: Here) -> list[int]:
    """`seq` of each run in progress whose process is gone."""
    running = db.execute("SELECT * FROM running")
    return [row["run"] for row in running if is_abandoned(row, here, FOREIGN_SILENCE_MS)]


def _abandoned_reservations(db: sqlite3.Connection, here: Here) -> list[str]:
    """Ids of runs that are not recorded, have reserved money, and whose process is gone."""
    unrecorded = db.execute(
        "SELECT * FROM reservations WHERE NOT EXISTS (SELECT 1 FROM running "
        "JOIN runs ON runs.seq = running.run WHERE runs.id = reservations.run_id)"
    )
    return [row["run_id"] for row in unrecorded if is_abandoned(row, here, UNRECORDED_SILENCE_MS)]


def is_abandoned(row: sqlite3.Row, here: Here, silence_ms: int) -> bool:
    """Whether the process that this row belongs to is gone, or has been silent for too long."""
    owner = Owner(row["host"], row["boot_id"], row["pid"], row["process_start"])
    if owner.host != here.owner.host:
        return here.now_ms - int(row["heartbeat_ms"]) > silence_ms
    return (
        owner.boot_id != here.owner.boot_id
        or row["database"] != here.database
        or not is_alive(owner)
    )
