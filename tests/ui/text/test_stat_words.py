"""What statistics say in words."""

from __future__ import annotations

from datetime import UTC, date

import pytest

from tests.builders import NOON, a_query
from tests.core.test_statistics import a_call, a_run, statistics
from tui_lab.core.record import Status
from tui_lab.core.statistics import By, Spread, Totals
from tui_lab.core.sums import RunLine
from tui_lab.ui.text.stat_words import period_words, query_of, spread_words, totals_facts


def totals(*runs: RunLine) -> Totals:
    return statistics(runs, UTC).totals


def told(now: Totals, before: Totals | None) -> dict[str, tuple[str, str]]:
    return {fact.label: (fact.value, fact.change) for fact in totals_facts(now, before, NOON)}


def test_changes_have_an_arrow_and_a_sign() -> None:
    good, failed = a_run(a_call("1")), a_run(a_call("1"), status=Status.ERROR)
    words = told(totals(good, good, failed), totals(good, failed))
    assert words["runs"] == ("3", "▲ +50%")
    assert words["failed"] == ("33%", "▼ -17 pp")
    assert words["latency p50/95/99"][1] == "±0%"


def test_without_runs_before_nothing_is_compared() -> None:
    now, none = totals(a_run(a_call())), totals()
    assert not any(change for _, change in told(now, none).values())
    assert period_words("1 Nov", none) == "1 Nov · no runs before"
    assert period_words("1 Nov", None) == "1 Nov"


def test_blocked_runs_are_named() -> None:
    assert told(totals(a_run(), a_run(status=Status.BLOCKED)), None)["runs"][0] == "2 (1 blocked)"


def test_long_times_are_told_in_seconds() -> None:
    assert spread_words(Spread(1, 412, 980, 1210)) == "412/980/1210 ms"
    assert spread_words(Spread(1, 1200, 9000, 31_500)) == "1.2/9.0/31.5 s"


@pytest.mark.parametrize(
    ("by", "key", "everywhere", "words"),
    [
        ("model", "openrouter/acme/one", False, "model:openrouter/acme/one after:2026-11-01"),
        ("template", "my own", True, 'template:"my own" after:2026-11-01 workspace:*'),
        ("workspace", "team", True, "workspace:team after:2026-11-01"),
        ("day", "2026-11-02", False, "on:2026-11-02"),
    ],
)
def test_a_group_is_a_search(by: By, key: str, everywhere: bool, words: str) -> None:
    found = query_of(by, key, date(2026, 11, 1), everywhere)
    assert found == words
    assert not a_query(found).problems
