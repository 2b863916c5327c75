"""Plans: what they allow, and how they refuse."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.core.plan import PlanModel, Plans, Rule, check_expiry
from tui_lab.core.refs import ModelRef

CLASSES = {"free": Decimal(0), "budget": Decimal(2), "premium": None}
PLANS = Plans(
    {
        "small": (Rule(prices=frozenset({"free"})),),
        "family": (Rule(prices=frozenset({"free", "budget"}), families=("gpt-4o*",)),),
        "host": (Rule(hosts=frozenset({"openai"})),),
        "all": (Rule(),),
    },
    CLASSES,
)


def a_model(price: str | None, name: str = "openai/gpt-5", family: str = "gpt-5") -> PlanModel:
    return PlanModel(ModelRef.parse(name), family, None if price is None else Decimal(price))


@pytest.mark.parametrize(
    ("price", "price_class"),
    [("0", "free"), ("0.0001", "budget"), ("2", "budget"), ("2.0001", "premium"), (None, None)],
)
def test_the_class_of_a_price(price: str | None, price_class: str | None) -> None:
    assert PLANS.price_class(a_model(price)) == price_class


def test_all_conditions_of_a_rule_must_hold() -> None:
    assert PLANS.allows("family", a_model("1", family="gpt-4o-mini"))
    assert not PLANS.allows("family", a_model("3", family="gpt-4o-mini"))
    assert not PLANS.allows("family", a_model("1", family="gpt-5"))


def test_a_host_is_a_provider() -> None:
    assert PLANS.allows("host", a_model("99"))
    assert not PLANS.allows("host", a_model("1", "groq/openai"))


def test_an_unknown_price_opens_no_plan_but_one_without_conditions() -> None:
    unknown = a_model(None, "groq/x")
    assert [name for name in PLANS.plans if PLANS.allows(name, unknown)] == ["all"]
    assert [name for name in PLANS.plans if PLANS.is_open(name)] == ["all"]


def test_a_refusal_names_reason_plan_and_the_lowest_plan_that_would_do() -> None:
    with pytest.raises(LabError) as refused:
        PLANS.check("small", a_model("10"))
    assert refused.value.kind is ErrorKind.POLICY
    assert refused.value.message == (
        "the plan small does not allow openai/gpt-5: "
        "it is a premium model, $10 for a million output tokens"
    )
    assert refused.value.hint == "the plan host allows it; or take another model"


def test_an_unknown_price_is_a_reason_of_its_own() -> None:
    with pytest.raises(LabError, match="nobody knows what it costs"):
        PLANS.check("small", a_model(None, "groq/x"))


def test_a_plan_holds_through_its_last_day() -> None:
    check_expiry("trial", None, date(2026, 12, 31))
    check_expiry("trial", date(2026, 12, 31), date(2026, 12, 31))
    with pytest.raises(LabError, match="the plan trial has expired: its last day was 2026-12-31"):
        check_expiry("trial", date(2026, 12, 31), date(2027, 1, 1))
