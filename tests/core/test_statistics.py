"""Sums over the history."""

from __future__ import annotations

import statistics as standard
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, tzinfo
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import NOON
from tui_lab.core import statistics as summing
from tui_lab.core.record import Status
from tui_lab.core.statistics import DIMENSIONS, Statistics, percentile
from tui_lab.core.sums import CallLine, RunLine, tally


def a_call(usd: str | None = "0.01", **changes: Any) -> CallLine:
    values: dict[str, Any] = {
        "model": "acme/one",
        "provider": "acme",
        "input_tokens": 10,
        "output_tokens": 5,
        "usd": None if usd is None else Decimal(usd),
    }
    return CallLine(**values | changes)


def in_ms(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)


def statistics(runs: Iterable[RunLine], zone: tzinfo) -> Statistics:
    return summing.statistics(tally(runs).items(), zone)


def a_run(*calls: CallLine, **changes: Any) -> RunLine:
    values: dict[str, Any] = {
        "at_ms": in_ms(NOON),
        "workspace": "default",
        "model": "acme/one",
        "provider": "acme",
        "template": "",
        "status": Status.OK,
        "latency_ms": 100.0,
        "ttft_ms": 10.0,
        "tokens_per_second": 50.0,
        "calls": calls,
    }
    return RunLine(**values | changes)


def test_tokens_and_money_are_summed_exactly() -> None:
    runs = [a_run(a_call("0.1")) for _ in range(3)]
    totals = statistics(runs, UTC).totals
    assert (totals.runs, totals.calls, totals.usd) == (3, 3, Decimal("0.3"))
    assert (totals.input_tokens, totals.output_tokens, totals.total_tokens) == (30, 15, 45)


def test_calls_of_unknown_cost_are_counted_beside_the_sum() -> None:
    totals = statistics([a_run(a_call(None)), a_run(a_call("0.2"))], UTC).totals
    assert (totals.usd, totals.unknown_cost_calls) == (Decimal("0.2"), 1)


def test_a_call_costs_at_the_provider_that_got_it_and_the_run_counts_where_it_was_answered() -> (
    None
):
    failed_over = a_run(
        a_call("0.5", model="first/one", provider="first"),
        a_call("0.2"),
    )
    found = statistics([failed_over], UTC)
    providers = found.by["provider"]
    assert {name: one.usd for name, one in providers.items()} == {
        "first": Decimal("0.5"),
        "acme": Decimal("0.2"),
    }
    assert {name: one.runs for name, one in providers.items()} == {"first": 0, "acme": 1}
    assert found.totals.usd == Decimal("0.7")


def test_failed_refused_and_cancelled_runs_fail_and_blocked_ones_were_never_asked() -> None:
    ends = [Status.OK, Status.ERROR, Status.REFUSED, Status.CANCELLED, Status.BLOCKED]
    totals = statistics([a_run(status=status) for status in ends], UTC).totals
    assert totals.failure_rate == 3 / 4
    assert totals.statuses[Status.BLOCKED] == 1


def test_no_runs_have_no_rate_and_no_speed() -> None:
    found = statistics([], UTC)
    assert (found.totals.failure_rate, found.totals.latency_ms) == (None, None)
    assert all(found.by[by] == {} for by in DIMENSIONS)


def test_speed_is_that_of_runs_that_ended_well() -> None:
    runs = [a_run(latency_ms=100.0), a_run(status=Status.ERROR, latency_ms=9000.0)]
    spread = statistics(runs, UTC).totals.latency_ms
    assert spread is not None
    assert spread.mean == 100
    assert (spread.p50, spread.p99) == pytest.approx((100, 100), rel=0.01)


@pytest.mark.parametrize(
    ("zone", "day"),
    [("UTC", "2026-10-25"), ("Europe/Berlin", "2026-10-26"), ("America/New_York", "2026-10-25")],
)
def test_a_day_is_one_of_the_time_zone(zone: str, day: str) -> None:
    late = a_run(at_ms=in_ms(datetime(2026, 10, 25, 23, 30, tzinfo=UTC)))
    assert list(statistics([late], ZoneInfo(zone)).by["day"]) == [day]


def test_hours_are_those_of_the_day_in_the_time_zone_of_all_days_together() -> None:
    runs = [a_run(at_ms=in_ms(NOON + timedelta(hours=hours))) for hours in (0, 24, 3)]
    hours = statistics(runs, ZoneInfo("Europe/Berlin")).by["hour"]
    assert {hour: totals.runs for hour, totals in hours.items()} == {"13": 2, "16": 1}


def test_days_stand_in_order_of_time_and_others_the_costliest_first() -> None:
    later, dearer = NOON + timedelta(days=1), a_call("3", model="acme/two")
    found = statistics(
        [
            a_run(a_call("1"), at_ms=in_ms(later)),
            a_run(dearer, model="acme/two"),
        ],
        UTC,
    )
    assert list(found.by["day"]) == ["2026-11-22", "2026-11-23"]
    assert list(found.by["model"]) == ["acme/two", "acme/one"]


@given(st.lists(st.floats(0, 1e6), min_size=2, max_size=40))
def test_percentiles_are_those_of_the_standard_library(values: list[float]) -> None:
    values.sort()
    hundredths = standard.quantiles(values, n=100, method="inclusive")
    assert percentile(values, 0.5) == pytest.approx(standard.median(values))
    assert percentile(values, 0.95) == pytest.approx(hundredths[94])
    assert percentile(values, 0.99) == pytest.approx(hundredths[98])


amounts = st.lists(
    st.tuples(
        st.sampled_from(["acme", "bolt"]),
        st.sampled_from(["default", "work"]),
        st.none() | st.decimals(0, 100, places=9),
    )
)


@given(amounts)
def test_every_dimension_adds_up_to_the_whole(
    amounts: list[tuple[str, str, Decimal | None]],
) -> None:
    runs = [
        a_run(
            a_call(None if usd is None else str(usd), provider=provider, model=f"{provider}/one"),
            provider=provider,
            workspace=workspace,
            model=f"{provider}/one",
        )
        for provider, workspace, usd in amounts
    ]
    found = statistics(runs, UTC)
    for by in ("day", "hour", "model", "provider", "workspace"):
        groups = found.by[by].values()
        assert sum((one.usd for one in groups), Decimal(0)) == found.totals.usd
        assert sum(one.runs for one in groups) == len(amounts)
        assert sum(one.unknown_cost_calls for one in groups) == found.totals.unknown_cost_calls
