"""Whom recorded runs were to ask, so that they can be asked again."""

from __future__ import annotations

from tests.builders import a_record
from tests.engine.scripted import a_draft
from tui_lab.core.asked import Asked, asked_of, asked_together
from tui_lab.core.draft import repeat
from tui_lab.core.refs import ModelRef
from tui_lab.core.routing import Strategy

ECHO, ONE = ModelRef("sandbox", "echo"), ModelRef("a", "one")


def test_a_batch_of_models_and_strategies_is_found_again_lane_by_lane() -> None:
    batch = [
        a_record("01JD0000000000000000000002", lane=1, model="auto", provider=""),
        a_record("01JD0000000000000000000001", lane=0, model="sandbox/echo"),
    ]
    assert asked_together(batch) == Asked((ECHO,), (Strategy.AUTO,))


def test_how_often_each_was_asked_is_found_again_and_outlives_the_program() -> None:
    batch = [
        a_record(f"01JD000000000000000000000{number}", model="sandbox/echo", repeat=number)
        for number in range(3)
    ]
    asked = asked_together(batch)
    assert asked == Asked((ECHO,), repeat=3)
    assert Asked.from_json(asked.to_json()) == asked
    assert asked.words == "sandbox/echo · 3 times"


def test_the_fallbacks_of_a_strategy_are_those_that_were_named() -> None:
    candidates = [{"provider": "b", "model": "found"}, {"provider": "a", "model": "one"}]
    route = {"strategy": "best", "candidates": candidates, "fallbacks": ["a/one"]}
    routed = a_record("01JD0000000000000000000001", model="best", provider="", route=route)
    assert asked_of(routed) == Asked(routes=(Strategy.BEST,), fallbacks=(ONE,))
    draft = repeat(routed, "default")
    assert (draft.routes, draft.fallbacks) == ((Strategy.BEST,), (ONE,))


def test_each_lane_of_a_draft_is_of_one_model_or_one_strategy() -> None:
    draft = a_draft(models=(ECHO, ONE), routes=(Strategy.FASTEST,), strategy=Strategy.BEST)
    lanes = [draft.of_lane(number) for number in range(3)]
    assert [lane.lanes for lane in lanes] == [(ECHO,), (ONE,), (Strategy.FASTEST,)]
    assert [lane.strategy for lane in lanes] == [Strategy.BEST, Strategy.BEST, Strategy.FASTEST]
