"""Statistics of the runs of a span: from the sums that are kept, at its ends from the ledger."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo

from tui_lab.core.statistics import Statistics, statistics
from tui_lab.core.sums import QUARTER_MS, Place, Sums, tally
from tui_lab.store.reading import snapshot
from tui_lab.store.rows import storable
from tui_lab.store.run_lines import END_OF_TIME, SEQ_BITS, lines_between
from tui_lab.store.sums import WIDTHS, are_filled, kept

_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Span:
    """The runs that began from `since` on and before `until`, of a workspace or of all."""

    since: datetime | None = None
    until: datetime | None = None
    workspace: str | None = None

    def before(self, now: datetime) -> Span | None:
        """The span as long as this one that ends where it begins; None where it has no begin."""
        if self.since is None:
            return None
        length = (self.until or now) - self.since
        return replace(self, since=self.since - length, until=self.since)


def statistics_of(db: sqlite3.Connection, span: Span, zone: tzinfo) -> Statistics:
    begin = 0 if span.since is None else _milliseconds(span.since)
    end = END_OF_TIME if span.until is None else _milliseconds(span.until)
    workspace = None if span.workspace is None else storable(span.workspace)
    with snapshot(db):
        widths = _widths(db, begin, end, zone) if are_filled(db) else ()
        return statistics(_cells(db, begin, end, workspace, widths), zone)


def seq_at(moment: datetime) -> int:
    """The number of the first run that can have begun then."""
    return _milliseconds(moment) << SEQ_BITS


def _cells(
    db: sqlite3.Connection, begin: int, end: int, workspace: str | None, widths: tuple[int, ...]
) -> Iterator[tuple[Place, Sums]]:
    """As wide as they fit in; before and after them narrower ones, and runs where none fits."""
    if begin >= end:
        return
    if not widths:
        yield from tally(lines_between(db, begin, end, workspace)).items()
        return
    width, *narrower = widths
    length = QUARTER_MS * width
    first, last = -(-begin // length) * length, end // length * length
    rest = tuple(narrower)
    if first >= last:
        yield from _cells(db, begin, end, workspace, rest)
        return
    yield from _cells(db, begin, first, workspace, rest)
    yield from kept(db, width, first // QUARTER_MS, last // QUARTER_MS, workspace)
    yield from _cells(db, last, end, workspace, rest)


def _widths(db: sqlite3.Connection, begin: int, end: int, zone: tzinfo) -> tuple[int, ...]:
    """Those of which each lies within an hour of the zone, from the first run to the last."""
    first, last = db.execute(
        "SELECT min(quarter), max(quarter) FROM sums WHERE quarters = ?", (WIDTHS[0],)
    ).fetchone()
    if first is None:
        return WIDTHS
    moment = datetime.fromtimestamp(max(begin, first * QUARTER_MS) / 1000, zone)
    until = datetime.fromtimestamp(min(end, (last + 1) * QUARTER_MS) / 1000, zone)
    while moment < until + timedelta(days=1):
        if (moment.utcoffset() or timedelta()) % _HOUR:
            return WIDTHS[1:]
        moment += timedelta(days=1)
    return WIDTHS


def _milliseconds(moment: datetime) -> int:
    return min(max(round(moment.timestamp() * 1000), 0), END_OF_TIME)
