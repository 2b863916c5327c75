"""Which parameters are sent to which model."""

from __future__ import annotations

from typing import Any

import pytest

from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.core.messages import DocumentPart, Message, TextPart
from tui_lab.core.model_facts import ModelFacts, Reasoning
from tui_lab.core.parameters import Parameters
from tui_lab.core.refs import ModelRef
from tui_lab.models.fitting import check_attachments, fit_parameters
from tui_lab.models.registry import load_registry

REGISTRY = load_registry()


def fit(model: str, **given: Any) -> tuple[dict[str, Any], dict[str, str]]:
    """What is sent to this model, and what is dropped and why."""
    fitting, dropped = fit_parameters(REGISTRY.find(ModelRef.parse(model)), Parameters(**given))
    return fitting.as_dict(), dict(dropped)


def test_what_a_model_takes_is_sent_unchanged() -> None:
    given: dict[str, Any] = {"temperature": 0.3, "top_p": 0.9, "max_tokens": 100, "seed": 7}
    assert fit("openai/gpt-4o-mini", **given) == (given, {})


def test_of_an_unknown_model_nothing_is_decided() -> None:
    given: dict[str, Any] = {"temperature": 2.0, "reasoning": "max", "logprobs": 20}
    assert fit("gateway/unknown", **given) == (given, {})


@pytest.mark.parametrize("provider", ["openai", "groq", "mistral", "deepseek", "xai"])
def test_where_the_api_has_no_top_k_none_is_sent(provider: str) -> None:
    sent, dropped = fit(f"{provider}/unknown", top_k=5, max_tokens=10)
    assert (sent, list(dropped)) == ({"max_tokens": 10}, ["top_k"])


@pytest.mark.parametrize("provider", ["openrouter", "together", "vllm", "gateway", "perplexity"])
def test_elsewhere_it_is_sent(provider: str) -> None:
    assert fit(f"{provider}/unknown", top_k=5) == ({"top_k": 5}, {})


@pytest.mark.parametrize("provider", ["groq", "llamacpp", "ollama", "xai"])
def test_a_document_is_refused_where_the_api_has_no_part_for_it(provider: str) -> None:
    facts = REGISTRY.find(ModelRef(provider, "unknown"))
    document = Message("user", (DocumentPart(data=b"%PDF-1.7"), TextPart("Sum it up")))
    with pytest.raises(LabError, match="takes no documents where it is served"):
        check_attachments(facts, [document])
    assert facts.reads("image") is None


def test_a_refused_parameter_is_dropped_with_its_reason() -> None:
    sent, dropped = fit("anthropic/claude-sonnet-5-5", temperature=0.5, max_tokens=10)
    assert sent == {"max_tokens": 10}
    assert dropped == {"temperature": "claude-sonnet-5-5 does not take it"}


def test_a_model_that_reasons_unasked_takes_no_temperature() -> None:
    sent, dropped = fit("openai/gpt-5.6-terra", temperature=0.5)
    assert (sent, list(dropped)) == ({}, ["temperature"])


def test_with_reasoning_switched_off_it_takes_one() -> None:
    given: dict[str, Any] = {"temperature": 0.5, "reasoning": "none"}
    assert fit("openai/gpt-5.6-terra", **given) == (given, {})


def test_a_model_that_reasons_when_asked_takes_one_until_then() -> None:
    assert fit("openai/gpt-5.1", temperature=0.5) == ({"temperature": 0.5}, {})
    assert fit("openai/gpt-5.1", temperature=0.5, reasoning="high")[0] == {"reasoning": "high"}


@pytest.mark.parametrize(
    ("model", "reasoning", "why"),
    [
        ("openai/gpt-4o", "low", "gpt-4o cannot be told how much to reason"),
        ("openai/o3", "xhigh", "o3 takes low, medium, high"),
        ("openai/o3", 2000, "o3 takes low, medium, high, not a number of tokens"),
        ("anthropic/claude-haiku-4-5", "high", "claude-haiku-4-5 takes none or a number of tokens"),
        (
            "gemini/gemini-2.5-pro",
            "xhigh",
            "gemini-2.5-pro takes minimal, low, medium, high or a number of tokens",
        ),
    ],
)
def test_reasoning_in_a_form_that_the_model_does_not_know_is_dropped(
    model: str, reasoning: str | int, why: str
) -> None:
    assert fit(model, reasoning=reasoning) == ({}, {"reasoning": why})


def test_reasoning_that_is_dropped_does_not_cost_the_temperature() -> None:
    sent, dropped = fit("openai/gpt-4o", reasoning="high", temperature=0.5)
    assert (sent, list(dropped)) == ({"temperature": 0.5}, ["reasoning"])


def test_a_gateway_that_translates_reasoning_is_given_any_form() -> None:
    for reasoning in ("high", 2000):
        sent, dropped = fit("openrouter/anthropic/claude-haiku-4.5", reasoning=reasoning)
        assert (sent, dropped) == ({"reasoning": reasoning}, {})


def test_of_parameters_that_exclude_each_other_the_first_is_sent() -> None:
    sent, dropped = fit("anthropic/claude-sonnet-4-5", temperature=0.5, top_p=0.9)
    assert sent == {"temperature": 0.5}
    assert dropped == {"top_p": "claude-sonnet-4-5 takes only one of temperature and top_p"}


@pytest.mark.parametrize(
    ("model", "given", "message", "hint"),
    [
        ("anthropic/claude-haiku-4-5", {"temperature": 1.5}, "temperature cannot be 1.5", "0 to 1"),
        ("openai/gpt-4o", {"max_tokens": 20_000}, "max_tokens cannot be 20000", "1 to 16384"),
        ("gemini/gemini-2.5-pro", {"reasoning": 0}, "reasoning cannot be 0", "128 to 32768 tokens"),
        ("anthropic/claude-haiku-4-5", {"reasoning": 9}, "reasoning cannot be 9", "1024 to 63999"),
    ],
)
def test_a_value_beyond_the_models_limits_is_refused(
    model: str, given: dict[str, Any], message: str, hint: str
) -> None:
    with pytest.raises(LabError) as refused:
        fit(model, **given)
    assert refused.value.kind is ErrorKind.USAGE
    assert refused.value.message.startswith(message)
    assert hint in refused.value.hint


def test_zero_tokens_switch_off_what_can_be_switched_off() -> None:
    assert fit("anthropic/claude-haiku-4-5", reasoning=0) == ({"reasoning": 0}, {})


def test_facts_alone_decide() -> None:
    facts = ModelFacts("m", reasoning=Reasoning(("low",)), refused=frozenset({"reasoning", "seed"}))
    fitting, dropped = fit_parameters(facts, Parameters(reasoning="low", seed=1, top_k=2))
    assert fitting == Parameters(top_k=2)
    assert dict(dropped) == {"reasoning": "m does not take it", "seed": "m does not take it"}
