"""Prices: every kind of token at its own rate, to the last digit."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import a_price
from tui_lab.core.cost import FREE, UNKNOWN, Cost, CostSource
from tui_lab.core.price import NO_CHARGE, Price, Rates, Tier, cost_of
from tui_lab.core.usage import Usage, add_usage

RATES = Rates(*map(Decimal, ("3", "15", "0.3", "3.75", "20")))
COUNTS = st.integers(0, 10**9)
USAGES = st.builds(Usage, COUNTS, COUNTS, COUNTS, COUNTS, COUNTS)


def usd(price: Price, usage: Usage) -> Decimal:
    found = cost_of(price, usage).usd
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("usage", "expected"),
    [
        (Usage(1_000_000, 0), "3"),
        (Usage(0, 1_000_000), "15"),
        (Usage(1_000_000, 0, cached_tokens=1_000_000), "0.3"),
        (Usage(1_000_000, 0, cache_write_tokens=1_000_000), "3.75"),
        (Usage(0, 1_000_000, reasoning_tokens=1_000_000), "20"),
        (Usage(10, 5, 4, 3, 2), "0.00010645"),
        (Usage(0, 1), "0.000015"),
    ],
)
def test_each_kind_of_token_has_its_rate(usage: Usage, expected: str) -> None:
    assert usd(Price(RATES), usage) == Decimal(expected)


def test_what_has_no_rate_of_its_own_costs_as_input_or_output() -> None:
    plain = Price(Rates(Decimal(3), Decimal(15)))
    assert usd(plain, Usage(10, 10, 5, 5, 5)) == usd(plain, Usage(10, 10)) == plain.usd(10, 10)


def test_a_long_prompt_has_other_rates_for_all_its_tokens() -> None:
    price = Price(RATES, (Tier(200, Rates(Decimal(6), Decimal(30))),))
    assert usd(price, Usage(200, 100)) == Decimal("0.0021")
    assert usd(price, Usage(201, 100)) == Decimal("0.004206")


def test_a_call_may_have_a_price_of_its_own() -> None:
    price = a_price(request=Decimal("0.005"))
    assert usd(price, Usage(0, 0)) == price.usd(0, 0) == Decimal("0.005")


def test_free_is_nothing_and_says_so() -> None:
    assert cost_of(NO_CHARGE, Usage()) == FREE
    dear_when_long = Price(NO_CHARGE.rates, (Tier(10, RATES),))
    assert not dear_when_long.free


def test_unknown_is_not_nothing() -> None:
    assert cost_of(None, Usage(1, 1)) == UNKNOWN
    assert cost_of(a_price(), Usage(1, None)) == UNKNOWN


def test_the_cost_says_of_when_the_list_is() -> None:
    told = cost_of(a_price(), Usage(1, 0))
    assert told == Cost(Decimal("0.000002"), CostSource.TABLE, "2026-11-10")


@given(USAGES)
def test_no_usage_costs_less_than_nothing(usage: Usage) -> None:
    assert usd(Price(RATES), usage) >= 0


@given(st.lists(USAGES.map(lambda one: Usage(one.input_tokens, one.output_tokens)), min_size=1))
def test_splitting_a_usage_changes_nothing_where_there_are_no_tiers(parts: list[Usage]) -> None:
    whole = Usage()
    for part in parts:
        whole = add_usage(whole, part)
    assert sum(usd(Price(RATES), part) for part in parts) == usd(Price(RATES), whole)


@given(COUNTS, COUNTS)
def test_the_short_way_gives_the_same(input_tokens: int, output_tokens: int) -> None:
    price = a_price()
    assert price.usd(input_tokens, output_tokens) == usd(price, Usage(input_tokens, output_tokens))
