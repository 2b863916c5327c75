"""The budget in the header."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tui_lab.core.budget import Limit, LimitState, Period, Scope
from tui_lab.ui.text.budget_words import BudgetWords, budget_words


def a_state(
    spent: str, usd: str = "5", period: Period = Period.DAY, scope: Scope | None = None
) -> LimitState:
    limit = Limit("budgets.day", period, Decimal(usd), scope or Scope())
    return LimitState(limit, Decimal(spent))


@pytest.mark.parametrize(
    ("spent", "long", "short", "ink"),
    [
        ("0", "$0 of $5.00 today", "0%", ""),
        ("3.9999", "$4.00 of $5.00 today", "80%", ""),
        ("4", "! $4.00 of $5.00 today", "! 80%", "$warning"),
        ("5", "■ $5.00 of $5.00 today", "■ 100%", "$error"),
        ("12.5", "■ $12.50 of $5.00 today", "■ 250%", "$error"),
    ],
)
def test_a_budget_has_a_sign_when_it_is_nearly_or_wholly_spent(
    spent: str, long: str, short: str, ink: str
) -> None:
    assert budget_words([a_state(spent)]) == BudgetWords(long, short, ink)


def test_the_budget_that_is_spent_the_furthest_is_shown() -> None:
    month = a_state("90", "100", Period.MONTH, Scope(provider="openai"))
    words = budget_words([a_state("1"), month])
    assert words is not None
    assert words.long == "! openai $90.00 of $100.00 this month"


def test_a_limit_of_each_run_is_not_in_the_header() -> None:
    assert budget_words([a_state("0", "5", Period.RUN)]) is None
    assert budget_words([]) is None
