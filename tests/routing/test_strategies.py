"""Candidates stand in the order of their strategy, each with its parts and its reasons."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_lab.core.estimate import UNKNOWN, Estimate
from tui_lab.core.health import Breaker, Health
from tui_lab.core.refs import ModelRef
from tui_lab.core.routing import Candidate, Level, Strategy
from tui_lab.routing.quality import Quality
from tui_lab.routing.strategies import FLOORS, WEIGHTS, Option, in_order

POOR, FAIR, GOOD = 30, 60, 90


def costs(usd: str) -> Estimate:
    return Estimate(likely=Decimal(usd), cap=2 * Decimal(usd))


def an_option(
    name: str, quality: float = FAIR, usd: str | None = "0.001", **changes: object
) -> Option:
    """A model of the provider `p`, its family its name."""
    estimate = UNKNOWN if usd is None else costs(usd)
    family = str(changes.pop("family", name))
    model = ModelRef(str(changes.pop("provider", "p")), name)
    return Option(model, Quality(quality, family), estimate, **changes)  # type: ignore[arg-type]


def a_speed(seconds: float) -> Health:
    return Health(asked=5, ttft_p50_ms=seconds * 1000)


def names(candidates: tuple[Candidate, ...]) -> list[str]:
    return [one.model.model for one in candidates]


def order(*options: Option, strategy: Strategy, level: Level = Level.MODERATE) -> list[str]:
    return names(in_order(options, strategy, level))


CHEAP_POOR = an_option("cheap", POOR, "0.00001", health=a_speed(9))
DEAR_GOOD = an_option("dear", GOOD, "0.05", health=a_speed(5))
MIDDLE = an_option("middle", FAIR, "0.001", health=a_speed(1))
ALL = (CHEAP_POOR, DEAR_GOOD, MIDDLE)


@pytest.mark.parametrize(
    ("strategy", "expected"),
    [
        (Strategy.CHEAPEST, ["cheap", "middle", "dear"]),
        (Strategy.BEST, ["dear", "middle", "cheap"]),
        (Strategy.FASTEST, ["middle", "dear", "cheap"]),
    ],
)
def test_each_strategy_has_its_order(strategy: Strategy, expected: list[str]) -> None:
    assert order(*ALL, strategy=strategy) == expected


def test_balanced_takes_what_is_neither_poor_nor_dear() -> None:
    assert order(*ALL, strategy=Strategy.BALANCED)[0] == "middle"


@pytest.mark.parametrize(
    ("level", "first"),
    [
        (Level.SIMPLE, "cheap"),
        (Level.MODERATE, "middle"),
        (Level.COMPLEX, "dear"),
        (Level.ADVANCED, "dear"),
    ],
)
def test_auto_takes_the_cheapest_that_is_good_enough(level: Level, first: str) -> None:
    assert order(*ALL, strategy=Strategy.AUTO, level=level)[0] == first


def test_below_the_floor_the_best_comes_first_and_says_so() -> None:
    candidates = in_order((CHEAP_POOR, MIDDLE), Strategy.AUTO, Level.ADVANCED)
    assert names(candidates) == ["middle", "cheap"]
    floor = f"below the {FLOORS[Level.ADVANCED]:.0f} that a prompt of this level (advanced) needs"
    assert all(floor in one.reasons for one in candidates)


def test_nothing_makes_up_for_quality_below_the_floor() -> None:
    poor = an_option("poor", 49, "0", preferred=True, health=a_speed(0.1))
    dear = an_option("dear", 51, "3", health=Health(asked=9, failed=9))
    assert order(poor, dear, strategy=Strategy.AUTO) == ["dear", "poor"]


def test_an_unknown_price_comes_last_by_price_and_is_told() -> None:
    unknown = an_option("unknown", usd=None)
    ranked = in_order((unknown, an_option("dear", usd="7")), Strategy.CHEAPEST, Level.SIMPLE)
    assert names(ranked) == ["dear", "unknown"]
    assert "nobody knows what it costs" in ranked[1].reasons
    assert ranked[1].to_json()["estimated_cost"] is None


def test_what_is_free_is_cheapest() -> None:
    assert order(CHEAP_POOR, an_option("free", usd="0"), strategy=Strategy.CHEAPEST)[0] == "free"


def test_a_failing_model_drops_and_one_that_is_left_alone_comes_last() -> None:
    sound = an_option("b", provider="sound")
    failing = an_option("a", health=Health(asked=10, failed=8))
    dead = an_option("0", GOOD, "0", health=Health(asked=5, failed=5, breaker=Breaker.OPEN))
    for strategy in Strategy:
        ranked = in_order((dead, failing, sound), strategy, Level.SIMPLE)
        assert names(ranked) == ["b", "a", "0"], strategy
        assert "left alone for a while after failures" in ranked[2].reasons
        assert "8 of its last 10 calls failed" in ranked[1].reasons


def test_a_model_that_nobody_has_asked_drops_with_its_provider() -> None:
    failed = an_option("x", provider="down", health=Health(asked=4, failed=4))
    unasked, elsewhere = an_option("a", provider="down"), an_option("b", provider="up")
    ranked = in_order((failed, unasked, elsewhere), Strategy.BALANCED, Level.SIMPLE)
    assert names(ranked)[0] == "b"
    unasked_reasons = next(one.reasons for one in ranked if one.model == unasked.model)
    assert "4 of the last 4 calls to down failed" in unasked_reasons


def test_a_model_that_recovers_rises_again() -> None:
    other = an_option("b")
    back = an_option("a", health=Health(asked=10, failed=0, breaker=Breaker.CLOSED))
    assert order(back, other, strategy=Strategy.BALANCED) == ["a", "b"]


def test_the_named_model_is_first_then_the_same_elsewhere() -> None:
    named = an_option("big", POOR, "9", provider="x", family="big")
    same = an_option("org/big", POOR, "8", provider="y", family="big")
    ranked = in_order((*ALL, same, named), Strategy.BEST, Level.SIMPLE, named.model, "big")
    assert names(ranked)[:3] == ["big", "org/big", "dear"]
    assert ranked[0].reasons[0] == "you named it"
    assert ranked[1].reasons[0] == "the same model as x/big"
    assert ranked[0].equivalents == (same.model,)


def test_the_same_model_elsewhere_comes_first_where_the_named_one_cannot_answer() -> None:
    same = an_option("org/big", POOR, "8", provider="y", family="big")
    absent = ModelRef("x", "big")
    assert names(in_order((*ALL, same), Strategy.BEST, Level.SIMPLE, absent, "big"))[0] == "org/big"


def test_a_preference_decides_between_near_equals() -> None:
    a, b = an_option("a", usd="0.001"), an_option("b", usd="0.0012", preferred=True)
    assert order(a, b, strategy=Strategy.AUTO) == ["b", "a"]


def test_equals_stand_in_the_order_of_their_names() -> None:
    assert order(an_option("b"), an_option("a"), strategy=Strategy.AUTO) == ["a", "b"]


OPTIONS = st.lists(
    st.builds(
        an_option,
        st.sampled_from("abcdefgh"),
        st.floats(0, 100),
        st.none() | st.decimals(0, 20, places=8).map(str),
        health=st.builds(
            Health,
            asked=st.just(9),
            failed=st.integers(0, 9),
            ttft_p50_ms=st.none() | st.floats(0, 1e6),
            tokens_per_second=st.none() | st.floats(0, 1e4),
            breaker=st.sampled_from(Breaker),
        ),
        preferred=st.booleans(),
    ),
    unique_by=lambda option: option.model,
)


@given(OPTIONS, st.sampled_from(Strategy), st.sampled_from(Level))
def test_scores_are_sums_of_parts_and_fall(
    options: list[Option], strategy: Strategy, level: Level
) -> None:
    ranked = in_order(options, strategy, level)
    assert sorted(names(ranked)) == sorted(option.model.model for option in options)
    assert ranked == in_order(reversed(options), strategy, level)
    is_open = {one.model: one.health.breaker is Breaker.OPEN for one in options}
    for one in ranked:
        assert 0 <= one.score <= 1
        assert one.score == pytest.approx(sum(one.parts.values()), abs=1e-6)
        assert one.reasons
    for before, after in pairwise(ranked):
        assert (is_open[before.model], -before.score) <= (is_open[after.model], -after.score)


def test_the_weights_of_a_strategy_add_up_to_one() -> None:
    assert set(WEIGHTS) == set(Strategy)
    for weights in WEIGHTS.values():
        assert sum(weights.values()) == pytest.approx(1)
