"""How the newest attempts ended: what health is told from."""

from __future__ import annotations

import sqlite3
from datetime import datetime

from tui_lab.core.errors import ErrorKind
from tui_lab.core.health import AttemptEnd, has_failed
from tui_lab.core.record import Status
from tui_lab.core.refs import ModelRef
from tui_lab.core.value_json import parse_time
from tui_lab.store.statistics import seq_at

_NEWEST = """
SELECT runs.created_at, attempts.model, attempts.status, attempts.error_kind, attempts.ttft_ms,
  attempts.itl_ms
FROM attempts JOIN runs ON runs.seq = attempts.run
WHERE attempts.run >= ?
ORDER BY attempts.run DESC, attempts.n DESC
LIMIT ?
"""


def recent_attempts(db: sqlite3.Connection, since: datetime, limit: int) -> tuple[AttemptEnd, ...]:
    """Those of runs that began since then, oldest first; one that goes on has no row yet."""
    rows = db.execute(_NEWEST, (seq_at(since), limit)).fetchall()
    return tuple(_end(row) for row in reversed(rows))


def _end(row: sqlite3.Row) -> AttemptEnd:
    kind = ErrorKind(row["error_kind"]) if row["error_kind"] else None
    return AttemptEnd(
        ModelRef.parse(row["model"]),
        parse_time(row["created_at"]),
        has_failed(Status(row["status"]), kind),
        row["ttft_ms"],
        1000 / row["itl_ms"] if row["itl_ms"] else None,
    )
