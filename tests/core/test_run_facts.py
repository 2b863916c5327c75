"""What is told of a recorded run, besides its texts."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from tests.builders import MODEL, NOON, a_record
from tui_lab.core.cost import FREE, UNKNOWN, Cost, CostSource
from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.core.messages import ImagePart, Message, TextPart
from tui_lab.core.parameters import Parameters
from tui_lab.core.record import Attempt, Status, TemplateUse
from tui_lab.core.refs import ModelRef
from tui_lab.core.run_facts import arrival_facts, asked_facts, cost_told, headline, measured_facts
from tui_lab.core.timing import Timing
from tui_lab.core.usage import Usage


def asked(**changes: Any) -> dict[str, str]:
    return dict(asked_facts(a_record(**changes), NOON))


def measured(**changes: Any) -> dict[str, str]:
    return dict(measured_facts(a_record(**changes)))


def test_a_model_that_answered_in_place_of_another_is_named() -> None:
    record = a_record(model="a/b", answered_by="c/d", status=Status.OK, simulated=True)
    assert headline(record) == "✓ ok · c/d · in place of a/b · simulated"


def test_what_was_asked_besides_the_prompt() -> None:
    image = Message("user", (TextPart("Look"), ImagePart(url="https://x.example/cat.png")))
    facts = asked(
        parameters=Parameters(temperature=0.7, stop=("\n",)),
        dropped_parameters=(("top_k", "the model does not take it"),),
        template=TemplateUse("explain-quantum", 2, {"audience": "a child"}),
        messages=(image,),
    )
    assert facts == {
        "when": "22 Nov 2026 12:00:00",
        "parameters": 'temperature 0.7 · stop ["\\n"]',
        "not sent": "top_k was not sent: the model does not take it",
        "template": "explain-quantum, version 2 · audience = a child",
        "attached": "image · https://x.example/cat.png",
    }


def test_estimates_and_parts_of_tokens_are_told() -> None:
    usage = Usage(14, 150, cached_tokens=4, reasoning_tokens=20, estimated=True)
    assert (
        measured(usage=usage)["tokens"] == "↑14 ↓150~ · 4 cached · 20 reasoning · our own estimate"
    )


@pytest.mark.parametrize(
    ("cost", "words"),
    [
        (FREE, "$0: nothing is charged for it"),
        (UNKNOWN, "? (no price is known)"),
        (Cost(Decimal("0.0012"), CostSource.PROVIDER), "$0.0012, billed by the provider"),
        (
            Cost(Decimal("0.5"), CostSource.TABLE, "2026-10-01"),
            "$0.5, by the price list of 2026-10-01",
        ),
        (Cost(Decimal("0.5"), CostSource.TABLE), "$0.5, by the price list"),
    ],
)
def test_a_cost_says_whose_figure_it_is(cost: Cost, words: str) -> None:
    assert cost_told(a_record(cost=cost, status=Status.OK)) == words


def test_times_are_named() -> None:
    timing = Timing(connect_ms=3.2, ttft_ms=412, latency_ms=12_345, itl_ms=20)
    assert measured(timing=timing)["time"] == (
        "took 12.3 s · ttft 412 ms · between tokens 20 ms · connect 3.2 ms · 50 tok/s"
    )


def test_attempts_that_failed_are_told_one_by_one() -> None:
    error = LabError(ErrorKind.RATE_LIMIT, "too many requests")
    first = Attempt(1, MODEL, Status.ERROR, error, 429, "req_1", cost=FREE)
    second = replace(first, n=2, status=Status.OK, error=None, http_status=200)
    facts = measured(attempts=(first, second))
    assert facts["attempt 1"] == "✗ sandbox/echo · too many requests · HTTP 429 · req_1 · $0"
    assert facts["attempt 2"] == "✓ sandbox/echo · ok · HTTP 200 · req_1 · $0"
    assert "attempt 1" not in measured(attempts=(second,))


def test_a_blocked_run_cost_nothing_because_nothing_was_sent() -> None:
    facts = measured(status=Status.BLOCKED)
    assert facts["sent"] == "nothing: no call was made"
    assert "cost" not in facts


def test_what_remains_of_rate_limits_is_told() -> None:
    limits = {
        "requests_limit": 500.0,
        "requests_remaining": 487.0,
        "requests_reset_s": 0.12,
        "tokens_remaining": 29_000.0,
    }
    attempt = Attempt(1, ModelRef("groq", "llama"), rate_limits=limits)
    assert measured(attempts=(attempt,))["rate limits"] == (
        "487 of 500 requests left, resets in 0 s · 29,000 tokens left"
    )


def test_a_route_is_told_with_its_reasons_and_its_candidates_in_order() -> None:
    route = {
        "strategy": "auto",
        "complexity": {"level": "moderate", "score": 3.1, "reasons": ["it asks for code"]},
        "reasons": ["the best value"],
        "candidates": [
            {"provider": "a", "model": "one", "score": 0.9, "reasons": ["fast"]},
            {"provider": "b", "model": "two/x", "score": 0.25, "reasons": []},
        ],
    }
    facts = [fact for fact in measured_facts(a_record(route=route)) if fact[0] != "run"]
    assert [fact for fact in facts if fact[0].startswith(("route", "because", "choice"))] == [
        ("route", "auto · moderate"),
        ("because", "it asks for code"),
        ("because", "the best value"),
        ("choice 1", "a/one · 0.90 · fast"),
        ("choice 2", "b/two/x · 0.25"),
    ]


def test_the_moments_of_an_answer_are_told_in_order() -> None:
    timing = Timing(connect_ms=1.5, headers_ms=80, ttft_ms=95, last_ms=12_000)
    assert dict(arrival_facts(timing)) == {
        "arrival": "connected 1.5 ms → headers 80 ms → first token 95 ms → last 12.0 s"
    }
    assert dict(arrival_facts(Timing())) == {}
