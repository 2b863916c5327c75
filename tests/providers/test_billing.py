from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tui_lab.core.cost import billed
from tui_lab.providers.billing import billed_cost


@pytest.mark.parametrize(
    ("usage", "usd"),
    [
        ({"cost": Decimal("0.0000468"), "is_byok": False}, "0.0000468"),
        ({"cost": 0}, "0"),
        ({"cost": {"total_cost": Decimal("0.006"), "request_cost": Decimal("0.005")}}, "0.006"),
        ({"cost_in_usd_ticks": 1721250}, "0.000172125"),
    ],
    ids=["openrouter", "free", "perplexity", "xai"],
)
def test_what_a_provider_bills_is_told_exactly(usage: dict[str, Any], usd: str) -> None:
    assert billed_cost(usage) == billed(Decimal(usd))


def test_with_the_users_own_key_upstream_the_two_bills_add_up() -> None:
    usage = {
        "cost": Decimal("0.01"),
        "is_byok": True,
        "cost_details": {"upstream_inference_cost": Decimal("0.2")},
    }
    assert billed_cost(usage) == billed(Decimal("0.21"))


@pytest.mark.parametrize(
    "usage",
    [
        {},
        {"cost": "0.1"},
        {"cost": None},
        {"cost": {}},
        {"cost": -1},
        {"cost_in_usd_ticks": 0},
        {"cost": Decimal("0.01"), "is_byok": True},
    ],
)
def test_what_is_not_told_whole_is_unknown(usage: dict[str, Any]) -> None:
    assert billed_cost(usage) is None
