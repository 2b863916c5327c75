"""What is written, inside a transaction that the caller has opened."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import asdict

from tui_lab.core.record import RunRecord, Status
from tui_lab.core.sums import RunLine
from tui_lab.store import spending, sums
from tui_lab.store.owner import Here
from tui_lab.store.reading import load_run
from tui_lab.store.rows import Row, attempt_to_row, first_seq, run_to_row
from tui_lab.store.run_lines import lines_of

# The person's own: a run that ends must not undo a tag that was set while it ran.
_USERS_OWN = frozenset({"tags", "rating", "note"})


def begin_run(db: sqlite3.Connection, record: RunRecord, here: Here) -> None:
    """The row of a run, and whose it is while it is in progress."""
    run = _insert_run(db, record)
    _replace_attempts(db, run, record)
    if record.status is Status.RUNNING:
        owner: Row = {"run": run, "database": here.database, "heartbeat_ms": here.now_ms}
        insert(db, "running", owner | asdict(here.owner))
    else:
        sums.add_runs(db, [run])


def beat(db: sqlite3.Connection, run_ids: Sequence[str], heartbeat_ms: int) -> None:
    db.executemany(
        "UPDATE running SET heartbeat_ms = ? WHERE run = (SELECT seq FROM runs WHERE id = ?)",
        [(heartbeat_ms, run_id) for run_id in run_ids],
    )


def finish_run(db: sqlite3.Connection, record: RunRecord, deltas: bytes) -> None:
    """The whole record in place of what was there; the journal goes with its row of `running`, and
    what the run cost is spent.

    Raises `ValueError` for a run that has not ended.
    """
    if record.status is Status.RUNNING:
        raise ValueError(f"run {record.id} has not ended")
    counted: list[RunLine] = []
    found = db.execute("SELECT seq, status FROM runs WHERE id = ?", (record.id,)).fetchone()
    if found is None:
        run = _insert_run(db, record)
    else:
        run = found["seq"]
        if found["status"] != Status.RUNNING:
            spending.uncount_run(db, load_run(db, run))
            counted = lines_of(db, [run])
        _update_run(db, run, record)
    spending.count_run(db, record)
    _replace_attempts(db, run, record)
    sums.take_away(db, counted)
    sums.add_runs(db, [run])
    db.execute("INSERT OR REPLACE INTO deltas (run, pieces) VALUES (?, ?)", (run, deltas))
    db.execute("DELETE FROM running WHERE run = ?", (run,))


def _insert_run(db: sqlite3.Connection, record: RunRecord) -> int:
    run = free_seq(db, record.id)
    insert(db, "runs", {"seq": run} | run_to_row(record))
    return run


def _update_run(db: sqlite3.Connection, run: int, record: RunRecord) -> None:
    row = {name: value for name, value in run_to_row(record).items() if name not in _USERS_OWN}
    assignments = ", ".join(f"{name} = ?" for name in row)
    db.execute(f"UPDATE runs SET {assignments} WHERE seq = ?", (*row.values(), run))  # noqa: S608


def _replace_attempts(db: sqlite3.Connection, run: int, record: RunRecord) -> None:
    db.execute("DELETE FROM attempts WHERE run = ?", (run,))
    for attempt in record.attempts:
        insert(db, "attempts", {"run": run} | attempt_to_row(attempt))


def insert(db: sqlite3.Connection, table: str, row: Row) -> None:
    columns, marks = ", ".join(row), ", ".join("?" * len(row))
    db.execute(f"INSERT INTO {table} ({columns}) VALUES ({marks})", tuple(row.values()))  # noqa: S608


def free_seq(db: sqlite3.Connection, run_id: str) -> int:
    """The number of the id, or the next after those that the same instant has taken already.

    Those stand in a row, so doubling and halving finds the end of it in a few steps.
    """

    def taken(seq: int) -> bool:
        return db.execute("SELECT 1 FROM runs WHERE seq = ?", (seq,)).fetchone() is not None

    first, gap = first_seq(run_id), 1
    while taken(first + gap - 1):
        gap *= 2
    before, free = first + gap // 2 - 1, first + gap - 1
    while free - before > 1:
        middle = (before + free) // 2
        if taken(middle):
            before = middle
        else:
            free = middle
    return free
