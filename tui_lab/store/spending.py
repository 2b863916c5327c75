"""Money in the database: what is spent, what runs in progress have reserved, what is left."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import astuple
from datetime import datetime, timedelta
from decimal import ROUND_CEILING, Decimal

from tui_lab.core.budget import Alert, Limit, LimitState, Period, Reservation, reached, span_of
from tui_lab.core.cost import CostSource
from tui_lab.core.record import Attempt, RunRecord, Status
from tui_lab.store.owner import Here

PLACES = 12
"""Amounts are whole numbers of 1e-12 US dollars: no price per token has more places."""
MOST = 10**17
"""The largest amount that is counted for one call: a provider's bill may be any number."""
SLOT_SECONDS = 900
"""All time zones begin their days at a quarter of an hour."""

_ALERTS_KEPT = timedelta(days=62)
_SUMS = """
SELECT coalesce(sum(amount), 0) AS amount, {estimated} AS estimated FROM {table}
WHERE slot >= :begin AND slot < :end
  AND (:workspace IS NULL OR workspace = :workspace)
  AND (:provider IS NULL OR provider = :provider)
  AND {others}
"""
_SPENT = _SUMS.format(table="spend", estimated="coalesce(sum(estimated), 0)", others="TRUE")
_RESERVED = _SUMS.format(table="reservations", estimated="0", others="run_id IS NOT :but")


def limit_states(
    db: sqlite3.Connection, limits: Iterable[Limit], at: datetime, but: str | None = None
) -> tuple[LimitState, ...]:
    """These limits in the periods of this moment; `but` is a run whose reservation is left out."""
    return tuple(_state(db, limit, at, but) for limit in limits)


def hold_back(db: sqlite3.Connection, reservation: Reservation, here: Here) -> None:
    """In place of what the run had reserved before."""
    if reservation.usd is None:
        return release(db, reservation.run_id)
    db.execute(
        "INSERT OR REPLACE INTO reservations (run_id, slot, workspace, provider, amount, "
        "host, boot_id, pid, process_start, database, heartbeat_ms) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            reservation.run_id,
            slot_of(reservation.at),
            reservation.workspace,
            reservation.provider,
            to_amount(reservation.usd),
            *astuple(here.owner),
            here.database,
            here.now_ms,
        ),
    )


def count_run(db: sqlite3.Connection, record: RunRecord) -> None:
    """The run is over: what its attempts cost is spent, what it had reserved is free again.

    What was reserved counts as spent where the run's process died before it could say anything.
    """
    if record.status is Status.INTERRUPTED and not record.attempts:
        count_abandoned(db, record.id)
    release(db, record.id)
    _count(db, record, 1)


def uncount_run(db: sqlite3.Connection, record: RunRecord) -> None:
    """Takes back what was counted: another end of the same run takes its place."""
    _count(db, record, -1)


def count_abandoned(db: sqlite3.Connection, run_id: str) -> None:
    """Its process has died, and nothing tells what it cost: all that it had reserved is spent."""
    reserved = db.execute(
        "SELECT slot, workspace, provider, amount FROM reservations WHERE run_id = ?", (run_id,)
    ).fetchone()
    if reserved is not None:
        slot, workspace, provider, amount = reserved
        _add(db, slot, workspace, provider, amount, amount)
        release(db, run_id)


def release(db: sqlite3.Connection, run_id: str) -> None:
    db.execute("DELETE FROM reservations WHERE run_id = ?", (run_id,))


def take_alerts(db: sqlite3.Connection, limits: Iterable[Limit], at: datetime) -> tuple[Alert, ...]:
    """Shares of limits that have been reached and were not told in this period; now they were."""
    news = [*_untold(db, limit_states(db, limits, at), at)]
    if news:
        too_old = (at - _ALERTS_KEPT).timestamp()
        db.execute("DELETE FROM budget_alerts WHERE period_begin < ?", (too_old,))
        db.executemany(
            "INSERT INTO budget_alerts VALUES (?, ?, ?)",
            [
                (alert.state.limit.setting, _begin(alert.state.limit, at), alert.percent)
                for alert in news
            ],
        )
    return tuple(news)


def to_amount(usd: Decimal) -> int:
    """Rounded up, and never less than nothing: a provider's bill may be any number."""
    if usd.adjusted() > 9:
        return MOST
    units = usd.scaleb(PLACES).to_integral_value(ROUND_CEILING)
    return min(max(int(units), 0), MOST)


def slot_of(at: datetime) -> int:
    return int(at.timestamp()) // SLOT_SECONDS


def _state(db: sqlite3.Connection, limit: Limit, at: datetime, but: str | None) -> LimitState:
    if limit.period is Period.RUN:
        return LimitState(limit)
    span = span_of(limit.period, at, limit.zone)
    values = {
        "begin": slot_of(span.begin),
        "end": slot_of(span.end),
        "workspace": limit.scope.workspace,
        "provider": limit.scope.provider,
        "but": but,
    }
    spent = db.execute(_SPENT, values).fetchone()
    reserved = db.execute(_RESERVED, values).fetchone()
    return LimitState(
        limit, _usd(spent["amount"]), _usd(reserved["amount"]), _usd(spent["estimated"]), span.end
    )


def _untold(db: sqlite3.Connection, states: Iterable[LimitState], at: datetime) -> Iterator[Alert]:
    for state in states:
        told = db.execute(
            "SELECT max(percent) FROM budget_alerts WHERE setting = ? AND period_begin = ?",
            (state.limit.setting, _begin(state.limit, at)),
        ).fetchone()[0]
        yield from (Alert(state, percent) for percent in reached(state) if percent > (told or 0))


def _begin(limit: Limit, at: datetime) -> int:
    return int(span_of(limit.period, at, limit.zone).begin.timestamp())


def _count(db: sqlite3.Connection, record: RunRecord, sign: int) -> None:
    for attempt in record.attempts:
        amount = to_amount(attempt.cost.usd or Decimal(0))
        if amount:
            guess = sign * amount if _is_guess(attempt) else 0
            slot, provider = slot_of(record.created_at), attempt.model.provider
            _add(db, slot, record.workspace, provider, sign * amount, guess)


def _is_guess(attempt: Attempt) -> bool:
    """Whether the price is multiplied by tokens that nobody has told."""
    return attempt.cost.source is CostSource.TABLE and attempt.usage.estimated


def _add(
    db: sqlite3.Connection, slot: int, workspace: str, provider: str, amount: int, estimated: int
) -> None:
    db.execute(
        "INSERT INTO spend (slot, workspace, provider, amount, estimated) VALUES (?, ?, ?, ?, ?) "
        "ON CONFLICT DO UPDATE SET amount = amount + excluded.amount, "
        "estimated = estimated + excluded.estimated",
        (slot, workspace, provider, amount, estimated),
    )


def _usd(amount: int) -> Decimal:
    return Decimal(amount).scaleb(-PLACES)
