"""What a call may cost, said before it is made."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import a_price
from tui_lab.core.estimate import (
    UNKNOWN,
    Estimate,
    Tariff,
    in_total,
    likely_output,
    most_output,
    sent_tokens,
)
from tui_lab.core.model_facts import ModelFacts, Reasoning
from tui_lab.core.parameters import Parameters
from tui_lab.core.price import NO_CHARGE, Price

FACTS = ModelFacts("m", max_output=8_000)
THINKS = ModelFacts("m", reasoning=Reasoning(unasked=True))


def a_tariff(price: Price | None, facts: ModelFacts = FACTS, assumed: int = 4096) -> Tariff:
    return Tariff(price, facts, assumed)


@given(st.integers(0, 10**7), st.none() | st.integers(1, 10**6))
def test_low_likely_and_cap_come_in_this_order(tokens: int, max_tokens: int | None) -> None:
    told = a_tariff(a_price()).estimate(tokens, Parameters(max_tokens=max_tokens))
    assert told.low <= told.likely <= told.cap


def test_the_cap_is_the_answer_that_max_tokens_allows() -> None:
    told = a_tariff(a_price("2", "8")).estimate(1_000_000, Parameters(max_tokens=100))
    assert told.cap == told.likely == a_price("2", "8").usd(1_000_000, 100)
    assert told.bound


@pytest.mark.parametrize(
    ("parameters", "facts", "assumed", "most"),
    [
        (Parameters(), FACTS, 4096, 4096),
        (Parameters(), FACTS, 10_000, 8_000),
        (Parameters(max_tokens=20_000), FACTS, 4096, 8_000),
        (Parameters(max_tokens=20_000), ModelFacts("m"), 4096, 20_000),
        (Parameters(reasoning=2_000), FACTS, 4096, 6_096),
    ],
)
def test_the_longest_answer(
    parameters: Parameters, facts: ModelFacts, assumed: int, most: int
) -> None:
    assert most_output(parameters, facts, assumed) == most


def test_an_assumed_length_is_no_bound() -> None:
    assert not a_tariff(a_price()).estimate(10, Parameters()).bound
    assert a_tariff(a_price(), assumed=9_000).estimate(10, Parameters()).bound


def test_a_model_that_thinks_is_likely_to_write_more() -> None:
    plain = likely_output(Parameters(), FACTS)
    assert likely_output(Parameters(), THINKS) > plain
    assert likely_output(Parameters(reasoning="none"), THINKS) == plain
    assert likely_output(Parameters(reasoning="low"), FACTS) > plain
    assert likely_output(Parameters(reasoning=5_000), FACTS) == plain + 5_000


def test_a_long_prompt_is_estimated_by_its_tier() -> None:
    price = a_price("2", "8")
    told = a_tariff(price).estimate(300_000, Parameters(max_tokens=1))
    assert told.cap == Decimal("1.200016")


def test_of_a_prompt_that_may_be_cut_no_more_than_the_window_is_sent() -> None:
    small = ModelFacts("m", context_window=1000)
    assert sent_tokens(5000, small, truncate=True) == 1000
    assert sent_tokens(5000, small, truncate=False) == 5000
    assert sent_tokens(10, small, truncate=True) == 10


def test_free_and_unknown_say_so() -> None:
    assert a_tariff(NO_CHARGE).estimate(10, Parameters()).words == "$0"
    assert a_tariff(None).estimate(10, Parameters()) == UNKNOWN
    assert UNKNOWN.words == "?"


def test_a_sum_tells_what_it_leaves_out() -> None:
    one = Estimate(Decimal("0.0001"), Decimal("0.0004"), Decimal("0.0012"))
    assert in_total([one]).words == "~$0.00040 ≤$0.0012"
    assert in_total([one, one], times=10).words == "~$0.0080 ≤$0.02"
    assert in_total([one, UNKNOWN]).words == "~$0.00040 + ?"
    loose = Estimate(one.low, one.likely, one.cap, bound=False)
    assert in_total([one, loose]).words == "~$0.00080"
