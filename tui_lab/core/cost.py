"""What a run cost: exact US dollars, or honestly unknown."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class CostSource(StrEnum):
    PROVIDER = "provider"  # billed: the provider's own figure
    TABLE = "table"  # a price list, with its date
    FREE = "free"  # local, free or simulated: exactly 0
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Cost:
    """`usd` is None exactly when the source is `unknown`; `price_date` is ISO 8601."""

    usd: Decimal | None = None
    source: CostSource = CostSource.UNKNOWN
    price_date: str | None = None


FREE = Cost(Decimal(0), CostSource.FREE)
UNKNOWN = Cost()


def billed(usd: Decimal) -> Cost:
    """The provider's own figure."""
    return Cost(usd, CostSource.PROVIDER)


def add_costs(first: Cost, second: Cost) -> Cost:
    """The sum over attempts; unknown as soon as one part is."""
    if first.usd is None or second.usd is None:
        return UNKNOWN
    if second.source is CostSource.FREE and second.usd == 0:
        return first
    if first.source is CostSource.FREE and first.usd == 0:
        return second
    sources = {first.source, second.source}
    # A sum of a bill and of a list's figure is no bill.
    source = CostSource.TABLE if CostSource.TABLE in sources else first.source
    return Cost(first.usd + second.usd, source, second.price_date or first.price_date)
