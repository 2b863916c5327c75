"""Runs that come from elsewhere. They count in statistics, but in no budget: nothing was spent
here."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from enum import StrEnum

from tui_lab.core.record import RunRecord
from tui_lab.store import sums
from tui_lab.store.rows import Row, attempt_to_row, run_to_row
from tui_lab.store.writing import free_seq, insert


class Outcome(StrEnum):
    """`SAME`: it was here already; `OTHER`: a run of its id was, with other content, and stays."""

    ADDED = "added"
    SAME = "same"
    OTHER = "other"


def import_runs(db: sqlite3.Connection, records: Sequence[RunRecord]) -> tuple[Outcome, ...]:
    """Inside a transaction; what became of each.

    The oldest first, whatever order they come in: of those of one instant, as of a batch, the
    order in which they are added is kept for good.
    """
    by_id = sorted(range(len(records)), key=lambda place: records[place].id)
    outcomes = {place: import_run(db, records[place]) for place in by_id}
    return tuple(outcomes[place] for place in range(len(records)))


def import_run(db: sqlite3.Connection, record: RunRecord) -> Outcome:
    """Inside a transaction; of a run that has ended."""
    row, attempts = run_to_row(record), [attempt_to_row(one) for one in record.attempts]
    found = db.execute("SELECT * FROM runs WHERE id = ?", (record.id,)).fetchone()
    if found is not None:
        here = db.execute("SELECT * FROM attempts WHERE run = ? ORDER BY seq", (found["seq"],))
        same = _holds(found, row) and _all_hold(here.fetchall(), attempts)
        return Outcome.SAME if same else Outcome.OTHER
    seq = free_seq(db, record.id)
    insert(db, "runs", {"seq": seq} | row)
    for attempt in attempts:
        insert(db, "attempts", {"run": seq} | attempt)
    sums.add_runs(db, [seq])
    return Outcome.ADDED


def _all_hold(here: list[sqlite3.Row], rows: list[Row]) -> bool:
    return len(here) == len(rows) and all(map(_holds, here, rows))


def _holds(here: sqlite3.Row, row: Row) -> bool:
    return all(here[name] == value for name, value in row.items())
