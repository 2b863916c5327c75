"""Money in words: no sum reads as nothing."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import a_price, a_record
from tui_lab.core.cost import FREE, UNKNOWN, Cost, CostSource, billed
from tui_lab.core.money import cost_words, dollars, exact_dollars, rate_words
from tui_lab.core.price import NO_CHARGE, Price
from tui_lab.core.record import Status
from tui_lab.core.usage import Usage

LISTED = Cost(Decimal("0.00123456"), CostSource.TABLE, "2026-11-10")


@pytest.mark.parametrize(
    ("usd", "words"),
    [
        ("0", "$0"),
        ("0E-9", "$0"),
        ("1234.5", "$1,234.50"),
        ("12.3", "$12.30"),
        ("0.999", "$1.00"),
        ("0.42", "$0.42"),
        ("0.012345", "$0.01"),
        ("0.00123456", "$0.0012"),
        ("0.000012", "$0.000012"),
        ("0.0000000512", "$0.000000051"),
        ("1E-9", "$0.0000000010"),
    ],
)
def test_a_sum_is_short(usd: str, words: str) -> None:
    assert dollars(Decimal(usd)) == words


@given(st.decimals(min_value=Decimal("1E-20"), max_value=Decimal(10**9), places=20))
def test_no_sum_reads_as_nothing(usd: Decimal) -> None:
    assert any(digit in dollars(usd) for digit in "123456789")


def test_an_exact_sum_has_every_digit_and_no_exponent() -> None:
    assert exact_dollars(Decimal("1.5E-9")) == "$0.0000000015"
    assert exact_dollars(Decimal("1E+2")) == "$100"


@pytest.mark.parametrize(
    ("cost", "words"),
    [(LISTED, "$0.0012"), (FREE, "$0"), (UNKNOWN, "?"), (billed(Decimal("0.5")), "$0.50")],
)
def test_a_settled_cost(cost: Cost, words: str) -> None:
    assert cost_words(a_record(status=Status.OK, cost=cost)) == words


@pytest.mark.parametrize(
    ("price", "words"),
    [
        (None, "?"),
        (NO_CHARGE, "free"),
        (a_price("0.15", "0.6", tiers=()), "$0.15/$0.6"),
        (a_price("3", "15"), "$3/$15+"),
    ],
)
def test_rates_are_exact(price: Price | None, words: str) -> None:
    assert rate_words(price) == words


def test_what_rests_on_estimates_or_still_grows_is_marked() -> None:
    live = a_record(status=Status.RUNNING, cost=LISTED)
    assert cost_words(live) == "~$0.0012"
    stopped = replace(live, status=Status.CANCELLED, usage=Usage(9, 9, estimated=True))
    assert cost_words(stopped, exact=True) == "~$0.00123456"
    told = replace(stopped, cost=billed(Decimal(1)))
    assert cost_words(told) == "$1.00"
