"""What keeps a model from answering, in words."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tui_lab.core.estimate import UNKNOWN, Estimate
from tui_lab.core.model_facts import ModelFacts
from tui_lab.core.parameters import Parameters
from tui_lab.core.refs import ModelRef
from tui_lab.routing.obstacles import Spending, fits, too_dear, too_long, unable, unreadable

KNOWN = ModelFacts("m", context_window=1000, guessed=False, inputs=frozenset({"image"}))
UNKNOWN_MODEL = ModelFacts("m")


def test_a_prompt_must_fit_a_window_that_is_known() -> None:
    assert too_long(KNOWN, 1000, Parameters()) is None
    assert too_long(KNOWN, 1001, Parameters()) == (
        "it reads 1,000 tokens; the prompt has about 1,001"
    )
    assert "with the answer" in (too_long(KNOWN, 600, Parameters(max_tokens=500)) or "")
    assert too_long(UNKNOWN_MODEL, 10_000_000, Parameters()) is None


def test_what_is_attached_must_be_readable_as_far_as_anybody_knows() -> None:
    assert unreadable(KNOWN, ["image"], named=False) is None
    assert unreadable(KNOWN, ["image", "document"], named=True) == "it reads no documents"
    assert unreadable(UNKNOWN_MODEL, ["image"], named=False) == (
        "nobody knows whether it reads images"
    )
    assert unreadable(UNKNOWN_MODEL, ["image"], named=True) is None


def test_a_schema_that_is_asked_for_is_essential() -> None:
    refusing = ModelFacts("m", refused=frozenset({"schema", "seed"}))
    assert unable(refusing, Parameters(schema={})) == "it takes no schema"
    assert unable(refusing, Parameters(seed=1)) is None
    assert unable(KNOWN, Parameters(schema={})) is None


@pytest.mark.parametrize(
    ("spending", "reason"),
    [
        (Spending(), None),
        (Spending((("--max-cost", Decimal("0.02")),)), None),
        (
            Spending((("--max-cost", Decimal("0.01")),)),
            "it may cost up to $0.02, and --max-cost is $0.01",
        ),
        (Spending(times=10, in_total=Decimal("0.2")), None),
        (
            Spending(times=11, in_total=Decimal("0.2")),
            "it may cost up to $0.22 in all, of $0.20",
        ),
    ],
)
def test_the_longest_answer_must_be_paid_for(spending: Spending, reason: str | None) -> None:
    estimate = Estimate(likely=Decimal("0.001"), cap=Decimal("0.02"))
    assert too_dear(estimate, spending) == reason


def test_an_unknown_price_passes_only_where_nothing_limits_it() -> None:
    assert too_dear(UNKNOWN, Spending()) is None
    for spending in (Spending(unknown="budgets.unknown"), Spending(in_total=Decimal(9))):
        assert "lets no such run through" in (too_dear(UNKNOWN, spending) or "")


@pytest.mark.parametrize(
    "pattern", ["groq", "groq/*", "openai/gpt-oss*", "*gpt-OSS-20b", "groq/openai/*"]
)
def test_a_pattern_is_for_a_provider_a_model_or_its_full_name(pattern: str) -> None:
    assert fits(ModelRef("groq", "openai/gpt-oss-20b"), [pattern])
    assert not fits(ModelRef("xai", "grok-4"), [pattern])
