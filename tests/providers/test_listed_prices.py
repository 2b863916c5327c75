"""Prices in the lists of providers: per token or per million, as text or as numbers."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tui_lab.core.price import Price, Rates, Tier
from tui_lab.providers.listed_prices import listed_price

SONNET = {
    "prompt": "0.000003",
    "completion": "0.000015",
    "web_search": "0.01",
    "request": "0",
    "internal_reasoning": "0",
    "input_cache_read": "0.0000003",
    "input_cache_write": "0.00000375",
    "overrides": [
        {"min_prompt_tokens": 200000, "prompt": "0.000006", "completion": "0.0000225"},
        {"utc_start": "16:30", "prompt": "0.000001"},
    ],
}


def rates(*values: str | None) -> Rates:
    told = [None if value is None else Decimal(value) for value in values]
    return Rates(*told)  # type: ignore[arg-type]


def test_openrouter_tells_dollars_per_token_and_tiers() -> None:
    assert listed_price({"pricing": SONNET}, "a list") == Price(
        rates("3", "15", "0.3", "3.75"),
        (Tier(199_999, rates("6", "22.5", "0.3", "3.75")),),
        source="a list",
    )


def test_nothing_is_free_at_openrouter_where_it_says_so() -> None:
    price = listed_price({"pricing": {"prompt": "0", "completion": "0"}}, "")
    assert price is not None
    assert price.free


@pytest.mark.parametrize(
    "item",
    [
        {},
        {"pricing": None},
        {"pricing": "free"},
        {"pricing": {"prompt": "-1", "completion": "-1"}},
        {"pricing": {"prompt": "much", "completion": "1"}},
        {"pricing": {"prompt": "NaN", "completion": "0.1"}},
        {"pricing": {"prompt": "1e999999999", "completion": "0.1"}},
        {"pricing": {"prompt": "0.000001"}},
        {"pricing": {"input": 0, "output": 0}},
        {"pricing": {"input": True, "output": 1}},
        {"metadata": {"pricing": {"input_tokens": 0, "output_tokens": 0}}},
        {"metadata": []},
    ],
    ids=str,
)
def test_what_tells_no_price_has_none(item: dict[str, Any]) -> None:
    assert listed_price(item, "") is None


def test_together_and_deepinfra_tell_dollars_per_million() -> None:
    together = {"pricing": {"hourly": 0, "input": Decimal("0.88"), "output": Decimal("0.9")}}
    assert listed_price(together, "") == Price(rates("0.88", "0.9"))
    told = {
        "input_tokens": Decimal("0.1"),
        "output_tokens": 1,
        "cache_read_tokens": Decimal("0.05"),
    }
    assert listed_price({"metadata": {"pricing": told}}, "") == Price(rates("0.1", "1", "0.05"))
