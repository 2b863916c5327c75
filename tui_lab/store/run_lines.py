"""The lines that statistics are made of, read from the ledger: `runs` and `attempts`."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import groupby
from operator import itemgetter

from tui_lab.core.record import Status
from tui_lab.core.sums import CallLine, RunLine
from tui_lab.store.rows import SqlValue

SEQ_BITS = 15
"""`seq` is Unix time in milliseconds, and so many bits of chance."""
END_OF_TIME = 1 << 47
"""In milliseconds: after all that a `seq` can have."""

MODEL = "coalesce(runs.answered_by, runs.model)"
TEMPLATE = "coalesce(json_extract(runs.template, '$.id'), '')"
_COLUMNS = (
    f"runs.seq, runs.workspace, {MODEL} AS model, runs.provider, {TEMPLATE} AS template, "
    "runs.status, runs.latency_ms, runs.ttft_ms, runs.itl_ms, "
    "attempts.model AS call_model, attempts.provider AS call_provider, "
    "attempts.input_tokens, attempts.output_tokens, attempts.usd"
)


def lines_between(
    db: sqlite3.Connection, begin_ms: int, end_ms: int, workspace: str | None = None
) -> Iterator[RunLine]:
    """The runs that are over and began from `begin_ms` on and before `end_ms`, oldest first."""
    where, values = "runs.seq >= ? AND runs.seq < ?", [begin_ms << SEQ_BITS, end_ms << SEQ_BITS]
    if workspace is None:
        return _lines(db, where, values)
    return _lines(db, f"{where} AND +runs.workspace = ?", [*values, workspace])


def lines_of(db: sqlite3.Connection, seqs: Sequence[int]) -> list[RunLine]:
    """Those of these runs that are over."""
    return [line for seq in seqs for line in _lines(db, "runs.seq = ?", [seq])]


def _lines(db: sqlite3.Connection, where: str, values: Sequence[SqlValue]) -> Iterator[RunLine]:
    rows = db.execute(
        f"SELECT {_COLUMNS} FROM runs LEFT JOIN attempts ON attempts.run = runs.seq "  # noqa: S608
        f"WHERE {where} AND +runs.status <> 'running' ORDER BY runs.seq",
        values,
    )
    for _, calls in groupby(rows, key=itemgetter("seq")):
        yield _line(list(calls))


def _line(rows: list[sqlite3.Row]) -> RunLine:
    run = rows[0]
    return RunLine(
        at_ms=run["seq"] >> SEQ_BITS,
        workspace=run["workspace"],
        model=run["model"],
        provider=run["provider"],
        template=str(run["template"]),
        status=Status(run["status"]),
        latency_ms=run["latency_ms"],
        ttft_ms=run["ttft_ms"],
        tokens_per_second=1000 / run["itl_ms"] if run["itl_ms"] else None,
        calls=[_call(row) for row in rows if row["call_model"] is not None],
    )


def _call(row: sqlite3.Row) -> CallLine:
    return CallLine(
        row["call_model"],
        row["call_provider"],
        row["input_tokens"] or 0,
        row["output_tokens"] or 0,
        Decimal(row["usd"]) if row["usd"] is not None else None,
    )
