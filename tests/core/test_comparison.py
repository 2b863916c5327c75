"""Models side by side: sorted, limited, against a baseline."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import a_price
from tui_lab.core.comparison import Mix, Quote, cheapest, quote, saving
from tui_lab.core.errors import LabError
from tui_lab.core.price import NO_CHARGE
from tui_lab.core.refs import ModelRef


def a_quote(usd: str | None, name: str = "m") -> Quote:
    return Quote(ModelRef("own", name), None, None if usd is None else Decimal(usd))


@given(st.lists(st.none() | st.integers(0, 99).map(str)), st.integers(1, 5))
def test_the_cheapest_come_first_and_no_more_than_asked(prices: list[str | None], n: int) -> None:
    found = cheapest([a_quote(usd, f"m{i}") for i, usd in enumerate(prices)], n)
    known = sorted(Decimal(usd) for usd in prices if usd is not None)
    assert [one.usd for one in found] == known[:n]


def test_the_size_of_a_call_decides_which_is_cheaper() -> None:
    reads, writes = a_price("1", "9"), a_price("3", "3")
    model = ModelRef("own", "m")

    def dearer(text: str) -> bool:
        one, other = (quote(model, price, Mix.parse(text)).usd for price in (reads, writes))
        assert one is not None
        assert other is not None
        return one > other

    assert not dearer("1000:10")
    assert dearer("1000:1000")


def test_free_costs_nothing_and_unknown_is_unknown() -> None:
    assert quote(ModelRef("own", "m"), NO_CHARGE, Mix()).usd == 0
    assert quote(ModelRef("own", "m"), None, Mix()).usd is None


@pytest.mark.parametrize(
    ("usd", "baseline", "words"),
    [
        ("0.25", "1", "saves 75.0%"),
        ("0", "1", "saves 100.0%"),
        ("3", "1", "costs 200.0% more"),
        ("1", "1", "the same"),
        ("1", "0", "costs more"),
        ("0", "0", "the same"),
    ],
)
def test_savings_are_told_against_the_baseline(usd: str, baseline: str, words: str) -> None:
    assert str(saving(a_quote(usd), a_quote(baseline))) == words


def test_nothing_is_saved_against_what_nobody_knows() -> None:
    assert saving(a_quote(None), a_quote("1")) is None
    assert saving(a_quote("1"), a_quote(None)) is None


@pytest.mark.parametrize("text", ["", "1000", "a:b", "-1:5", "1:2:3", "9" * 30 + ":1"])
def test_what_is_no_size_of_a_call_is_told(text: str) -> None:
    with pytest.raises(LabError, match="no size of a call"):
        Mix.parse(text)
