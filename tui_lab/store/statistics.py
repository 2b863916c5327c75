"""The lines that statistics are made of."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from itertools import groupby
from operator import itemgetter

from tui_lab.core.ids import encode_ulid
from tui_lab.core.record import Status
from tui_lab.core.statistics import CallLine, RunLine
from tui_lab.core.value_json import parse_time
from tui_lab.store.rows import first_seq, storable


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


def run_lines(db: sqlite3.Connection, span: Span) -> Iterator[RunLine]:
    """The runs that are over, oldest first, each with its calls."""
    conditions, values = ["runs.status <> 'running'"], list[str | int]()
    for comparison, moment in ((">=", span.since), ("<", span.until)):
        if moment is not None:
            conditions.append(f"runs.seq {comparison} ?")
            values.append(seq_at(moment))
    if span.workspace is not None:
        conditions.append("runs.workspace = ?")
        values.append(storable(span.workspace))
    rows = db.execute(
        f"SELECT {_COLUMNS} FROM runs LEFT JOIN attempts ON attempts.run = runs.seq "  # noqa: S608
        f"WHERE {' AND '.join(conditions)} ORDER BY runs.seq",
        values,
    )
    for _, calls in groupby(rows, key=itemgetter("seq")):
        yield _line(list(calls))


_COLUMNS = (
    "runs.seq, runs.created_at, runs.workspace, coalesce(runs.answered_by, runs.model) AS model, "
    "runs.provider, runs.template, runs.status, runs.latency_ms, runs.ttft_ms, runs.itl_ms, "
    "attempts.model AS call_model, attempts.provider AS call_provider, "
    "attempts.input_tokens, attempts.output_tokens, attempts.usd"
)


def _line(rows: list[sqlite3.Row]) -> RunLine:
    run = rows[0]
    return RunLine(
        created_at=parse_time(run["created_at"]),
        workspace=run["workspace"],
        model=run["model"],
        provider=run["provider"],
        template=json.loads(run["template"])["id"] if run["template"] else None,
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


def seq_at(moment: datetime) -> int:
    """The number of the first run that can have begun then."""
    return first_seq(encode_ulid(max(round(moment.timestamp() * 1000), 0), 0))
