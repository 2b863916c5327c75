"""Pages of runs, newest first, by keyset: a page costs the same wherever in the history it is."""

from __future__ import annotations

import base64
import math
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.core.query import Name, Query
from tui_lab.core.record import RunRecord, Status
from tui_lab.core.relevance import relevance
from tui_lab.store.conditions import NAMES, seq_at
from tui_lab.store.rows import BRIEF_COLUMNS, brief_from_row
from tui_lab.store.search import Plan, candidates, equal, plan_search, texts_of

DEFAULT_LIMIT = 20
LARGEST_LIMIT = 100
RANKED = 500
"""Of so many runs the best are told; to read more of them would take too long."""
_LOOK_AHEAD = 200
"""How many runs are tried to know whether anything follows a full page."""
_SEQ_BITS_OF_CHANCE = 15


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

    A page that is not full because time was up is `unfinished`: `next` (or `previous`, when turning
    back) goes on where it stopped, and `reached` is how far that is.
    """

    items: tuple[RunRecord, ...]
    next: str | None = None
    previous: str | None = None
    unfinished: bool = False
    reached: datetime | None = None


@dataclass(frozen=True, slots=True)
class Deadline:
    """Time is up when the clock, in seconds, has passed `at`."""

    at: float = math.inf
    clock: Callable[[], float] = time.monotonic

    @classmethod
    def after(cls, seconds: float | None) -> Deadline:
        """So long from now; None: never."""
        return cls() if seconds is None else cls(time.monotonic() + seconds)

    @property
    def is_over(self) -> bool:
        return self.clock() > self.at


NEVER = Deadline()


def list_runs(
    db: sqlite3.Connection,
    query: Query,
    wanted: RunFilter,
    limit: int,
    *,
    after: str | None = None,
    before: str | None = None,
    deadline: Deadline = NEVER,
) -> Page:
    """The page after a cursor, or the one before it; without a cursor the first.

    Raises `LabError` of kind `usage` for a bad limit or cursor.
    """
    check_limit(limit)
    plan = _plan(db, query, wanted)
    place = None if before is None and after is None else _seq_at(before or after or "")
    forward = before is None
    if forward:
        start = plan.until - 1 if place is None else min(place, plan.until) - 1
    else:
        start = max(place or 0, plan.since)
    with closing(candidates(db, plan, start, newest_first=forward)) as tried:
        found = _collect(tried, plan, limit, deadline)
    items = _briefs(db, found.seqs)
    reached = _moment(found.last) if found.unfinished and found.last is not None else None
    if forward:
        end = None if found.last is None else _cursor(found.last)
        return Page(items, end, after, found.unfinished, reached)
    end = None if found.last is None else _cursor(found.last + 1)
    older = None if before == OLDEST else before
    return Page(items[::-1], older, end, found.unfinished, reached)


def best_runs(db: sqlite3.Connection, query: Query, wanted: RunFilter, limit: int) -> Page:
    """Of the newest runs that the query finds (at most `RANKED`) those most about it, best first.

    Raises `LabError` of kind `usage` for a bad limit.
    """
    check_limit(limit)
    plan = _plan(db, query, wanted)
    with closing(candidates(db, plan, plan.until - 1, newest_first=True)) as tried:
        seqs = _collect(tried, plan, RANKED, NEVER).seqs
    scores = relevance(query, [texts_of(db, seq) for seq in seqs])
    order = sorted(range(len(seqs)), key=lambda place: -scores[place])
    return Page(_briefs(db, [seqs[place] for place in order[:limit]]))


def check_limit(limit: int) -> None:
    if not 1 <= limit <= LARGEST_LIMIT:
        raise LabError(
            ErrorKind.USAGE, f"a page cannot have {limit} runs", f"from 1 to {LARGEST_LIMIT}"
        )


def cursor_at(moment: datetime) -> str:
    """The place between the runs that began before this moment and those from it on: what is after
    it is older."""
    return _cursor(seq_at(moment.timestamp()))


@dataclass(frozen=True, slots=True)
class _Found:
    """`last` is the last run that was tried, where anything may follow it."""

    seqs: list[int]
    last: int | None
    unfinished: bool = False


def _collect(
    tried: Iterator[tuple[int, bool]], plan: Plan, limit: int, deadline: Deadline
) -> _Found:
    seqs: list[int] = []
    ahead = 0
    for seq, found in tried:
        if not plan.since <= seq < plan.until:
            break
        if len(seqs) == limit:
            ahead += 1
            if found or ahead > _LOOK_AHEAD:
                return _Found(seqs, seqs[-1])
        elif found:
            seqs.append(seq)
        if deadline.is_over:
            full = len(seqs) == limit
            return _Found(seqs, seqs[-1] if full else seq, unfinished=not full)
    return _Found(seqs, None)


def _briefs(db: sqlite3.Connection, seqs: Sequence[int]) -> tuple[RunRecord, ...]:
    marks = ", ".join("?" * len(seqs))
    rows = db.execute(f"SELECT {BRIEF_COLUMNS} FROM runs WHERE seq IN ({marks})", seqs)  # noqa: S608
    by_seq = {row["seq"]: brief_from_row(row) for row in rows}
    return tuple(by_seq[seq] for seq in seqs)


def _plan(db: sqlite3.Connection, query: Query, wanted: RunFilter) -> Plan:
    exact = [
        equal(column, value)
        for column, value in (
            (NAMES[Name.WORKSPACE], wanted.workspace),
            (NAMES[Name.STATUS], wanted.status and wanted.status.value),
            (NAMES[Name.MODEL], wanted.model),
            (NAMES[Name.PROVIDER], wanted.provider),
            ("runs.batch_id", wanted.batch_id),
        )
        if value is not None
    ]
    plan = plan_search(db, query)
    return replace(plan, lists=(*exact, *plan.lists))


def _moment(seq: int) -> datetime:
    return datetime.fromtimestamp((seq >> _SEQ_BITS_OF_CHANCE) / 1000, UTC)


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
