"""What a model charges, and what a usage costs by that: exact US dollars."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Any

from tui_lab.core.cost import FREE, UNKNOWN, Cost, CostSource
from tui_lab.core.usage import Usage

PER_MILLION = -6
"""Rates count millions of tokens; shifting the point by so many places loses no digit."""


@dataclass(frozen=True, slots=True)
class Rates:
    """US dollars per million tokens.

    `cached` is input read from the provider's cache, `cache_write` input written to it: None is the
    price of other input. `reasoning` None is the price of other output.
    """

    input: Decimal
    output: Decimal
    cached: Decimal | None = None
    cache_write: Decimal | None = None
    reasoning: Decimal | None = None

    @property
    def free(self) -> bool:
        return not any(getattr(self, one.name) for one in fields(self))


@dataclass(frozen=True, slots=True)
class Tier:
    """The rates of a request with more than `above` input tokens, cached ones among them.

    They hold for all its tokens, not only for those beyond: so charge Anthropic, Google, OpenAI.
    """

    above: int
    rates: Rates


@dataclass(frozen=True, slots=True)
class Price:
    """What one model charges. `tiers` go from the shortest prompts to the longest.

    `request` is what each call costs beside its tokens, in US dollars. `source` names the list that
    says so, `date` (ISO 8601) the day of that list.
    """

    rates: Rates
    tiers: tuple[Tier, ...] = ()
    request: Decimal = Decimal(0)
    source: str = ""
    date: str | None = None

    @property
    def free(self) -> bool:
        """Whether nothing costs anything, however much it is."""
        return not self.request and all(
            rates.free for rates in (self.rates, *(tier.rates for tier in self.tiers))
        )

    def rates_for(self, input_tokens: int) -> Rates:
        """The rates of a request with so much input."""
        rates = self.rates
        for tier in self.tiers:
            if input_tokens > tier.above:
                rates = tier.rates
        return rates

    def usd(self, input_tokens: int, output_tokens: int) -> Decimal:
        """What so many tokens cost, none of them cached and none reasoned."""
        rates = self.rates_for(input_tokens)
        tokens = input_tokens * rates.input + output_tokens * rates.output
        return (self.request + tokens.scaleb(PER_MILLION)).normalize()


NO_CHARGE = Price(Rates(Decimal(0), Decimal(0)), source="nobody charges for it")
"""The price of what is local or simulated."""


def cost_of(price: Price | None, usage: Usage) -> Cost:
    """What this usage costs; unknown without a price, or without both counts.

    Counts that contradict each other (more cached than read) are held to what can be.
    """
    if price is None:
        return UNKNOWN
    if price.free:
        return FREE
    if usage.input_tokens is None or usage.output_tokens is None:
        return UNKNOWN
    rates = price.rates_for(usage.input_tokens)
    cached = min(usage.cached_tokens or 0, usage.input_tokens)
    written = min(usage.cache_write_tokens or 0, usage.input_tokens - cached)
    reasoned = min(usage.reasoning_tokens or 0, usage.output_tokens)
    tokens = (
        (usage.input_tokens - cached - written) * rates.input
        + cached * _or(rates.cached, rates.input)
        + written * _or(rates.cache_write, rates.input)
        + (usage.output_tokens - reasoned) * rates.output
        + reasoned * _or(rates.reasoning, rates.output)
    )
    usd = (price.request + tokens.scaleb(PER_MILLION)).normalize()
    return Cost(usd, CostSource.TABLE, price.date)


def _or(rate: Decimal | None, otherwise: Decimal) -> Decimal:
    return otherwise if rate is None else rate


def price_to_json(price: Price) -> dict[str, Any]:
    """Rates are decimal strings, exact."""
    return _rates_to_json(price.rates) | {
        "request": format(price.request, "f"),
        "tiers": [{"above": tier.above} | _rates_to_json(tier.rates) for tier in price.tiers],
        "source": price.source,
        "date": price.date,
    }


def price_from_json(data: Mapping[str, Any]) -> Price:
    return Price(
        _rates_from_json(data),
        tuple(Tier(tier["above"], _rates_from_json(tier)) for tier in data["tiers"]),
        Decimal(data["request"]),
        data["source"],
        data["date"],
    )


def _rates_to_json(rates: Rates) -> dict[str, Any]:
    values = {one.name: getattr(rates, one.name) for one in fields(rates)}
    return {name: None if rate is None else format(rate, "f") for name, rate in values.items()}


def _rates_from_json(data: Mapping[str, Any]) -> Rates:
    def rate(name: str) -> Decimal | None:
        return None if data[name] is None else Decimal(data[name])

    return Rates(
        Decimal(data["input"]),
        Decimal(data["output"]),
        rate("cached"),
        rate("cache_write"),
        rate("reasoning"),
    )
