"""Old runs that may go by the person's own rules; never one that somebody rated, tagged, noted."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from tui_lab.core.ids import encode_ulid
from tui_lab.core.retention import Keep
from tui_lab.store.deleting import remove
from tui_lab.store.rows import first_seq

KeepOf = Callable[[str], Keep]

_MAY_GO = (
    "FROM runs WHERE workspace = ? AND seq < ? AND status <> 'running' "
    "AND rating IS NULL AND coalesce(note, '') = '' AND tags = '[]'"
)


def expired(db: sqlite3.Connection, keep_of: KeepOf, now: datetime) -> dict[str, int]:
    """How many runs of each workspace may go; only those of which some may."""
    counts = {
        workspace: db.execute(f"SELECT count(*) {_MAY_GO}", (workspace, bound)).fetchone()[0]
        for workspace, bound in _bounds(db, keep_of, now)
    }
    return {workspace: count for workspace, count in counts.items() if count}


def prune(db: sqlite3.Connection, keep_of: KeepOf, now: datetime, most: int) -> int:
    """Inside a transaction: removes the oldest that may go, so many at most; how many it were.

    What they cost stays counted in budgets.
    """
    gone = 0
    for workspace, bound in _bounds(db, keep_of, now):
        rows = db.execute(
            f"SELECT seq {_MAY_GO} ORDER BY seq LIMIT ?",
            (workspace, bound, most - gone),
        ).fetchall()
        remove(db, [row["seq"] for row in rows])
        gone += len(rows)
    return gone


def _bounds(db: sqlite3.Connection, keep_of: KeepOf, now: datetime) -> Iterator[tuple[str, int]]:
    """Each workspace that has a rule, and the number before which its runs may go."""
    for workspace in _workspaces(db):
        keep, bound = keep_of(workspace), 0
        if keep.days is not None:
            oldest = max(0, round((now - timedelta(days=keep.days)).timestamp() * 1000))
            bound = first_seq(encode_ulid(oldest, 0))
        if keep.runs is not None:
            newest = "SELECT seq FROM runs WHERE workspace = ? ORDER BY seq DESC LIMIT ?"
            (first,) = db.execute(
                f"SELECT min(seq) FROM ({newest})",  # noqa: S608
                (workspace, keep.runs),
            ).fetchone()
            bound = max(bound, first or 0)
        if bound:
            yield workspace, bound


def _workspaces(db: sqlite3.Connection) -> Iterator[str]:
    """By steps through the index: as many as there are workspaces, not runs."""
    (name,) = db.execute("SELECT min(workspace) FROM runs").fetchone()
    while name is not None:
        yield name
        (name,) = db.execute(
            "SELECT min(workspace) FROM runs WHERE workspace > ?", (name,)
        ).fetchone()
