"""The journal: what has happened so far in the runs in progress, a row for each quarter second."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from tui_lab.core.deltas import DeltaLog
from tui_lab.core.event_json import stamped_from_json, stamped_to_json
from tui_lab.core.events import Stamped
from tui_lab.core.fold import RunFold
from tui_lab.core.record import RunRecord, Status
from tui_lab.store.rows import to_json_text


def append_journal(db: sqlite3.Connection, entries: Mapping[str, Sequence[Stamped]]) -> None:
    """What came in since the last time. Runs that are not in progress are passed over."""
    db.executemany(
        "INSERT INTO journal (run, events)"
        " SELECT running.run, ? FROM running JOIN runs ON runs.seq = running.run WHERE runs.id = ?",
        [
            (to_json_text([stamped_to_json(stamped) for stamped in events]), run_id)
            for run_id, events in entries.items()
            if events
        ],
    )


def replay_journal(
    db: sqlite3.Connection, initial: RunRecord, seq: int, status: Status
) -> tuple[RunRecord, DeltaLog]:
    """The run as far as its journal goes; `status` is what it has unless the journal ends it."""
    fold, deltas = RunFold(replace(initial, status=status)), DeltaLog()
    try:
        for stamped in _read_journal(db, seq):
            fold.apply(stamped)
            deltas.add(stamped)
    except (ValueError, LookupError, TypeError):
        # A journal that cannot be read further must not keep the program from starting: what
        # came before stays.
        pass
    return fold.record(), deltas


def _read_journal(db: sqlite3.Connection, seq: int) -> Iterator[Stamped]:
    for (events,) in db.execute("SELECT events FROM journal WHERE run = ? ORDER BY n", (seq,)):
        for event in json.loads(events):
            yield stamped_from_json(event)
