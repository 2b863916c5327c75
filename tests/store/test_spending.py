"""Money in the history: reserved before a call, spent after it, never lost and never twice."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.builders import NOON, a_record
from tests.store.support import ELSEWHERE, a_store, change, look, ulid
from tui_lab.core.budget import (
    Limit,
    LimitState,
    OverBudget,
    Period,
    Reservation,
    Scope,
)
from tui_lab.core.cost import Cost, CostSource, billed
from tui_lab.core.record import Attempt, RunRecord, Status
from tui_lab.core.refs import ModelRef
from tui_lab.core.usage import Usage
from tui_lab.store.migrate import packaged_migrations
from tui_lab.store.statistics import Span
from tui_lab.store.store import Store

pytestmark = pytest.mark.anyio
NOTHING = Decimal(0)
BERLIN = ZoneInfo("Europe/Berlin")


def a_day(usd: str = "1", **changes: Any) -> Limit:
    values: dict[str, Any] = {"setting": "budgets.day", "period": Period.DAY}
    return Limit(**values | {"usd": Decimal(usd)} | changes)


def a_reservation(number: int, usd: str | None, **changes: Any) -> Reservation:
    values: dict[str, Any] = {"at": NOON, "workspace": "default", "provider": "openai"}
    amount = None if usd is None else Decimal(usd)
    return Reservation(ulid(number), usd=amount, **values | changes)


def a_paid(number: int, *usd: str | Cost, provider: str = "openai", **changes: Any) -> RunRecord:
    """A run that is over, with an attempt for each amount."""
    model = ModelRef(provider, "m")
    attempts = tuple(
        Attempt(n, model, Status.OK, cost=billed(Decimal(one)) if isinstance(one, str) else one)
        for n, one in enumerate(usd, 1)
    )
    values = {"status": Status.OK, "model": str(model), "provider": provider}
    return a_record(ulid(number), **values | {"attempts": attempts} | changes)


async def state(store: Store, limit: Limit, at: datetime = NOON) -> LimitState:
    [found] = await store.limit_states([limit], at)
    return found


async def spent(store: Store, limit: Limit, at: datetime = NOON) -> Decimal:
    return (await state(store, limit, at)).spent


async def test_money_is_reserved_then_spent(tmp_path: Path) -> None:
    async with a_store(tmp_path / "history.db") as store:
        await store.begin([a_record(ulid(0))])
        assert (await store.reserve(a_reservation(0, "0.4"), [a_day()])).allowed
        before = await state(store, a_day())
        assert (before.spent, before.reserved) == (NOTHING, Decimal("0.4"))
        await store.finish(a_paid(0, "0.123456789012"), b"")
        after = await state(store, a_day())
        assert (after.spent, after.reserved) == (Decimal("0.123456789012"), NOTHING)


async def test_what_is_reserved_is_not_given_twice(tmp_path: Path) -> None:
    async with a_store(tmp_path / "history.db") as store:
        assert (await store.reserve(a_reservation(0, "0.6"), [a_day()])).allowed
        refused = await store.reserve(a_reservation(1, "0.6"), [a_day()])
        assert not refused.allowed
        assert (await state(store, a_day())).reserved == Decimal("0.6")


async def test_a_limit_that_warns_does_not_keep_money_from_being_held_back(
    tmp_path: Path,
) -> None:
    warn = a_day(over=OverBudget.WARN)
    async with a_store(tmp_path / "history.db") as store:
        verdict = await store.reserve(a_reservation(0, "3"), [warn])
        assert (verdict.allowed, len(verdict.warnings)) == (True, 1)
        assert (await state(store, warn)).reserved == 3


async def test_the_next_attempt_of_a_run_reserves_in_place_of_the_last(tmp_path: Path) -> None:
    async with a_store(tmp_path / "history.db") as store:
        for provider in ("openai", "groq"):
            reservation = a_reservation(0, "0.6", provider=provider)
            assert (await store.reserve(reservation, [a_day()])).allowed
        assert (await state(store, a_day())).reserved == Decimal("0.6")
        groq = a_day(scope=Scope(provider="groq"))
        assert (await state(store, groq)).reserved == Decimal("0.6")


async def test_every_attempt_is_spent_with_its_provider(tmp_path: Path) -> None:
    first = a_paid(0, "0.1", "0.2")
    second = replace(first.attempts[1], model=ModelRef("groq", "m"))
    async with a_store(tmp_path / "history.db") as store:
        await store.finish(replace(first, attempts=(first.attempts[0], second)), b"")
        assert await spent(store, a_day()) == Decimal("0.3")
        assert await spent(store, a_day(scope=Scope(provider="groq"))) == Decimal("0.2")


async def test_workspaces_do_not_pay_for_each_other(tmp_path: Path) -> None:
    async with a_store(tmp_path / "history.db") as store:
        await store.finish(a_paid(0, "0.1", workspace="a"), b"")
        await store.finish(a_paid(1, "0.2", workspace="b"), b"")
        assert await spent(store, a_day(scope=Scope(workspace="a"))) == Decimal("0.1")
        assert await spent(store, a_day()) == Decimal("0.3")


async def test_a_price_times_guessed_tokens_is_marked(tmp_path: Path) -> None:
    table = Cost(Decimal("0.1"), CostSource.TABLE, "2026-11-01")
    run = a_paid(0, table, "0.2")
    guessed = replace(run.attempts[0], usage=Usage(1, 1, estimated=True))
    async with a_store(tmp_path / "history.db") as store:
        await store.finish(replace(run, attempts=(guessed, run.attempts[1])), b"")
        found = await state(store, a_day())
    assert (found.spent, found.estimated) == (Decimal("0.3"), Decimal("0.1"))


async def test_a_run_of_unknown_cost_costs_the_budget_nothing(tmp_path: Path) -> None:
    async with a_store(tmp_path / "history.db") as store:
        assert (await store.reserve(a_reservation(0, None), [a_day()])).allowed
        await store.finish(a_paid(0, Cost()), b"")
        assert await spent(store, a_day()) == 0


async def test_a_run_that_ends_twice_is_paid_once(tmp_path: Path) -> None:
    async with a_store(tmp_path / "history.db") as store:
        await store.begin([a_record(ulid(0))])
        await store.finish(a_paid(0, "0.5"), b"")
        await store.finish(a_paid(0, "0.3"), b"")
        assert await spent(store, a_day()) == Decimal("0.3")


async def test_deleting_and_restoring_a_run_changes_nothing(tmp_path: Path) -> None:
    async with a_store(tmp_path / "history.db") as store:
        await store.finish(a_paid(0, "0.5"), b"")
        deleted = await store.delete([ulid(0)])
        assert await spent(store, a_day()) == Decimal("0.5")
        await store.restore(deleted)
        assert await spent(store, a_day()) == Decimal("0.5")


async def test_a_run_that_is_not_recorded_is_paid(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    async with a_store(path) as store:
        await store.reserve(a_reservation(0, "0.6"), [a_day()])
        await store.settle(a_paid(0, "0.5"))
        found = await state(store, a_day())
    assert (found.spent, found.reserved) == (Decimal("0.5"), NOTHING)
    assert look(path, "SELECT count(*) FROM runs") == [(0,)]


@pytest.mark.parametrize("usd", ["-5", "1E+400", "1E+30", "100000"])
async def test_a_bill_of_any_number_can_be_counted(usd: str, tmp_path: Path) -> None:
    async with a_store(tmp_path / "history.db") as store:
        await store.finish(a_paid(0, usd), b"")
        await store.finish(a_paid(1, "0.5"), b"")
        assert await spent(store, a_day()) in (Decimal("0.5"), Decimal("100000.5"))


async def test_a_run_counts_for_the_day_in_which_it_began(tmp_path: Path) -> None:
    late = datetime(2026, 11, 22, 22, 59, 59, tzinfo=UTC)
    day = a_day(zone=BERLIN)
    async with a_store(tmp_path / "history.db") as store:
        await store.finish(a_paid(0, "0.5", created_at=late), b"")
        assert await spent(store, day, late) == Decimal("0.5")
        assert await spent(store, day, late + timedelta(seconds=1)) == 0
        assert await spent(store, a_day(), late + timedelta(seconds=1)) == Decimal("0.5")
        month = a_day(period=Period.MONTH, zone=BERLIN)
        assert await spent(store, month, late + timedelta(seconds=1)) == Decimal("0.5")
        assert await spent(store, month, late + timedelta(days=9)) == 0


async def test_what_is_spent_is_there_after_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    async with a_store(path) as store:
        await store.finish(a_paid(0, "0.5"), b"")
    async with a_store(path) as store:
        assert await spent(store, a_day()) == Decimal("0.5")


async def test_the_reservation_of_a_dead_process_is_spent_as_an_estimate(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    async with a_store(path) as store:
        await store.begin([a_record(ulid(0))])
        await store.reserve(a_reservation(0, "0.6"), [a_day()])
        await store.reserve(a_reservation(1, "0.3"), [a_day()])  # of a run that is not recorded
    for table in ("running", "reservations"):
        change(path, f"UPDATE {table} SET boot_id = 'before'")
    async with a_store(path) as store:
        found = await state(store, a_day())
        assert (await store.run(ulid(0))).status is Status.INTERRUPTED
    assert (found.spent, found.estimated) == (Decimal("0.9"), Decimal("0.9"))
    assert found.reserved == 0


async def test_money_that_the_dead_hold_is_settled_before_anyone_is_refused(
    tmp_path: Path,
) -> None:
    path = tmp_path / "history.db"
    async with a_store(path) as store:
        await store.begin([a_record(ulid(0))])
        await store.reserve(a_reservation(0, "0.9"), [a_day()])
        change(path, "UPDATE running SET boot_id = 'before'")
        await store.journal({ulid(0): []})
        refused = await store.reserve(a_reservation(1, "0.5"), [a_day()])
        assert refused.states[0].reserved == 0
        assert refused.states[0].estimated == Decimal("0.9")


@pytest.mark.parametrize(("minutes", "reserved"), [(59, "0.6"), (61, "0")])
async def test_a_reservation_of_another_host_is_believed_for_an_hour(
    minutes: int, reserved: str, tmp_path: Path
) -> None:
    path = tmp_path / "history.db"
    async with a_store(path, owner=ELSEWHERE) as store:
        await store.reserve(a_reservation(0, "0.6"), [a_day()])
    async with a_store(path, now=NOON + timedelta(minutes=minutes)) as store:
        assert (await state(store, a_day())).reserved == Decimal(reserved)


async def test_an_alert_is_given_once_in_a_period_by_whichever_process(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    async with a_store(path) as one, a_store(path) as other:
        await one.finish(a_paid(0, "0.85"), b"")
        both = await asyncio.gather(
            one.take_alerts([a_day()], NOON), other.take_alerts([a_day()], NOON)
        )
        assert sorted(len(alerts) for alerts in both) == [0, 2]
        await one.finish(a_paid(1, "0.15"), b"")
        assert [alert.percent for alert in await other.take_alerts([a_day()], NOON)] == [90, 100]
        assert await one.take_alerts([a_day()], NOON) == ()
    async with a_store(path) as store:
        assert await store.take_alerts([a_day()], NOON) == ()
        tomorrow = NOON + timedelta(days=1)
        await store.finish(a_paid(2, "0.5", created_at=tomorrow), b"")
        assert [alert.percent for alert in await store.take_alerts([a_day()], tomorrow)] == [50]


async def test_the_sums_are_those_of_the_statistics(tmp_path: Path) -> None:
    async with a_store(tmp_path / "history.db") as store:
        for number in range(20):
            await store.finish(a_paid(number, f"0.00{number}7", f"0.{number}"), b"")
        found = await store.statistics(Span(), UTC)
        assert await spent(store, a_day()) == found.totals.usd > 0


async def test_a_ledger_from_before_there_were_budgets_is_counted(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    before = packaged_migrations()[:3]
    async with a_store(path, migrations=before):
        pass
    # The columns as they were then; sums came later.
    change(path, next(step for step in packaged_migrations() if "CREATE TABLE sums" in step))
    change(path, "CREATE TABLE spend (slot, workspace, provider, amount, estimated)")
    change(path, "CREATE TABLE reservations (run_id, slot, workspace, provider, amount)")
    async with a_store(path, migrations=before) as store:
        await store.finish(a_paid(0, "0.000000123456", "1.5"), b"")
        await store.finish(a_paid(1, "2", provider="groq", workspace="team"), b"")
        await store.finish(a_paid(2, Cost()), b"")
    for table in ("spend", "reservations", "sums"):
        change(path, f"DROP TABLE {table}")
    async with a_store(path) as store:
        assert await spent(store, a_day()) == Decimal("3.500000123456")
        assert await spent(store, a_day(scope=Scope(workspace="team"))) == 2
        assert await spent(store, a_day(scope=Scope(provider="openai"))) == Decimal(
            "1.500000123456"
        )
