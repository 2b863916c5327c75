"""Every plan with every model that the lab knows by name."""

from __future__ import annotations

import re
import tomllib
from datetime import UTC, datetime
from importlib.resources import files
from itertools import pairwise

import pytest

from tui_lab.core.errors import ErrorKind
from tui_lab.core.price import Price
from tui_lab.core.refs import ModelRef
from tui_lab.engine.gates import PlanGate
from tui_lab.models.plans import load_plans
from tui_lab.models.prices import PriceBook
from tui_lab.models.registry import load_registry
from tui_lab.models.revisions import without_revision
from tui_lab.providers.catalogue import load_catalogue

pytestmark = pytest.mark.anyio

NOW = datetime(2026, 11, 22, tzinfo=UTC)
PLANS = load_plans()
CATALOGUE = load_catalogue()
REGISTRY = load_registry()
FAMILIES = tomllib.loads(files("tui_lab.models").joinpath("registry.toml").read_text("utf-8"))
NAMES = {name for row in FAMILIES["families"] for name in row["models"]}
REASON = "nobody knows what it costs|it is a (budget|mid|premium) model, \\$[0-9.]+ for a million"
BOOK = PriceBook({}, lambda: NOW)
MODELS = sorted(
    {ModelRef(one.id, model) for one in CATALOGUE.values() for model in one.models}
    | {ModelRef(one.id, name) for one in CATALOGUE.values() for name in NAMES},
    key=str,
)


def price_of(model: ModelRef) -> Price | None:
    provider = CATALOGUE[model.provider]
    free = provider.local or provider.simulated
    return BOOK.find(model, free=free, listed=None, seller=provider.price_list)


def a_gate(plan: str) -> PlanGate:
    async def price_for(model: ModelRef) -> Price | None:
        return price_of(model)

    return PlanGate(
        PLANS,
        lambda workspace: (plan, None),
        price_for=price_for,
        facts_of=REGISTRY.find,
        today=NOW.date,
    )


async def allowed(plan: str, models: list[ModelRef]) -> set[ModelRef]:
    gate = a_gate(plan)
    return {model for model in models if await gate.refusal("default", model) is None}


async def test_each_plan_allows_more_than_the_one_before_it() -> None:
    table = [await allowed(plan, MODELS) for plan in PLANS.plans]
    for less, more in pairwise(table):
        assert less < more
    assert table[-1] == set(MODELS)


@pytest.mark.parametrize(("plan", "most"), [("trial", 0), ("starter", 2), ("professional", 10)])
async def test_what_a_plan_allows_has_a_known_price_below_its_own(plan: str, most: int) -> None:
    for model in MODELS:
        price = price_of(model)
        refusal = await a_gate(plan).refusal("default", model)
        cheap = price is not None and price.usd(0, 1_000_000) <= most
        assert (refusal is None) is cheap, (model, refusal)


async def test_every_refusal_names_the_plan_the_reason_and_the_lowest_plan_that_would_do() -> None:
    names = [*PLANS.plans]
    for number, plan in enumerate(names):
        for model in MODELS:
            refusal = await a_gate(plan).refusal("default", model)
            if refusal is None:
                continue
            assert refusal.kind is ErrorKind.POLICY
            assert f"the plan {plan} does not allow {model}: " in refusal.message
            assert re.search(
                "nobody knows what it costs|is a (budget|mid|premium) model", refusal.message
            )
            enough = refusal.hint.split()[2]
            assert names.index(enough) > number
            assert await a_gate(enough).refusal("default", model) is None
            assert await a_gate(names[names.index(enough) - 1]).refusal("default", model)


async def test_an_id_with_a_date_is_in_the_same_plans() -> None:
    for plan in PLANS.plans:
        for model in MODELS:
            if price_of(model) is None or without_revision(model.model) != model.model:
                continue
            dated = ModelRef(model.provider, f"{model.model}-2026-01-31")
            gate = a_gate(plan)
            both = [await gate.refusal("default", one) is None for one in (model, dated)]
            assert both[0] is both[1], (plan, model)
