"""What is read of single runs, and what is quickly counted."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.core.ids import ULID_LENGTH, encode_ulid
from tui_lab.core.record import RunRecord, Status
from tui_lab.store.journal import replay_journal
from tui_lab.store.rows import first_seq, record_from_row, storable

_MANY = "write more of it, or the whole id"


def find_run(db: sqlite3.Connection, ref: str, workspace: str | None) -> RunRecord:
    """The run of this id, of this unique beginning of an id, or the `last` (of the workspace).

    A run in progress is as far as its journal goes. Raises `LabError` of kind `usage`.
    """
    with snapshot(db):
        seq = _last_seq(db, workspace) if ref == "last" else _seq_of(db, ref)
        return _as_far_as_it_is(db, seq)


def whole_runs(db: sqlite3.Connection, run_ids: Sequence[str]) -> tuple[RunRecord, ...]:
    """These runs in this order, as one moment had them; ids that are not there are passed over."""
    with snapshot(db):
        found = [
            db.execute("SELECT seq FROM runs WHERE id = ?", (run_id,)).fetchone()
            for run_id in run_ids
        ]
        return tuple(_as_far_as_it_is(db, row["seq"]) for row in found if row is not None)


def _as_far_as_it_is(db: sqlite3.Connection, seq: int) -> RunRecord:
    record = load_run(db, seq)
    if record.status is not Status.RUNNING:
        return record
    return replay_journal(db, record, seq, Status.RUNNING)[0]


def load_run(db: sqlite3.Connection, seq: int) -> RunRecord:
    """The record as its rows have it."""
    row = db.execute("SELECT * FROM runs WHERE seq = ?", (seq,)).fetchone()
    attempts = db.execute("SELECT * FROM attempts WHERE run = ? ORDER BY seq", (seq,))
    return record_from_row(row, attempts)


def deltas_of(db: sqlite3.Connection, run_id: str) -> bytes | None:
    """The deltas of a run that is over; None where there are none."""
    row = db.execute(
        "SELECT pieces FROM deltas JOIN runs ON runs.seq = deltas.run WHERE runs.id = ?", (run_id,)
    ).fetchone()
    return row and bytes(row["pieces"])


def runs_by_provider(db: sqlite3.Connection, workspace: str, since: datetime) -> dict[str, int]:
    """How many runs of the workspace each provider was asked for since then; those that a gate
    stopped were not asked for."""
    first = first_seq(encode_ulid(int(since.timestamp() * 1000), 0))
    rows = db.execute(
        "SELECT provider, count(*) AS runs FROM runs "
        "WHERE workspace = ? AND seq >= ? AND status <> ? GROUP BY provider",
        (storable(workspace), first, Status.BLOCKED),
    )
    return {row["provider"]: row["runs"] for row in rows}


def data_version(db: sqlite3.Connection) -> int:
    """Changes when another connection, of this process or another one, has committed."""
    return int(db.execute("PRAGMA data_version").fetchone()[0])


def _last_seq(db: sqlite3.Connection, workspace: str | None) -> int:
    row = (
        db.execute("SELECT max(seq) FROM runs").fetchone()
        if workspace is None
        else db.execute(
            "SELECT max(seq) FROM runs WHERE workspace = ?", (storable(workspace),)
        ).fetchone()
    )
    if row[0] is None:
        place = f" in workspace {workspace}" if workspace is not None else ""
        raise LabError(ErrorKind.USAGE, f"there is no run{place} yet", "tui-lab run makes one")
    return int(row[0])


def _seq_of(db: sqlite3.Connection, ref: str) -> int:
    prefix = ref.upper()
    if prefix.isascii() and prefix.isalnum() and len(prefix) <= ULID_LENGTH:
        found = db.execute(
            "SELECT seq FROM runs WHERE id >= ? AND id < ? LIMIT 2", (prefix, prefix + "~")
        ).fetchall()
        if len(found) == 1:
            return int(found[0]["seq"])
        if found:
            raise LabError(ErrorKind.USAGE, f"several runs begin with {ref}", _MANY)
    raise LabError(
        ErrorKind.USAGE, f"there is no run {ref[:ULID_LENGTH]!r}", "tui-lab history list shows them"
    )


@contextmanager
def snapshot(db: sqlite3.Connection) -> Iterator[None]:
    """Several reads of one state: a run that ends meanwhile is not half there."""
    db.execute("BEGIN")
    try:
        yield
    finally:
        try:
            db.execute("COMMIT")
        except sqlite3.OperationalError:
            # An interruption of what was read has come late: nothing interrupts twice at once.
            if db.in_transaction:
                db.execute("ROLLBACK")
