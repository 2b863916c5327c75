"""The plans that come with the lab, as data."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tui_lab.core.plan import PlanModel, Plans, Rule
from tui_lab.core.refs import ModelRef
from tui_lab.models.plans import load_plans, read_plans

PLANS: Plans = load_plans()
NAMES = ["trial", "starter", "professional", "enterprise"]


def allowed_at(price: str | None) -> list[str]:
    known = None if price is None else Decimal(price)
    model = PlanModel(ModelRef("p", "m"), "m", known)
    return [plan for plan in PLANS.plans if PLANS.allows(plan, model)]


def test_there_are_four_plans_from_the_least_to_the_most() -> None:
    assert [*PLANS.plans] == NAMES
    assert [*PLANS.price_classes] == ["free", "budget", "mid", "premium"]


@pytest.mark.parametrize(
    ("price", "first"),
    [("0", 0), ("0.01", 1), ("2", 1), ("2.01", 2), ("10", 2), ("10.5", 3), ("600", 3), (None, 3)],
)
def test_each_plan_allows_what_the_one_before_it_does_and_a_class_more(
    price: str | None, first: int
) -> None:
    assert allowed_at(price) == NAMES[first:]


def test_conditions_are_read() -> None:
    plans = read_plans("""
        price_classes = [{name = "free", most = 0}, {name = "rest"}]
        [[plans]]
        name = "one"
        rules = [{prices = ["free"], hosts = ["groq"], families = ["llama*"]}, {}]
    """)
    assert plans.plans["one"] == (
        Rule(frozenset({"free"}), frozenset({"groq"}), ("llama*",)),
        Rule(),
    )
    assert plans.price_classes == {"free": 0, "rest": None}


def test_a_condition_that_does_not_exist_opens_nothing() -> None:
    with pytest.raises(ValueError, match="no condition price"):
        read_plans('price_classes = []\nplans = [{name = "a", rules = [{price = ["free"]}]}]')
