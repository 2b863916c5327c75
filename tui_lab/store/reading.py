"""What is read: one run, a page of runs, a page of what a search finds."""

from __future__ import annotations

import base64
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.core.ids import ULID_LENGTH, encode_ulid
from tui_lab.core.record import RunRecord, Status
from tui_lab.core.routing import Ratings
from tui_lab.store.journal import replay_journal
from tui_lab.store.rows import BRIEF_COLUMNS, brief_from_row, first_seq, record_from_row, storable
from tui_lab.store.search import ANYWHERE, Search

DEFAULT_LIMIT = 20
_LARGEST_LIMIT = 100
_MANY = "write more of it, or the whole id"


@dataclass(frozen=True, slots=True)
class RunFilter:
    """What must hold, as far as it is given. `model` is the one that answered, else as asked."""

    workspace: str | None = None
    status: Status | None = None
    model: str | None = None
    provider: str | None = None
    batch_id: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """Brief records (see `rows.brief_from_row`), newest first.

    A cursor is a place between two runs. `next` is the one after the last, None when nothing older
    follows; `previous` the one before the first, None when the list begins with this page.
    """

    items: tuple[RunRecord, ...]
    next: str | None = None
    previous: str | None = None


def find_run(db: sqlite3.Connection, ref: str, workspace: str | None) -> RunRecord:
    """The run of this id, of this unique beginning of an id, or the `last` (of the workspace).

    A run in progress is as far as its journal goes. Raises `LabError` of kind `usage`.
    """
    with _snapshot(db):
        seq = _last_seq(db, workspace) if ref == "last" else _seq_of(db, ref)
        return _as_far_as_it_is(db, seq)


def whole_runs(db: sqlite3.Connection, run_ids: Sequence[str]) -> tuple[RunRecord, ...]:
    """These runs in this order, as one moment had them; ids that are not there are passed over."""
    with _snapshot(db):
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


def list_runs(
    db: sqlite3.Connection,
    search: Search,
    wanted: RunFilter,
    limit: int,
    after: str | None,
    before: str | None = None,
) -> Page:
    """The page after a cursor, or the one before it; without a cursor the first.

    Raises `LabError` of kind `usage` for a bad limit or cursor.
    """
    check_limit(limit)
    conditions, values = _conditions(search, wanted, after, before)
    source = "runs"
    if search.match is not None:
        # CROSS keeps the index outside: it gives its rows newest first, and stops at the limit.
        source = "runs_fts CROSS JOIN runs ON runs.seq = runs_fts.rowid"
    order = "runs_fts.rowid" if search.match is not None else "runs.seq"
    where = f"WHERE {' AND '.join(conditions)}" if conditions else ""
    way = "DESC" if before is None else "ASC"
    rows = db.execute(
        f"SELECT {BRIEF_COLUMNS} FROM {source} {where} ORDER BY {order} {way} LIMIT {limit + 1}",  # noqa: S608
        values,
    ).fetchall()
    items = tuple(brief_from_row(row) for row in rows[:limit])
    end = rows[limit - 1]["seq"] if len(rows) > limit else None
    if before is None:
        return Page(items, next=None if end is None else _cursor(end), previous=after)
    older = None if before == OLDEST else before
    return Page(items[::-1], next=older, previous=None if end is None else _cursor(end + 1))


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


def ratings(db: sqlite3.Connection, workspace: str) -> dict[str, Ratings]:
    """How many answers of each model the workspace has rated, and how well."""
    rows = db.execute(
        "SELECT answered_by, count(*) AS count, avg(rating) AS mean FROM runs "
        "WHERE workspace = ? AND rating IS NOT NULL AND answered_by IS NOT NULL "
        "GROUP BY answered_by",
        (storable(workspace),),
    )
    return {row["answered_by"]: Ratings(row["count"], row["mean"]) for row in rows}


def data_version(db: sqlite3.Connection) -> int:
    """Changes when another connection, of this process or another one, has committed."""
    return int(db.execute("PRAGMA data_version").fetchone()[0])


def check_limit(limit: int) -> None:
    if not 1 <= limit <= _LARGEST_LIMIT:
        raise LabError(
            ErrorKind.USAGE, f"a page cannot have {limit} runs", f"from 1 to {_LARGEST_LIMIT}"
        )


def _conditions(
    search: Search, wanted: RunFilter, after: str | None, before: str | None
) -> tuple[list[str], list[str | int]]:
    values: list[str | int] = []
    conditions: list[str] = []

    def add(condition: str, value: str | int) -> None:
        values.append(storable(value) if isinstance(value, str) else value)
        conditions.append(condition.format(n=len(values)))

    if search.match is not None:
        add("runs_fts MATCH ?{n}", search.match)
    column = "runs_fts.rowid" if search.match is not None else "runs.seq"
    for comparison, cursor in (("<", after), (">=", before)):
        if cursor is not None:
            add(f"{column} {comparison} ?{{n}}", _seq_at(cursor))
    for column, value in (
        ("runs.workspace", wanted.workspace),
        ("runs.status", wanted.status and wanted.status.value),
        ("coalesce(runs.answered_by, runs.model)", wanted.model),
        ("runs.provider", wanted.provider),
        ("runs.batch_id", wanted.batch_id),
    ):
        if value is not None:
            add(f"{column} = ?{{n}}", value)
    for literal in search.literals:
        add(ANYWHERE, literal)
    return conditions, values


def _cursor(seq: int) -> str:
    return base64.urlsafe_b64encode(seq.to_bytes(8, "big")).decode().rstrip("=")


def _seq_at(cursor: str) -> int:
    try:
        seq = int.from_bytes(base64.b64decode(cursor + "=", altchars=b"-_", validate=True), "big")
        if 0 <= seq < 2**63 and _cursor(seq) == cursor:
            return seq
    except (ValueError, OverflowError):
        pass
    raise LabError(
        ErrorKind.USAGE, "that is not a cursor of this list", "take the one the page before gave"
    )


OLDEST = _cursor(0)
"""The cursor after the last run of any list: the page before it is the last one."""


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
def _snapshot(db: sqlite3.Connection) -> Iterator[None]:
    """Several reads of one state: a run that ends meanwhile is not half there."""
    db.execute("BEGIN")
    try:
        yield
    finally:
        db.execute("COMMIT")
