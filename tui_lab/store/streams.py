"""Runs that meet several conditions at once, in order of time, without a step that takes long.

SQLite lists the numbers of the runs that meet one condition; here the lists are led side by side,
so that whoever waits can stop between any two runs, and knows how far the search has come.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

STEPS = 24
"""So many steps cost about as much as asking SQLite anew for one word, from a later place on."""


@dataclass(frozen=True, slots=True)
class Listing:
    """Selections of numbers, each ending in its conditions; together they are one list."""

    selections: tuple[str, ...]
    column: str
    values: tuple[str, ...]
    """One for each selection that has a `?`."""
    steps: int = STEPS
    """So many steps cost about as much as asking anew."""

    def sql(self, *, newest_first: bool) -> str:
        bound, way = ("<=", "DESC") if newest_first else (">=", "ASC")
        bounded = (f"{one} AND {self.column} {bound} ?" for one in self.selections)
        return f"{' UNION ALL '.join(bounded)} ORDER BY 1 {way}"


class Stream:
    """A listing from a place on; `head` is where it is, None behind its end."""

    def __init__(
        self, db: sqlite3.Connection, listing: Listing, start: int, *, newest_first: bool
    ) -> None:
        self._db = db
        self._sql = listing.sql(newest_first=newest_first)
        self._listing = listing
        self.sign = -1 if newest_first else 1
        self.head: int | None = None
        self._ask(start)

    def close(self) -> None:
        """SQLite cannot end a transaction that was interrupted while a list is still open."""
        self._rows.close()

    def step(self) -> None:
        row = next(self._rows, None)
        self.head = row[0] if row is not None else None

    def go_to(self, seq: int) -> None:
        """Goes on to this number, or the first one behind it."""
        goal, steps = seq * self.sign, 0
        while self.head is not None and self.head * self.sign < goal:
            if (steps := steps + 1) > self._listing.steps:
                self._ask(seq)
            else:
                self.step()

    def _ask(self, start: int) -> None:
        listing = self._listing
        values: list[str | int] = []
        for place in range(len(listing.selections)):
            values += [*listing.values[place : place + 1], start]
        self._rows = rows(self._db, self._sql, values)
        self.step()


def rows(db: sqlite3.Connection, sql: str, values: Sequence[str | int | float]) -> sqlite3.Cursor:
    """Rows as plain tuples, which are faster than those with names."""
    cursor = db.cursor()
    cursor.row_factory = None
    return cursor.execute(sql, values)


def meetings(streams: Sequence[Stream]) -> Iterator[tuple[int, bool]]:
    """Every number that is in all streams, with True; between them how far the streams are, with
    False."""
    first, *others = streams
    while first.head is not None:
        furthest = first.head
        for stream in others:
            stream.go_to(furthest)
            if stream.head is None:
                return
            furthest = stream.head
        if furthest == first.head:
            yield furthest, True
            first.step()
        else:
            yield furthest - first.sign, False
            first.go_to(furthest)
