"""The price book: exact ids, every source in its place, and the packaged list as it calculates."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from functools import cache

import genai_prices
import pytest

from tests.builders import NOON, a_price
from tui_lab.core.model_facts import ListedModel, ModelList
from tui_lab.core.price import NO_CHARGE, Price, cost_of
from tui_lab.core.refs import ModelRef
from tui_lab.core.usage import Usage
from tui_lab.models.packaged_prices import PackagedPrices
from tui_lab.models.prices import PriceBook

GPT = ModelRef("openai", "gpt-4o-mini")


@cache
def packaged() -> PackagedPrices:
    return PackagedPrices()


def found(seller: str, model: str, now: datetime = NOON) -> Price | None:
    return packaged().find(seller, model, now)


def book(own: dict[ModelRef, Price] | None = None) -> PriceBook:
    return PriceBook(own or {}, lambda: NOON)


def a_list(price: Price | None, model: str = "gpt-4o-mini") -> ModelList:
    return ModelList("openai", "http://x", NOON, (ListedModel(model, price=price),))


KNOWN = [
    ("openai", "gpt-4o-mini"),
    ("openai", "gpt-4o"),
    ("openai", "gpt-4o-2024-05-13"),
    ("openai", "gpt-5.6-terra"),
    ("openai", "o3-mini"),
    ("anthropic", "claude-haiku-4-5"),
    ("anthropic", "claude-opus-5-5"),
    ("anthropic", "claude-sonnet-4-5-20250929"),
    ("google", "gemini-2.5-pro"),
    ("google", "gemini-2.5-pro-preview-06-05"),
    ("google", "gemini-2.5-flash"),
    ("google", "gemini-3-pro-preview"),
    ("x-ai", "grok-4-0709"),
    ("deepseek", "deepseek-chat"),
    ("mistral", "mistral-small-latest"),
    ("groq", "llama-3.3-70b-versatile"),
    ("moonshotai", "kimi-k2-thinking"),
    ("perplexity", "sonar-pro"),
    ("openrouter", "openai/gpt-4o-mini"),
    ("openrouter", "perplexity/sonar-deep-research"),
]
USAGES = [
    Usage(1000, 500),
    Usage(9000, 500, cached_tokens=4000),
    Usage(9000, 500, cached_tokens=2000, cache_write_tokens=3000, reasoning_tokens=100),
    Usage(300_000, 2000, reasoning_tokens=1000),
    Usage(1, 0),
]


@pytest.mark.parametrize("usage", USAGES, ids=str)
@pytest.mark.parametrize(("seller", "model"), KNOWN)
def test_costs_are_those_that_the_list_itself_calculates(
    seller: str, model: str, usage: Usage
) -> None:
    theirs = genai_prices.calc_price(
        genai_prices.Usage(
            input_tokens=usage.input_tokens,
            output_tokens=usage.output_tokens,
            cache_read_tokens=usage.cached_tokens or 0,
            cache_write_tokens=usage.cache_write_tokens or 0,
            output_reasoning_tokens=usage.reasoning_tokens or 0,
        ),
        model,
        provider_id=seller,
        genai_request_timestamp=NOON,
    )
    assert cost_of(found(seller, model), usage).usd == theirs.total_price


@pytest.mark.parametrize(
    ("seller", "dated", "base"),
    [
        ("openai", "gpt-4o-mini-2024-07-18", "gpt-4o-mini"),
        ("openai", "gpt-4o-mini-2031-01-01", "gpt-4o-mini"),
        ("openai", "GPT-4o-mini", "gpt-4o-mini"),
        ("anthropic", "claude-haiku-4-5-20251001", "claude-haiku-4-5"),
        ("anthropic", "claude-sonnet-4-5@20250929", "claude-sonnet-4-5"),
        ("google", "gemini-2.5-flash-lite-preview-09-2025", "gemini-2.5-flash-lite"),
        ("google", "gemini-1.5-pro-002", "gemini-1.5-pro"),
    ],
)
def test_a_dated_id_has_the_price_of_its_base(seller: str, dated: str, base: str) -> None:
    assert found(seller, base) is not None
    assert found(seller, dated) == found(seller, base)


def test_a_mini_is_not_the_model_that_its_name_begins_with() -> None:
    mini = found("openai", "gpt-4o-mini")
    assert mini is not None
    assert mini != found("openai", "gpt-4o")
    assert (mini.rates.input, mini.rates.output) == (Decimal("0.15"), Decimal("0.6"))


@pytest.mark.parametrize(
    ("seller", "model"),
    [
        ("openai", "my-gpt-4o-clone"),
        ("openai", "gpt-4o-clone"),
        ("openai", "gpt-4o-mini-2024-13-45"),
        ("anthropic", "claude-haiku-4-5-tuned"),
        ("google", "not-gemini-1.5-pro"),
        ("openrouter", "openai/gpt-4o-mini:nitro"),
        ("nobody", "gpt-4o"),
    ],
)
def test_what_only_looks_like_a_known_model_has_no_price(seller: str, model: str) -> None:
    assert found(seller, model) is None


def test_a_tuned_model_has_the_price_of_tuned_ones() -> None:
    tuned = found("openai", "ft:gpt-4o-2024-08-06:somebody::abc123")
    assert tuned is not None
    assert tuned != found("openai", "gpt-4o")


def test_the_list_has_a_source_and_a_date() -> None:
    price = found("openai", "gpt-4o-mini")
    assert price is not None
    assert (price.source, price.date) == ("genai-prices 0.2.3", "2026-11-10")


def test_long_prompts_have_the_tier_of_the_list() -> None:
    price = found("google", "gemini-2.5-pro")
    assert price is not None
    assert [tier.above for tier in price.tiers] == [200_000]
    assert price.tiers[0].rates.input > price.rates.input


def test_a_price_may_depend_on_the_hour() -> None:
    cheap, dear = (
        found("deepseek", "deepseek-v4-flash", datetime(2026, 11, 22, hour, tzinfo=UTC))
        for hour in (12, 7)
    )
    assert cheap is not None
    assert dear is not None
    assert dear.rates.input > cheap.rates.input


def test_the_persons_own_price_outranks_every_other() -> None:
    own = a_price("1", "2", source="config.toml")
    prices = book({GPT: own})
    assert prices.find(GPT, free=True, listed=a_list(a_price()), seller="openai") == own
    dated = ModelRef("openai", "GPT-4o-mini-2024-07-18")
    assert prices.find(dated, free=False, listed=None, seller="openai") == own


def test_what_costs_nothing_is_free_whatever_it_is_called() -> None:
    assert book().find(GPT, free=True, listed=None, seller="openai") is NO_CHARGE


def test_a_providers_own_list_outranks_the_packaged_one_and_has_its_date() -> None:
    told = a_price("7", "9", date=None)
    price = book().find(GPT, free=False, listed=a_list(told), seller="openai")
    assert price is not None
    assert (price.rates, price.date) == (told.rates, "2026-11-22")
    silent = book().find(GPT, free=False, listed=a_list(None), seller="openai")
    assert silent == found("openai", "gpt-4o-mini")


def test_a_provider_that_no_list_knows_has_no_price() -> None:
    assert book().find(ModelRef("own", "gpt-4o"), free=False, listed=None, seller=None) is None


def test_nothing_is_imported_for_what_is_known_without_the_packaged_list(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("tui_lab.models.prices.PackagedPrices", None)
    assert book().find(GPT, free=False, listed=a_list(a_price()), seller="openai") is not None
    assert book().find(GPT, free=False, listed=None, seller=None) is None
