"""Budgets as bars: words, signs and cells say the same as colours."""

from __future__ import annotations

from datetime import UTC, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import NOON
from tui_lab.core.budget import Limit, LimitState, OverBudget, Period, Scope
from tui_lab.ui.text.gauge import LEFT, RESERVED, SPENT, bar_of, gauge_line, gauge_name

MONEY = st.decimals(min_value=0, max_value=20, places=4)


def a_state(spent: str = "0", reserved: str = "0", *, usd: str = "5", **changes: Any) -> LimitState:
    values: dict[str, Any] = {"setting": "budgets.day", "period": Period.DAY, "usd": Decimal(usd)}
    limit = Limit(**values | changes)
    ends = None if limit.period is Period.RUN else NOON + timedelta(hours=12)
    return LimitState(limit, Decimal(spent), Decimal(reserved), resets_at=ends)


def line(state: LimitState, width: int = 120) -> str:
    return gauge_line(state, width, name_cells=12, bar_cells=10, now=NOON).plain


@given(spent=MONEY, reserved=MONEY, usd=MONEY, cells=st.integers(1, 40))
def test_a_bar_is_always_as_wide_and_in_order(
    spent: Decimal, reserved: Decimal, usd: Decimal, cells: int
) -> None:
    bar = bar_of(a_state(str(spent), str(reserved), usd=str(usd)), cells)
    assert len(bar) == cells
    assert bar == SPENT * bar.count(SPENT) + RESERVED * bar.count(RESERVED) + LEFT * bar.count(LEFT)


def test_what_is_spent_and_reserved_is_seen_however_little() -> None:
    assert bar_of(a_state("0.001", "0.001"), 10) == SPENT + RESERVED + LEFT * 8
    assert bar_of(a_state("2.5", "2.5"), 10) == SPENT * 5 + RESERVED * 5


@pytest.mark.parametrize(("spent", "sign"), [("1", " "), ("4", "!"), ("5", "■"), ("9", "■")])
def test_a_sign_tells_what_the_colour_does(spent: str, sign: str) -> None:
    percent = int(spent) * 20
    assert f" {sign} {percent:>3}% " in line(a_state(spent))


def test_it_says_spent_reserved_limit_and_when_it_begins_anew() -> None:
    assert line(a_state("1.5", "0.5", over=OverBudget.WARN), 200).endswith(
        " · $1.50 spent of $5.00 · $0.50 reserved · resets in 12 h"
        " · at 2026-11-23 00:00 (UTC) · then warns"
    )


def test_words_are_left_out_whole() -> None:
    assert line(a_state("1"), 71).endswith("of $5.00 · resets in 12 h")
    assert line(a_state("1"), 70).endswith("of $5.00")


def test_a_limit_of_each_run_has_no_bar() -> None:
    state = a_state(usd="0.5", period=Period.RUN)
    assert line(state) == "each run      blocks a run that may cost more than $0.50"


def test_a_name_says_whose_money_it_is() -> None:
    assert gauge_name(a_state(scope=Scope(provider="openai"))) == "today · openai"
    assert gauge_name(a_state(scope=Scope("work"), period=Period.MONTH)) == "this month · work"
    assert gauge_name(a_state(zone=UTC)) == "today"
