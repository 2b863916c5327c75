"""What can still be read of a damaged database, row by row.

A damaged page hides the rows that lie on it, and those behind it for whoever reads in order. So the
numbers of the rows are taken from everywhere, forwards, backwards and from each index, and each row
is then asked for by its number.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.core.record import RunRecord, Status
from tui_lab.store import sums
from tui_lab.store.failures import is_interrupt
from tui_lab.store.journal import replay_journal
from tui_lab.store.rows import record_from_row
from tui_lab.store.writing import insert

_UNREADABLE = (sqlite3.Error, ValueError, LookupError, TypeError, AttributeError, LabError)


@dataclass(frozen=True, slots=True)
class Salvaged:
    runs: int
    lost_runs: int
    rows: int


def open_damaged(path: Path) -> sqlite3.Connection:
    """To read. Raises `LabError` of kind `usage` where there is nothing that can be read."""
    if not path.is_file():
        raise LabError(ErrorKind.USAGE, f"there is no file {path}", "name a damaged history")
    db = sqlite3.connect(
        f"file:{quote(str(path.absolute()))}?mode=ro", uri=True, isolation_level=None
    )
    db.row_factory = sqlite3.Row
    try:
        db.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.Error as error:
        db.close()
        raise LabError(
            ErrorKind.STORAGE,
            f"nothing of {path} can be read",
            "put a backup in its place, or start tui-lab: it sets it aside and begins a new one",
            raw=str(error),
        ) from error
    return db


def readable_runs(db: sqlite3.Connection) -> Iterator[RunRecord | None]:
    """Every run, whole and ended; None in place of one that cannot be read."""
    for seq in sorted(_numbers(db, "runs", "seq")):
        try:
            row = db.execute("SELECT * FROM runs WHERE seq = ?", (seq,)).fetchone()
            record = record_from_row(row, _attempts(db, seq))
            if record.status is Status.RUNNING:
                record = replay_journal(db, record, seq, Status.INTERRUPTED)[0]
        except _UNREADABLE as error:
            _let_through(error)
            yield None
        else:
            yield record


def _attempts(db: sqlite3.Connection, run: int) -> list[sqlite3.Row]:
    """As far as they can be read: an answer is worth keeping without them."""
    try:
        return db.execute("SELECT * FROM attempts WHERE run = ? ORDER BY seq", (run,)).fetchall()
    except sqlite3.Error as error:
        _let_through(error)
        return []


def copy_readable(source: sqlite3.Connection, target: sqlite3.Connection) -> Salvaged:
    """Inside a transaction of the target, which has the tables and no rows."""
    counts = {table: _copy_table(source, target, table) for table in _tables(target)}
    delete_strays(target)
    sums.rebuild(target)
    copied, known = counts["runs"]
    return Salvaged(copied, known - copied, sum(count for count, _ in counts.values()))


def delete_strays(db: sqlite3.Connection) -> None:
    """Rows that belong to a row which is not there."""
    for table, number, *_ in db.execute("PRAGMA foreign_key_check").fetchall():
        db.execute(f"DELETE FROM {table} WHERE rowid = ?", (number,))  # noqa: S608


def _copy_table(
    source: sqlite3.Connection, target: sqlite3.Connection, table: str
) -> tuple[int, int]:
    """How many rows were copied, of how many that there were."""
    columns = [row[1] for row in target.execute(f"PRAGMA table_info({table})")]
    key = _number_column(target, table)
    rows = _scan(source, table) if key is None else _by_number(source, table, key)
    copied = known = 0
    for row in rows:
        known += 1
        try:
            if row is None:
                continue
            if table == "runs":
                record_from_row(row, ())
            insert(target, table, {name: row[name] for name in row.keys() if name in columns})  # noqa: SIM118
            copied += 1
        except _UNREADABLE as error:
            _let_through(error)
    return copied, known


def _by_number(db: sqlite3.Connection, table: str, key: str) -> Iterator[sqlite3.Row | None]:
    for number in sorted(_numbers(db, table, key)):
        try:
            row = db.execute(f"SELECT * FROM {table} WHERE {key} = ?", (number,)).fetchone()  # noqa: S608
        except sqlite3.Error as error:
            _let_through(error)
            row = None
        yield row


def _scan(db: sqlite3.Connection, table: str) -> Iterator[sqlite3.Row]:
    """As far as it goes."""
    try:
        yield from db.execute(f"SELECT * FROM {table}")  # noqa: S608
    except sqlite3.Error as error:
        _let_through(error)


def _numbers(db: sqlite3.Connection, table: str, key: str) -> set[int]:
    ways = [f"NOT INDEXED ORDER BY {key}", f"NOT INDEXED ORDER BY {key} DESC"]
    with suppress(sqlite3.Error):
        ways += [f"INDEXED BY {row[1]}" for row in db.execute(f"PRAGMA index_list({table})")]
    found: set[int] = set()
    for way in ways:
        try:
            for row in db.execute(f"SELECT {key} FROM {table} {way}"):  # noqa: S608
                if isinstance(row[0], int):
                    found.add(row[0])
        except sqlite3.Error as error:
            _let_through(error)
    return found


def _tables(db: sqlite3.Connection) -> list[str]:
    return [
        row[0]
        for row in db.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' "
            "AND name NOT LIKE 'runs!_fts%' ESCAPE '!' AND name NOT LIKE 'sqlite!_%' ESCAPE '!'"
        )
    ]


def _number_column(db: sqlite3.Connection, table: str) -> str | None:
    """The integer that is the primary key alone, and with it the number of the row."""
    keys = [row for row in db.execute(f"PRAGMA table_info({table})") if row[5]]
    return keys[0][1] if len(keys) == 1 and keys[0][2].upper() == "INTEGER" else None


def _let_through(error: Exception) -> None:
    """Only what cannot be read is passed over, not the wish of a person to stop."""
    if isinstance(error, sqlite3.Error) and is_interrupt(error):
        raise error
