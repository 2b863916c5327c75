"""Periods, limits, verdicts, alerts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_lab.core.budget import (
    Alert,
    BudgetRules,
    Limit,
    LimitState,
    OverBudget,
    Period,
    Scope,
    Verdict,
    reached,
    span_of,
    without_room,
)
from tui_lab.core.errors import ErrorKind, LabError

BERLIN, NEW_YORK = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")
KATHMANDU, SANTIAGO = ZoneInfo("Asia/Kathmandu"), ZoneInfo("America/Santiago")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def a_limit(usd: str = "1", period: Period = Period.DAY, **changes: Any) -> Limit:
    values: dict[str, Any] = {"setting": f"budgets.{period}", "period": period}
    return Limit(**values | {"usd": Decimal(usd)} | changes)


def a_state(limit: Limit, spent: str = "0", reserved: str = "0") -> LimitState:
    resets_at = None if limit.period is Period.RUN else at("2026-11-23 00:00")
    return LimitState(limit, Decimal(spent), Decimal(reserved), Decimal(0), resets_at)


def verdict(needed: str | None, *states: LimitState) -> Verdict:
    return Verdict(None if needed is None else Decimal(needed), states)


def refusal(needed: str | None, *states: LimitState) -> LabError:
    with pytest.raises(LabError) as refused:
        verdict(needed, *states).check()
    return refused.value


@pytest.mark.parametrize(
    ("zone", "moment", "begin", "hours"),
    [
        (UTC, "2026-11-22 23:59:59", "2026-11-22 00:00", 24),
        (UTC, "2026-11-23 00:00", "2026-11-23 00:00", 24),
        (BERLIN, "2026-11-22 22:59", "2026-11-21 23:00", 24),
        (BERLIN, "2026-11-22 23:00", "2026-11-22 23:00", 24),
        (BERLIN, "2026-03-29 12:00", "2026-03-28 23:00", 23),
        (BERLIN, "2026-10-25 12:00", "2026-10-24 22:00", 25),
        (NEW_YORK, "2026-11-01 12:00", "2026-11-01 04:00", 25),
        (KATHMANDU, "2026-11-22 18:14", "2026-11-21 18:15", 24),
        (SANTIAGO, "2026-09-06 04:30", "2026-09-06 04:00", 23),
    ],
)
def test_a_day_is_from_midnight_to_midnight_of_the_zone(
    zone: ZoneInfo, moment: str, begin: str, hours: int
) -> None:
    span = span_of(Period.DAY, at(moment), zone)
    assert span.begin == at(begin)
    assert span.end - span.begin == timedelta(hours=hours)


@pytest.mark.parametrize(
    ("zone", "moment", "begin", "end"),
    [
        (UTC, "2026-02-28 23:59", "2026-02-01 00:00", "2026-03-01 00:00"),
        (UTC, "2028-02-29 00:00", "2028-02-01 00:00", "2028-03-01 00:00"),
        (UTC, "2026-12-31 23:59", "2026-12-01 00:00", "2027-01-01 00:00"),
        (BERLIN, "2026-10-31 23:00", "2026-10-31 23:00", "2026-11-30 23:00"),
        (NEW_YORK, "2026-03-01 04:59", "2026-02-01 05:00", "2026-03-01 05:00"),
        (NEW_YORK, "2026-03-15 12:00", "2026-03-01 05:00", "2026-04-01 04:00"),
    ],
)
def test_a_month_is_from_its_first_midnight_to_that_of_the_next(
    zone: ZoneInfo, moment: str, begin: str, end: str
) -> None:
    span = span_of(Period.MONTH, at(moment), zone)
    assert (span.begin, span.end) == (at(begin), at(end))


@given(
    st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1)),
    st.sampled_from([UTC, BERLIN, NEW_YORK, KATHMANDU, SANTIAGO]),
    st.sampled_from([Period.DAY, Period.MONTH]),
)
def test_periods_leave_no_gap_and_do_not_overlap(
    naive: datetime, zone: ZoneInfo, period: Period
) -> None:
    moment = naive.replace(tzinfo=UTC)
    span = span_of(period, moment, zone)
    assert span.begin <= moment < span.end
    assert span_of(period, span.begin, zone) == span
    assert span_of(period, span.end, zone).begin == span.end
    assert span.begin.timestamp() % 900 == 0


def test_a_run_fits_exactly() -> None:
    state = a_state(a_limit("1"), spent="0.6", reserved="0.3")
    assert verdict("0.1", state).allowed
    assert not verdict("0.100000000001", state).allowed


def test_a_free_run_fits_into_a_budget_that_is_overdrawn() -> None:
    assert verdict("0", a_state(a_limit("0"), spent="5")).allowed


def test_a_run_of_unknown_cost_fits_while_anything_is_left() -> None:
    assert verdict(None, a_state(a_limit("1"), spent="0.99")).allowed
    assert not verdict(None, a_state(a_limit("1"), spent="0.5", reserved="0.5")).allowed


def test_a_refusal_tells_limit_spent_reserved_needed_and_when_there_is_room() -> None:
    limit = a_limit("5", scope=Scope(provider="openai"), zone=BERLIN)
    error = refusal("0.05", a_state(limit, spent="4.9", reserved="0.07"))
    assert error.kind is ErrorKind.BUDGET
    assert error.message == (
        "this run may cost up to $0.05: of today's budget of openai, $5.00, "
        "$4.90 is spent and $0.07 reserved"
    )
    assert "raise budgets.day" in error.hint
    assert "2026-11-23 01:00 (CET)" in error.hint


def test_no_time_brings_room_for_a_run_that_is_too_large_by_itself() -> None:
    error = refusal("0.3", a_state(a_limit("0.25", Period.RUN)))
    assert error.message == "this run may cost up to $0.30: the limit of a run is $0.25"
    assert "room" not in error.hint


def test_a_limit_that_warns_lets_the_run_through_and_says_so() -> None:
    warned = verdict("2", a_state(a_limit("1", over=OverBudget.WARN)))
    warned.check()
    assert warned.warnings == (
        "this run may cost up to $2.00: of today's budget, $1.00, $0 is spent",
    )


def test_one_limit_that_blocks_is_enough() -> None:
    wide, narrow = a_state(a_limit("100")), a_state(a_limit("1", Period.MONTH))
    assert "this month's budget" in refusal("2", wide, narrow).message


@pytest.mark.parametrize(
    ("spent", "percents"),
    [
        ("0", ()),
        ("0.4999", ()),
        ("0.5", (50,)),
        ("0.85", (50, 80)),
        ("0.9", (50, 80, 90)),
        ("3", (50, 80, 90, 100)),
    ],
)
def test_alerts_by_what_is_spent(spent: str, percents: tuple[int, ...]) -> None:
    assert reached(a_state(a_limit("1"), spent, reserved="9")) == percents


def test_an_alert_says_how_much_of_what() -> None:
    alert = Alert(a_state(a_limit("5", Period.MONTH), "4.5"), 90)
    assert alert.words == "90% of this month's budget is spent: $4.50 of $5.00"


def test_a_scope_covers_everyone_or_one() -> None:
    assert Scope().covers("team", "openai")
    assert Scope(workspace="team").covers("team", "openai")
    assert not Scope(workspace="team").covers("default", "openai")
    assert not Scope(provider="openai").covers("team", "groq")


def test_only_a_limit_that_blocks_can_block() -> None:
    assert not BudgetRules((a_limit(over=OverBudget.WARN),)).can_block
    assert BudgetRules((a_limit(over=OverBudget.WARN), a_limit())).can_block


def test_calls_at_once_need_room_together_but_each_fits_the_limit_of_a_run_alone() -> None:
    calls = [("openai", Decimal("0.6")), ("groq", Decimal("0.6"))]
    run, day = a_state(a_limit("0.6", Period.RUN)), a_state(a_limit("1.2"))
    groq = a_state(a_limit("0.5", scope=Scope(provider="groq")))
    assert without_room([run, day], calls) is None
    assert without_room([run, a_state(a_limit("1.2"), spent="0.1")], calls) is not None
    assert without_room([run, groq], calls) == groq
    assert without_room([groq], calls[:1]) is None
