"""Prices that stand in a provider's list of models, in the forms that providers have for them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from tui_lab.core.price import Price, Rates, Tier
from tui_lab.providers.payload import as_count, as_list, as_money, as_object

_LONGEST = 40  # characters of a number


def listed_price(item: Mapping[str, Any], source: str) -> Price | None:
    """The price of one model of an OpenAI-like list; None where it tells none.

    OpenRouter: `pricing`, strings of US dollars per token, -1 where it depends. Together:
    `pricing`, numbers per million. DeepInfra: `metadata.pricing`, the same by other names. The
    latter two list 0 for what they sell otherwise, which is no price; at OpenRouter it is one.
    """
    pricing = as_object(item.get("pricing"))
    if "prompt" in pricing:
        return _openrouter(pricing, source)
    if "input" in pricing:
        return _per_million(pricing, ("input", "output", "cached_input"), source)
    pricing = as_object(as_object(item.get("metadata")).get("pricing"))
    names = ("input_tokens", "output_tokens", "cache_read_tokens")
    return _per_million(pricing, names, source)


def _openrouter(pricing: Mapping[str, Any], source: str) -> Price | None:
    rates = _token_rates(pricing, {})
    if rates is None:
        return None
    request = _amount(pricing.get("request")) or Decimal(0)
    return Price(rates, tuple(sorted(_tiers(pricing), key=_above)), request, source)


def _tiers(pricing: Mapping[str, Any]) -> Iterator[Tier]:
    """Other rates from so many input tokens on; those for hours of the day are left out."""
    for override in map(as_object, as_list(pricing.get("overrides"))):
        least = as_count(override.get("min_prompt_tokens"))
        rates = _token_rates(override, pricing)
        if least and rates is not None and "utc_start" not in override:
            yield Tier(least - 1, rates)


def _above(tier: Tier) -> int:
    return tier.above


def _token_rates(told: Mapping[str, Any], base: Mapping[str, Any]) -> Rates | None:
    def rate(name: str) -> Decimal | None:
        per_token = _amount(told.get(name, base.get(name)))
        return per_token.scaleb(6) if per_token is not None else None

    input_rate, output_rate = rate("prompt"), rate("completion")
    if input_rate is None or output_rate is None:
        return None
    # A 0 here means that there is no such price, not that these tokens are free.
    return Rates(
        input_rate,
        output_rate,
        rate("input_cache_read") or None,
        rate("input_cache_write") or None,
        rate("internal_reasoning") or None,
    )


def _per_million(
    pricing: Mapping[str, Any], names: tuple[str, str, str], source: str
) -> Price | None:
    input_rate, output_rate, cached = (_amount(pricing.get(name)) for name in names)
    if not input_rate or output_rate is None:
        return None
    return Price(Rates(input_rate, output_rate, cached or None), source=source)


def _amount(value: object) -> Decimal | None:
    """A sane amount, also where it is written as text; None for one below 0."""
    if isinstance(value, str) and len(value) <= _LONGEST:
        try:
            value = Decimal(value)
        except InvalidOperation:
            return None
    return as_money(value)
