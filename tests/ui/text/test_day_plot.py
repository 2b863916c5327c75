"""Days as bars: every day is in one, and an axis that can be read."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tui_lab.ui.text.day_plot import AXIS, Bars, axis_end, days_of_bar, plot

FIRST = date(2026, 11, 1)
AMOUNTS = st.decimals(min_value=0, max_value=10_000, places=6)


def lines(values: list[int], size: tuple[int, int] = (60, 10)) -> list[str]:
    rows = plot([Decimal(value) for value in values], FIRST, size, label=str, whole=True)
    return [row.plain for row in rows]


@given(values=st.lists(AMOUNTS, min_size=1, max_size=400), days=st.integers(1, 40))
def test_bars_add_up_to_all_days_and_end_with_the_last(values: list[Decimal], days: int) -> None:
    bars = Bars.of(values, FIRST, days)
    assert sum(bars.values) == sum(values)
    last = bars.day(len(bars.values) - 1) + timedelta(days=days - 1)
    assert last == FIRST + timedelta(days=len(values) - 1)


@given(days=st.integers(1, 5000), width=st.integers(AXIS + 1, 300))
def test_as_many_days_go_into_a_bar_as_are_needed_for_all_to_fit(days: int, width: int) -> None:
    of_bar = days_of_bar(days, width)
    assert -(-days // of_bar) <= width - AXIS
    assert of_bar == 1 or -(-days // (of_bar - 1)) > width - AXIS


@given(most=st.decimals(min_value="0.000001", max_value=10**9, places=6))
def test_the_axis_ends_not_far_above_the_highest_bar(most: Decimal) -> None:
    assert most <= axis_end(most, whole=False) < 2 * most


@given(most=st.integers(1, 10**9))
def test_what_is_counted_has_whole_numbers_on_its_axis(most: int) -> None:
    assert axis_end(Decimal(most), whole=True) % 2 == 0


@settings(deadline=None, max_examples=50)
@given(
    values=st.lists(st.integers(0, 10**6), min_size=1, max_size=400),
    width=st.integers(1, 130),
    height=st.integers(1, 30),
)
def test_it_fits_whatever_the_size(values: list[int], width: int, height: int) -> None:
    rows = lines(values, (width, height))
    assert len(rows) in (0, height)
    assert all(len(row) <= width for row in rows)


def test_a_day_with_little_still_has_a_dot() -> None:
    *_, bottom, _, _ = lines([1, 0, 1000])
    bars = bottom.partition("│")[2]
    assert bars.strip("\N{BRAILLE PATTERN BLANK}")[0] != "⣿"


def test_days_stand_below_their_bars() -> None:
    foot = lines([1, 2, 3, 4])[-1]
    assert foot.split("  ")[-1].strip() == "4 Nov"
    assert lines([3] * 800)[-1].split()[1] == "2026"


@pytest.mark.parametrize("values", [[], [0, 0]])
def test_of_nothing_nothing_is_drawn(values: list[int]) -> None:
    assert lines(values) == []
