"""What has changed from one period to the next."""

from __future__ import annotations

from datetime import UTC

from tests.core.test_statistics import a_call, a_run, statistics
from tui_lab.core.period_change import period_changes
from tui_lab.core.record import Status
from tui_lab.core.statistics import Totals
from tui_lab.core.sums import RunLine


def totals(*runs: RunLine) -> Totals:
    return statistics(runs, UTC).totals


def test_sums_are_compared_as_shares_of_what_was_before() -> None:
    before = totals(*[a_run(a_call("1"))] * 4)
    now = totals(*[a_run(a_call("1"))] * 5)
    changes = period_changes(now, before)
    assert {name: str(changes[name]) for name in ("runs", "usd", "total_tokens")} == {
        "runs": "+25%",
        "usd": "+25%",
        "total_tokens": "+25%",
    }
    assert str(changes["ttft_ms.p99"]) == "±0%"


def test_failure_rates_are_compared_by_points() -> None:
    failed = a_run(status=Status.ERROR)
    changes = period_changes(totals(a_run(), failed), totals(failed, failed))
    assert str(changes["failure_rate"]) == "-50 pp"


def test_speed_is_compared_at_every_percentile() -> None:
    before = totals(*(a_run(latency_ms=float(ms)) for ms in (100, 100, 100)))
    now = totals(*(a_run(latency_ms=float(ms)) for ms in (100, 100, 300)))
    changes = period_changes(now, before)
    assert changes["latency_ms.p50"].value == 0
    assert str(changes["latency_ms.p99"]) == "+193%"


def test_nothing_before_gives_no_share() -> None:
    changes = period_changes(totals(a_run(a_call("1"))), totals())
    assert all(change.value is None for change in changes.values())
    assert str(changes["usd"]) == "–"
    assert period_changes(totals(), totals(a_run(a_call("2"))))["usd"].value == -1
