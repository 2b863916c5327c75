"""Runs removed, in a form in which they can be put back exactly."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.core.record import Status
from tui_lab.store import sums
from tui_lab.store.rows import Row
from tui_lab.store.run_lines import lines_of
from tui_lab.store.writing import free_seq, insert


@dataclass(frozen=True, slots=True)
class DeletedRun:
    """A run as its rows were; `pieces` are the deltas of its answer, None when it had none."""

    run: Row
    attempts: tuple[Row, ...]
    pieces: bytes | None

    @property
    def id(self) -> str:
        return str(self.run["id"])

    @property
    def seq(self) -> int:
        return cast(int, self.run["seq"])


def delete_runs(db: sqlite3.Connection, run_ids: Sequence[str]) -> tuple[DeletedRun, ...]:
    """Raises `LabError` of kind `usage` when one of them is in progress."""
    taken = [found for run_id in run_ids if (found := _take(db, run_id)) is not None]
    remove(db, [one.seq for one in taken])
    return tuple(taken)


def remove(db: sqlite3.Connection, seqs: Sequence[int]) -> None:
    """With all that belongs to them; they count no more."""
    lines = lines_of(db, seqs)
    db.executemany("DELETE FROM runs WHERE seq = ?", [(seq,) for seq in seqs])
    sums.take_away(db, lines)


def restore_runs(db: sqlite3.Connection, deleted: Sequence[DeletedRun]) -> None:
    for one in deleted:
        if db.execute("SELECT 1 FROM runs WHERE id = ?", (one.id,)).fetchone() is None:
            _put_back(db, one)


def _take(db: sqlite3.Connection, run_id: str) -> DeletedRun | None:
    row = db.execute("SELECT * FROM runs WHERE id = ?", (run_id,)).fetchone()
    if row is None:
        return None
    if row["status"] == Status.RUNNING:
        raise LabError(
            ErrorKind.USAGE, "a run in progress cannot be deleted", "stop it, or wait for its end"
        )
    seq = (row["seq"],)
    attempts = db.execute("SELECT * FROM attempts WHERE run = ? ORDER BY seq", seq)
    pieces = db.execute("SELECT pieces FROM deltas WHERE run = ?", seq).fetchone()
    return DeletedRun(dict(row), tuple(map(dict, attempts)), pieces and pieces["pieces"])


def _put_back(db: sqlite3.Connection, deleted: DeletedRun) -> None:
    """Its old number gives it its old place; that is taken only if such an id was imported."""
    seq = deleted.seq
    if db.execute("SELECT 1 FROM runs WHERE seq = ?", (seq,)).fetchone() is not None:
        seq = free_seq(db, deleted.id)
    insert(db, "runs", deleted.run | {"seq": seq})
    for attempt in deleted.attempts:
        insert(db, "attempts", attempt | {"run": seq, "seq": None})
    if deleted.pieces is not None:
        insert(db, "deltas", {"run": seq, "pieces": deleted.pieces})
    sums.add_runs(db, [seq])
