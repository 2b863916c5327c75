"""Which model an id names, and what is known of it."""

from __future__ import annotations

import tomllib
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_lab.core.model_facts import DEFAULT_CONTEXT_WINDOW, INPUTS, ListedModel, ModelFacts
from tui_lab.core.parameters import PARAMETER_NAMES, REASONING_EFFORTS
from tui_lab.core.refs import ModelRef
from tui_lab.models.registry import Registry, load_registry
from tui_lab.providers.catalogue import load_catalogue

REGISTRY: Registry = load_registry()


def facts(name: str, listed: ListedModel | None = None) -> ModelFacts:
    return REGISTRY.find(ModelRef.parse(name), listed)


@pytest.mark.parametrize(
    ("spelling", "known_as"),
    [
        ("openai/gpt-4o-mini-2024-07-18", "gpt-4o-mini"),
        ("openai/gpt-3.5-turbo-0125", "gpt-3.5-turbo"),
        ("openai/gpt-5-chat-latest", "gpt-5-chat"),
        ("openai/o4-mini-2025-04-16", "o4-mini"),
        ("anthropic/claude-sonnet-4-5-20250929", "claude-sonnet-4-5"),
        ("anthropic/claude-opus-4-20250514", "claude-opus-4"),
        ("gateway/claude-haiku-4-5@20251001", "claude-haiku-4-5"),
        ("openrouter/anthropic/claude-sonnet-4.5", "claude-sonnet-4.5"),
        ("openrouter/anthropic/claude-4.5-haiku-20251001", "claude-4.5-haiku"),
        ("openrouter/deepseek/deepseek-r1-0528:free", "deepseek-r1"),
        ("openrouter/x-ai/grok-4", "grok-4"),
        ("together/meta-llama/Llama-3.3-70B-Instruct-Turbo", "llama-3.3-70b-instruct-turbo"),
        ("xai/grok-4-0709", "grok-4"),
        ("mistral/mistral-large-2512", "mistral-large"),
        ("gemini/models/gemini-2.0-flash-001", "gemini-2.0-flash"),
        ("ollama/gpt-oss:20b", "gpt-oss:20b"),
        ("ollama/llama3:8b", "llama3"),
    ],
)
def test_dates_variants_and_vendors_are_understood(spelling: str, known_as: str) -> None:
    found = facts(spelling)
    assert (found.name, found.guessed) == (known_as, False)


@pytest.mark.parametrize(
    "name",
    [
        "openai/my-gpt-4o-clone",
        "openai/gpt-4o-audio-preview",
        "openai/o1-preview-2024-09-12",
        "openrouter/someone/gpt-4o",
        "openrouter/someone/openai/gpt-4o",
        "openai/gpt-4o-20",
        "openai/gpt-4o-mini-search",
        "openai/gpt",
        "gateway/claude-sonnet-4-5-v2",
    ],
)
def test_what_only_looks_alike_is_unknown(name: str) -> None:
    found = facts(name)
    assert found.guessed
    assert found.context_window == DEFAULT_CONTEXT_WINDOW
    assert (found.inputs, found.reasoning) == (None, None)
    assert found.refused == facts(name.partition("/")[0] + "/quite-another").refused


def test_a_small_model_is_never_taken_for_the_large_one() -> None:
    assert facts("openai/gpt-4o-mini").name == "gpt-4o-mini"
    assert facts("openai/gpt-4").context_window == 8_192
    assert facts("openai/gpt-4-1106-preview").context_window == 128_000


@given(st.text(alphabet="abcgpto-.:/@0123456789", max_size=30))
def test_any_id_is_either_known_or_a_guess(name: str) -> None:
    found = REGISTRY.find(ModelRef("openai", name))
    assert found.guessed == (found.source == "")


def test_every_model_of_the_catalogue_is_known() -> None:
    unknown = [
        f"{provider.id}/{model}"
        for provider in load_catalogue().values()
        for model in provider.models
        if REGISTRY.find(ModelRef(provider.id, model)).guessed
    ]
    assert unknown == []


def test_every_row_says_who_told_it_and_when() -> None:
    text = files("tui_lab.models").joinpath("registry.toml").read_text("utf-8")
    packaged = tomllib.loads(text)
    for row in [*packaged["families"], *packaged["hosts"].values()]:
        assert row["source"]
        assert row["checked"].startswith("20")
        assert {*row.get("refused", ()), *row.get("refused_reasoning", ())} <= {*PARAMETER_NAMES}
        assert {*row.get("efforts", ())} <= {*REASONING_EFFORTS}
        assert {*row.get("inputs", ())} <= {*INPUTS}
        assert row.get("max_output", 0) <= row.get("context_window", 10**9)


def test_a_host_has_its_own_rules_for_models_that_others_serve_too() -> None:
    assert "logprobs" in facts("groq/openai/gpt-oss-120b").refused
    assert "logprobs" not in facts("deepinfra/openai/gpt-oss-120b").refused
    assert facts("anthropic/claude-haiku-4-5").highest_temperature == 1
    assert facts("openrouter/anthropic/claude-haiku-4.5").highest_temperature == 2


def test_what_a_provider_lists_outranks_what_the_registry_says() -> None:
    listed = ListedModel("openai/gpt-4o", context_window=64_000, inputs=frozenset())
    found = facts("openrouter/openai/gpt-4o", listed)
    assert (found.context_window, found.inputs, found.max_output) == (64_000, frozenset(), 16_384)
    assert found.source == "the model list of openrouter"


def test_a_list_makes_an_unknown_model_known() -> None:
    found = facts("gateway/new-model", ListedModel("new-model", context_window=32_000))
    assert (found.guessed, found.context_window) == (False, 32_000)


def test_parameters_that_a_list_does_not_name_are_refused() -> None:
    listed = ListedModel("m", parameters=frozenset({"temperature", "max_tokens"}))
    assert facts("gateway/m", listed).refused == frozenset(PARAMETER_NAMES) - {
        "temperature",
        "max_tokens",
    }


def test_openrouter_takes_the_words_that_it_lists_and_any_budget() -> None:
    listed = ListedModel("openai/gpt-5.6-terra", max_output=64_000, efforts=("low", "high"))
    reasoning = facts("openrouter/openai/gpt-5.6-terra", listed).reasoning
    assert reasoning is not None
    assert (reasoning.efforts, reasoning.budget) == (("low", "high"), (1, 64_000))


def test_documents_that_only_one_of_a_hosts_dialects_has_no_word_for_are_read_in_the_others() -> (
    None
):
    grok = ModelRef.parse("xai/grok-4.6")
    assert REGISTRY.find(grok, dialect="openai-chat").reads("document") is False
    assert REGISTRY.find(grok, dialect="openai-responses").reads("document") is True
    groq = ModelRef.parse("groq/openai/gpt-oss-20b")
    assert REGISTRY.find(groq, dialect="openai-responses").reads("document") is False
