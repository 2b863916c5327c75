"""What runs come to, kept by the hour and by the quarter of an hour, so that a month of a large
history is as fast to sum as one of a small one. Changed in the transaction that changes the runs.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import groupby

from tui_lab.core.sums import QUARTER_MS, Place, RunLine, Sums, merged, tally, without
from tui_lab.store.run_lines import (
    END_OF_TIME,
    MODEL,
    SEQ_BITS,
    TEMPLATE,
    lines_between,
    lines_of,
)

HOUR = 4
"""In quarters. Only the time zones that are off by half an hour or a quarter need narrower sums."""
WIDTHS = (HOUR, 1)

_KEY = ", ".join(Place._fields)
_VALUES = ", ".join(Sums._fields)
_AT = "quarters = ? AND " + " AND ".join(f"{name} = ?" for name in Place._fields)


def are_filled(db: sqlite3.Connection) -> bool:
    """Not in a history that an older program has made, as long as it was only read."""
    if not has_table(db):
        return False
    if db.execute("SELECT 1 FROM sums LIMIT 1").fetchone() is not None:
        return True
    return next(lines_between(db, 0, END_OF_TIME), None) is None


def has_table(db: sqlite3.Connection) -> bool:
    return bool(db.execute("SELECT 1 FROM sqlite_master WHERE name = 'sums'").fetchone())


def add_runs(db: sqlite3.Connection, seqs: Sequence[int]) -> None:
    """Counts those of these runs that are over."""
    lines = lines_of(db, seqs)
    for quarters in WIDTHS:
        for place, sums in tally(lines, quarters).items():
            found = _at(db, quarters, place)
            _write(db, quarters, place, sums if found is None else merged((found, sums)))


def take_away(db: sqlite3.Connection, lines: Sequence[RunLine]) -> None:
    """Counts these no more; `lines_of` gave them before they were deleted or changed."""
    for quarters in WIDTHS:
        for place, sums in tally(lines, quarters).items():
            if (found := _at(db, quarters, place)) is not None:
                left = without(found, sums)
                if left.last_ms == sums.last_ms:
                    left = left._replace(last_ms=_last_ms(db, quarters, place))
                _write(db, quarters, place, left)


def rebuild(db: sqlite3.Connection) -> None:
    """Sums the whole ledger anew."""
    db.execute("DELETE FROM sums")
    for _, lines in _hours(db):
        for quarters in WIDTHS:
            for place, sums in tally(lines, quarters).items():
                _write(db, quarters, place, sums)


def wrong_hours(db: sqlite3.Connection) -> int:
    """In how many hours the sums are not those of the ledger, and how many there are of hours
    without runs."""
    wrong = met = 0
    for hour, lines in _hours(db):
        found = {quarters: dict(kept(db, quarters, hour, hour + HOUR)) for quarters in WIDTHS}
        wrong += any(cells != tally(lines, quarters) for quarters, cells in found.items())
        met += sum(map(len, found.values()))
    (total,) = db.execute("SELECT count(*) FROM sums").fetchone()
    return wrong + int(total) - met


def kept(
    db: sqlite3.Connection, quarters: int, begin: int, end: int, workspace: str | None = None
) -> Iterator[tuple[Place, Sums]]:
    """The sums from one quarter of an hour until before another."""
    where, values = "quarters = ? AND quarter >= ? AND quarter < ?", [quarters, begin, end]
    cursor = db.cursor()
    cursor.row_factory = None
    sql = f"SELECT {_KEY}, {_VALUES} FROM sums WHERE {where}"  # noqa: S608
    rows = (
        cursor.execute(sql, values)
        if workspace is None
        else cursor.execute(f"{sql} AND workspace = ?", (*values, workspace))
    )
    width = len(Place._fields)
    for row in rows:
        yield Place._make(row[:width]), Sums._make((*row[width:-1], Decimal(row[-1])))


def _hours(db: sqlite3.Connection) -> Iterator[tuple[int, list[RunLine]]]:
    """Each hour that has runs, by its first quarter."""

    def hour(line: RunLine) -> int:
        return line.at_ms // (QUARTER_MS * HOUR) * HOUR

    for begin, lines in groupby(lines_between(db, 0, END_OF_TIME), key=hour):
        yield begin, list(lines)


def _at(db: sqlite3.Connection, quarters: int, place: Place) -> Sums | None:
    row = db.execute(f"SELECT {_VALUES} FROM sums WHERE {_AT}", (quarters, *place)).fetchone()  # noqa: S608
    return None if row is None else Sums._make((*row[:-1], Decimal(row[-1])))


def _write(db: sqlite3.Connection, quarters: int, place: Place, sums: Sums) -> None:
    if any(sums):
        values = (quarters, *place, *sums[:-1], str(sums.usd))
        marks = ", ".join("?" * len(values))
        db.execute(
            f"INSERT OR REPLACE INTO sums (quarters, {_KEY}, {_VALUES}) VALUES ({marks})",  # noqa: S608
            values,
        )
    else:
        db.execute(f"DELETE FROM sums WHERE {_AT}", (quarters, *place))  # noqa: S608


def _last_ms(db: sqlite3.Connection, quarters: int, place: Place) -> int:
    quarter, *who = place
    begin, end = quarter * QUARTER_MS, (quarter + quarters) * QUARTER_MS
    row = db.execute(
        "SELECT max(runs.seq) FROM runs WHERE runs.seq >= ? AND runs.seq < ? "  # noqa: S608
        "AND +runs.status <> 'running' AND +runs.workspace = ? "
        f"AND {MODEL} = ? AND +runs.provider = ? AND {TEMPLATE} = ?",
        (begin << SEQ_BITS, end << SEQ_BITS, *who),
    ).fetchone()
    return (row[0] or 0) >> SEQ_BITS
