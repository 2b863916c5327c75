"""The one place where money is given to a run, inside a transaction that the caller has opened."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from tui_lab.core.budget import Limit, Reservation, Verdict
from tui_lab.store.owner import Here
from tui_lab.store.recovery import interrupt_abandoned, is_anything_abandoned
from tui_lab.store.spending import hold_back, limit_states


def reserve(
    db: sqlite3.Connection, reservation: Reservation, limits: Sequence[Limit], here: Here
) -> Verdict:
    """Holds the money back if no limit is against it.

    Before it says no, it ends what dead processes have left: they may hold money for nothing.
    """
    verdict = _verdict(db, reservation, limits)
    if not verdict.allowed and is_anything_abandoned(db, here):
        interrupt_abandoned(db, here)
        verdict = _verdict(db, reservation, limits)
    if verdict.allowed:
        hold_back(db, reservation, here)
    return verdict


def _verdict(db: sqlite3.Connection, reservation: Reservation, limits: Sequence[Limit]) -> Verdict:
    states = limit_states(db, limits, reservation.at, but=reservation.run_id)
    return Verdict(reservation.usd, states)
