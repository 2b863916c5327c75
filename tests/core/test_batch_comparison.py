"""The answers of a batch beside each other."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tests.builders import a_record
from tui_lab.core.batch_comparison import leaders, repeats
from tui_lab.core.cost import UNKNOWN, billed
from tui_lab.core.record import RunRecord, Status
from tui_lab.core.timing import Timing
from tui_lab.core.usage import Usage


def answered(number: int, **changes: Any) -> RunRecord:
    values = {
        "status": Status.OK,
        "model": "sandbox/fast",
        "text": "words" * number,
        "usage": Usage(10, 100 * number),
        "timing": Timing(ttft_ms=100 * number, latency_ms=1000 * number, itl_ms=10 / number),
        "cost": billed(Decimal(number)),
    }
    return a_record(f"01JD000000000000000000000{number}", **values | changes)


ONE, TWO, THREE = answered(1), answered(2), answered(3)


def test_each_is_first_in_something() -> None:
    found = leaders([TWO, ONE, THREE])
    assert (found.soonest, found.cheapest) == (ONE, ONE)
    assert (found.fastest, found.longest) == (THREE, THREE)


def test_nobody_is_the_cheapest_where_a_cost_is_unknown_or_all_are_the_same() -> None:
    assert leaders([ONE, answered(2, cost=UNKNOWN)]).cheapest is None
    assert leaders([ONE, answered(2, cost=ONE.cost)]).cheapest is None


def test_an_answer_that_failed_is_first_in_nothing() -> None:
    found = leaders([answered(1, status=Status.ERROR), TWO, THREE])
    assert found.soonest is TWO


def test_repeats_are_told_by_mean_and_percentiles_of_the_whole_answers() -> None:
    (found,) = repeats([ONE, TWO, THREE, answered(4, status=Status.CANCELLED)])
    assert (found.runs, found.whole, found.distinct) == (4, 3, 3)
    assert found.latency_ms is not None
    assert (found.latency_ms.mean, found.latency_ms.p50) == (2000, 2000)
    assert round(found.latency_ms.p95) == 2900
    assert found.usd is not None
    assert found.usd.mean == 2


def test_the_same_text_is_one_answer_and_models_are_told_apart() -> None:
    again = answered(4, text=ONE.text)
    other = answered(5, model="sandbox/slow")
    found = repeats([ONE, again, other])
    assert [(one.model, one.distinct) for one in found] == [
        ("sandbox/fast", 1),
        ("sandbox/slow", 1),
    ]


def test_a_spread_of_costs_needs_all_of_them() -> None:
    (found,) = repeats([ONE, answered(2, cost=UNKNOWN)])
    assert found.usd is None
