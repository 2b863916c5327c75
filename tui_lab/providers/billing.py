"""What providers say, beside the tokens, that an answer cost."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from tui_lab.core.cost import Cost, billed
from tui_lab.providers.payload import as_count, as_money, as_object

_TICK = Decimal("1e-10")
"""xAI's unit: US dollars a tick. Checked on recorded answers of grok-3-mini: 1 uncached, 11 cached
and 342 output tokens at 0.30, 0.075 and 0.50 dollars a million are 0.000172125; told: 1721250."""


def billed_cost(usage: Mapping[str, Any]) -> Cost | None:
    """The cost that a usage object tells, exact; None if it tells none.

    OpenRouter: `cost`, to which the upstream provider's own bill comes where the user's key was
    used (`is_byok`). Perplexity: `cost.total_cost`. xAI: `cost_in_usd_ticks`; Azure sends that too,
    always 0, which is no bill.
    """
    cost = usage.get("cost")
    usd = as_money(as_object(cost).get("total_cost") if isinstance(cost, dict) else cost)
    if usd is not None and usage.get("is_byok") is True:
        upstream = as_money(as_object(usage.get("cost_details")).get("upstream_inference_cost"))
        usd = None if upstream is None else usd + upstream
    ticks = as_count(usage.get("cost_in_usd_ticks"))
    if usd is None and ticks:
        usd = ticks * _TICK
    return None if usd is None else billed(usd)
