"""The gates of money: what they let through, and what never reaches a provider."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.builders import NOON
from tests.engine.scripted import (
    DONE,
    FREELY,
    SCRIPTED,
    STOP,
    USAGE,
    FakeStore,
    ScriptedProvider,
    a_draft,
    chunk,
    key_for,
    scripted_engine,
    unknown,
)
from tests.store.support import a_store
from tui_lab.core.budget import BudgetRules, Limit, OverBudget, Period, UnknownCost
from tui_lab.core.cost import FREE
from tui_lab.core.errors import ErrorKind
from tui_lab.core.events import Note, Recorded
from tui_lab.core.messages import ImagePart, Message, TextPart
from tui_lab.core.model_facts import ModelFacts
from tui_lab.core.parameters import Parameters
from tui_lab.core.price import Price, Rates
from tui_lab.core.problem import Problem
from tui_lab.core.record import RunRecord, Status
from tui_lab.core.refs import ModelRef
from tui_lab.engine.gates import PlanGate
from tui_lab.engine.tap import RunNews, Tap
from tui_lab.models.plans import load_plans
from tui_lab.store.store import Store

pytestmark = pytest.mark.anyio

NEARBY = ModelRef("nearby", "m")
HELLO = (chunk(content="Hello"), STOP, USAGE, DONE)
DOLLAR = Price(Rates(Decimal(0), Decimal(1_000_000)), source="a test")
"""A dollar for each token of the answer."""


def rules(usd: str, period: Period = Period.DAY, **changes: Any) -> BudgetRules:
    limit = Limit(f"budgets.{period}", period, Decimal(usd), **changes)
    return BudgetRules((limit,), assume_output=4)


async def run(
    draft_changes: dict[str, Any] | None = None,
    price: Price | None = DOLLAR,
    budget: BudgetRules = FREELY,
    plan: str = "enterprise",
    *,
    store: FakeStore | Store | None = None,
    provider: ScriptedProvider | None = None,
    record: bool = True,
) -> tuple[RunRecord, list[RunNews], ScriptedProvider]:
    provider = provider or ScriptedProvider(HELLO)
    engine = scripted_engine(provider, store, unknown, price, budget, plan)
    tap = Tap(lambda: None)
    batch = await engine.start(a_draft(**draft_changes or {}), tap, record=record)
    (done,) = await batch.done
    await engine.close()
    return done, tap.drain(), provider


def notes(news: Sequence[RunNews]) -> list[str]:
    return [one.event.text for each in news for one in each.events if isinstance(one.event, Note)]


def blocked(record: RunRecord, provider: ScriptedProvider) -> str:
    """The words of a refusal, after it is sure that it was one."""
    assert provider.requests == []
    assert (record.status, record.attempts) == (Status.BLOCKED, ())
    assert record.error is not None
    assert record.error.kind in (ErrorKind.BUDGET, ErrorKind.POLICY, ErrorKind.CONFIG)
    return f"{record.error.message}; {record.error.hint}"


async def test_what_a_run_may_cost_is_reserved_before_the_call_and_counted_after() -> None:
    store = FakeStore()
    record, _, _ = await run(budget=rules("10"), store=store)
    [reserved] = store.reserved.values()
    assert (reserved.usd, reserved.provider, reserved.at) == (Decimal(4), "scripted", NOON)
    assert record.cost.usd == 2


@pytest.mark.parametrize(
    ("parameters", "max_output", "tokens"),
    [
        (Parameters(), None, 4),
        (Parameters(max_tokens=9), None, 9),
        (Parameters(), 3, 3),
        (Parameters(reasoning=100), None, 104),
    ],
)
async def test_an_answer_is_taken_to_be_as_long_as_it_may_be(
    parameters: Parameters, max_output: int | None, tokens: int
) -> None:
    store = FakeStore()
    engine = scripted_engine(
        ScriptedProvider(HELLO),
        store,
        lambda model: ModelFacts(model.model, max_output=max_output),
        DOLLAR,
        rules("1000"),
    )
    await (await engine.start(a_draft(parameters=parameters), Tap(lambda: None))).done
    await engine.close()
    [reserved] = store.reserved.values()
    assert reserved.usd == tokens


async def test_the_prompt_is_part_of_what_is_reserved() -> None:
    store = FakeStore()
    price = Price(Rates(Decimal(1_000_000), Decimal(0)))
    await run({"system": "Be brief. " * 50}, price, rules("1000"), store=store)
    [reserved] = store.reserved.values()
    assert reserved.usd is not None
    assert reserved.usd > 100


async def test_what_is_attached_is_part_of_it() -> None:
    store = FakeStore()
    price = Price(Rates(Decimal(1_000_000), Decimal(0)))
    picture = Message("user", (TextPart("What is it?"), ImagePart(url="https://example.org/a.png")))
    await run({"messages": (picture,)}, price, rules("10000"), store=store)
    [reserved] = store.reserved.values()
    assert reserved.usd is not None
    assert reserved.usd > 1000


@pytest.mark.parametrize("period", list(Period))
async def test_a_run_that_there_is_no_room_for_makes_no_call(period: Period) -> None:
    record, _, provider = await run(budget=rules("3", period))
    assert f"raise budgets.{period}" in blocked(record, provider)


async def test_a_limit_of_one_run_blocks_it() -> None:
    record, _, provider = await run({"max_cost": Decimal(3)})
    said = blocked(record, provider)
    assert "may cost up to $4,096.00: the limit of a run is $3.00" in said
    assert "raise --max-cost" in said


async def test_a_limit_of_one_run_and_an_unknown_price_do_not_go_together() -> None:
    record, _, provider = await run({"max_cost": Decimal(3)}, None)
    assert "nobody knows what scripted/m costs" in blocked(record, provider)


async def test_a_budget_that_warns_says_so_in_the_lane() -> None:
    record, news, _ = await run(budget=rules("3", over=OverBudget.WARN))
    assert record.status is Status.OK
    assert notes(news) == ["this run may cost up to $4.00: of today's budget, $3.00, $0 is spent"]


async def test_an_unknown_cost_goes_through_and_is_told() -> None:
    record, news, _ = await run(price=None, budget=rules("3"))
    assert (record.status, record.cost.usd) == (Status.OK, None)
    assert notes(news) == ["nobody knows what scripted/m costs: no budget can count it"]


async def test_an_unknown_cost_is_blocked_where_that_is_the_rule() -> None:
    strict = BudgetRules(unknown=UnknownCost.BLOCK)
    record, _, provider = await run(price=None, budget=strict)
    assert "budgets.unknown" in blocked(record, provider)


async def test_what_is_free_passes_every_budget() -> None:
    strict = BudgetRules(rules("0").limits, unknown=UnknownCost.BLOCK)
    changes = {"models": (NEARBY,), "max_cost": Decimal(0)}
    record, news, provider = await run(changes, None, strict)
    assert (record.status, record.cost) == (Status.OK, FREE)
    assert (notes(news), len(provider.requests)) == ([], 1)


async def test_without_a_place_to_count_a_budget_that_blocks_blocks() -> None:
    broken = FakeStore(failing=True)
    record, _, provider = await run(budget=rules("100"), store=broken, record=False)
    assert "the budget cannot be looked up: the disk is full" in blocked(record, provider)


async def test_without_a_place_to_count_a_budget_that_warns_warns() -> None:
    broken, lenient = FakeStore(failing=True), rules("100", over=OverBudget.WARN)
    record, news, _ = await run(budget=lenient, store=broken, record=False)
    assert record.status is Status.OK
    assert notes(news) == [
        "the budget cannot be looked up: the disk is full",
        "what it cost could not be counted: the disk is full",
    ]


async def test_a_limit_of_one_run_needs_no_place_to_count() -> None:
    broken = FakeStore(failing=True)
    record, _, _ = await run({"max_cost": Decimal(5000)}, store=broken, record=False)
    assert record.status is Status.OK


async def test_a_run_that_is_not_recorded_is_counted() -> None:
    store = FakeStore()
    record, _, _ = await run(store=store, record=False)
    assert store.settled == [record]
    assert store.finished == []


async def test_fifty_runs_on_a_budget_for_ten_make_ten_calls(tmp_path: Path) -> None:
    provider = ScriptedProvider(HELLO)
    async with a_store(tmp_path / "history.db") as store:
        engine = scripted_engine(provider, store, unknown, DOLLAR, rules("40"))
        batches = [
            await engine.start(a_draft(repeat=10), Tap(lambda: None), record=number % 2 == 0)
            for number in range(5)
        ]
        await asyncio.gather(*(batch.done for batch in batches))
        [state] = await store.limit_states(rules("40").limits, NOON)
        await engine.close()
    # Each reserves four dollars and costs two.
    assert 10 <= len(provider.requests) <= 20
    assert (state.spent, state.reserved) == (Decimal(2 * len(provider.requests)), Decimal(0))
    assert state.spent <= 40


async def test_alerts_come_once_and_before_the_run_is_recorded(tmp_path: Path) -> None:
    said = []
    async with a_store(tmp_path / "history.db") as store:
        engine = scripted_engine(ScriptedProvider(HELLO), store, unknown, DOLLAR, rules("10"))
        for _ in range(3):
            tap = Tap(lambda: None)
            await (await engine.start(a_draft(), tap)).done
            [news] = tap.drain()
            assert isinstance(news.events[-1].event, Recorded)
            said.append(notes([news]))
        await engine.close()
    assert said == [[], [], ["50% of today's budget is spent: $6.00 of $10.00"]]


async def test_a_failed_attempt_gives_its_reservation_back(tmp_path: Path) -> None:
    refusing = ScriptedProvider((b'{"error":{"message":"no"}}',), status=400, headers={})
    async with a_store(tmp_path / "history.db") as store:
        record, _, _ = await run(budget=rules("4"), store=store, provider=refusing)
        [state] = await store.limit_states(rules("4").limits, NOON)
    assert record.status is Status.ERROR
    assert (state.spent, state.reserved) == (Decimal(0), Decimal(0))


async def test_a_cancelled_run_is_counted_at_an_estimate(tmp_path: Path) -> None:
    provider = ScriptedProvider((chunk(content="Half an answer"), 3600.0))
    async with a_store(tmp_path / "history.db") as store:
        engine = scripted_engine(provider, store, unknown, DOLLAR, rules("40"))
        tap = Tap(lambda: None)
        batch = await engine.start(a_draft(), tap)
        while not any(
            "Half" in getattr(one.event, "text", "") for news in tap.drain() for one in news.events
        ):
            await asyncio.sleep(0)
        engine.cancel(batch.runs[0].id)
        (record,) = await batch.done
        await engine.close()
        [state] = await store.limit_states(rules("40").limits, NOON)
    assert record.status is Status.CANCELLED
    assert state.spent == state.estimated == record.cost.usd
    assert state.spent > 0


# Plans


@pytest.mark.parametrize("plan", ["trial", "starter", "professional"])
async def test_a_model_beyond_the_plan_makes_no_call(plan: str) -> None:
    record, _, provider = await run(plan=plan)
    said = blocked(record, provider)
    assert f"the plan {plan} does not allow scripted/m: it is a premium model" in said
    assert "the plan enterprise allows it" in said


async def test_a_plan_comes_before_a_budget() -> None:
    record, _, provider = await run(plan="trial", budget=rules("0"))
    assert "the plan trial" in blocked(record, provider)


async def test_an_unknown_price_does_not_open_a_plan() -> None:
    record, _, provider = await run(price=None, plan="professional")
    assert "nobody knows what it costs" in blocked(record, provider)


async def test_what_is_local_is_in_every_plan() -> None:
    record, _, _ = await run({"models": (NEARBY,)}, plan="trial")
    assert record.status is Status.OK


def a_gate(**changes: Any) -> PlanGate:
    async def price_for(model: ModelRef) -> Price | None:
        return DOLLAR

    values: dict[str, Any] = {"price_for": price_for, "facts_of": unknown, "today": NOON.date}
    plan_of = changes.pop("plan_of", lambda workspace: ("starter", None))
    return PlanGate(load_plans(), plan_of, **values | changes)


async def test_a_plan_that_has_expired_allows_nothing_not_even_what_is_free() -> None:
    gate = a_gate(plan_of=lambda workspace: ("trial", NOON.date().replace(day=21)))
    refused = await gate.refusal("team", NEARBY)
    assert refused is not None
    assert refused.kind is ErrorKind.POLICY
    assert "has expired" in refused.message


async def test_while_a_budget_cannot_be_read_only_what_is_free_is_asked() -> None:
    async def price_for(model: ModelRef) -> Price | None:
        return Price(Rates(Decimal(0), Decimal(0))) if model == NEARBY else None

    gate = a_gate(
        plan_of=lambda workspace: ("enterprise", None),
        unread=Problem("budgets.day is 'five': it should be an amount", "config.toml", 2, 1),
        price_for=price_for,
    )
    assert await gate.refusal("team", NEARBY) is None
    refused = await gate.refusal("team", ModelRef("openai", "gpt-5"))
    assert refused is not None
    assert refused.kind is ErrorKind.CONFIG
    assert "config.toml:2:1: budgets.day is 'five'" in refused.message


async def test_the_key_is_asked_for_only_when_the_plan_allows_the_model() -> None:
    asked = []

    async def watched(workspace: str, provider: Any) -> Any:
        asked.append(provider.id)
        return await key_for(workspace, provider)

    for plan in ("trial", "enterprise"):
        engine = scripted_engine(ScriptedProvider(HELLO), None, unknown, DOLLAR, FREELY, plan)
        engine._admission._key_for = watched
        await (await engine.start(a_draft(), Tap(lambda: None))).done
        await engine.close()
    assert asked == ["scripted"]


async def test_a_list_says_what_a_refused_model_needs() -> None:
    async def price_for(model: ModelRef) -> Price | None:
        return {"dear": DOLLAR, "free": Price(Rates(Decimal(0), Decimal(0)))}.get(model.model)

    gate = a_gate(price_for=price_for)
    names = ("dear", "unknown", "free")
    said = [await gate.condition("team", ModelRef("p", name)) for name in names]
    assert said == ["needs enterprise plan: premium", "needs enterprise plan: unknown price", None]
    expired = a_gate(
        plan_of=lambda workspace: ("trial", NOON.date().replace(day=1)), price_for=price_for
    )
    assert await expired.condition("team", ModelRef("p", "free")) == "the plan trial has expired"


async def test_a_model_that_charges_for_the_prompt_alone_is_not_free() -> None:
    async def price_for(model: ModelRef) -> Price | None:
        return Price(Rates(Decimal(1), Decimal(0)))

    gate = a_gate(plan_of=lambda workspace: ("trial", None), price_for=price_for)
    assert await gate.condition("team", SCRIPTED) == "needs starter plan: budget"
