"""The audit trail of keys."""

from __future__ import annotations

import sqlite3

from tui_lab.core.keys import KeyAction, KeyCheck, KeyEvent, KeyId, KeyOutcome
from tui_lab.core.value_json import format_time, parse_time


def add_key_event(db: sqlite3.Connection, event: KeyEvent) -> None:
    key, check = event.key, event.check
    db.execute(
        "INSERT INTO key_events (at, action, workspace, provider, label, source, origin, mask, "
        "outcome, detail, credit) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            format_time(event.at),
            event.action.value,
            key.workspace if key else None,
            key.provider if key else None,
            key.label if key else None,
            event.source,
            event.origin,
            event.mask,
            check.outcome.value if check else None,
            check.detail if check else event.detail,
            check.credit if check else None,
        ),
    )


def key_events(db: sqlite3.Connection, workspace: str, limit: int) -> tuple[KeyEvent, ...]:
    """What was last done in the workspace, and with the vault, the newest first."""
    rows = db.execute(
        "SELECT * FROM key_events WHERE workspace = ? OR workspace IS NULL "
        "ORDER BY seq DESC LIMIT ?",
        (workspace, limit),
    )
    return tuple(map(_event, rows))


def last_verdicts(db: sqlite3.Connection, workspace: str) -> tuple[KeyEvent, ...]:
    """The last verification of each key that told something, if the key is still the same."""
    rows = db.execute(
        # With max(), SQLite takes the other columns from the row that has it.
        "SELECT max(seq), * FROM key_events WHERE workspace = ? AND "
        "(action IN ('add', 'replace', 'delete') "
        "OR outcome IN ('valid', 'invalid', 'no_permission', 'no_credit')) "
        "GROUP BY provider, label",
        (workspace,),
    )
    return tuple(event for event in map(_event, rows) if event.action is KeyAction.VERIFY)


def _event(row: sqlite3.Row) -> KeyEvent:
    keyed = row["workspace"] is not None
    check = None
    if row["outcome"] is not None:
        check = KeyCheck(KeyOutcome(row["outcome"]), row["detail"], row["credit"])
    return KeyEvent(
        parse_time(row["at"]),
        KeyAction(row["action"]),
        KeyId(row["workspace"], row["provider"], row["label"]) if keyed else None,
        row["source"],
        row["origin"],
        row["mask"],
        check,
        None if check else row["detail"],
    )
