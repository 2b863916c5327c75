"""US dollars in words: short for lines and lists, exact where there is room. Never 0 for a sum."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal
from typing import Protocol

from tui_lab.core.cost import Cost, CostSource
from tui_lab.core.price import Price
from tui_lab.core.record import Status
from tui_lab.core.usage import Usage

_CENT = Decimal("0.01")


class Charged(Protocol):
    """A run, or an attempt of one."""

    @property
    def status(self) -> Status: ...
    @property
    def usage(self) -> Usage: ...
    @property
    def cost(self) -> Cost: ...


def dollars(usd: Decimal) -> str:
    """Cents, and below them two digits that count: `$12.30`, `$0.42`, `$0.0012`."""
    if usd == 0:
        return "$0"
    place = _CENT if abs(usd) >= _CENT else Decimal(1).scaleb(usd.adjusted() - 1)
    return f"${usd.quantize(place, ROUND_HALF_EVEN):,f}"


def exact_dollars(usd: Decimal) -> str:
    """Every digit: `$0.00010645`."""
    return f"${usd.normalize():f}"


def rate_words(price: Price | None) -> str:
    """Input and output, per million tokens: `$0.15/$0.6`, `free`, `?` where unknown.

    `+` says that long prompts have higher rates.
    """
    if price is None:
        return "?"
    if price.free:
        return "free"
    more = "+" if price.tiers else ""
    return f"{exact_dollars(price.rates.input)}/{exact_dollars(price.rates.output)}{more}"


def cost_words(run: Charged, *, exact: bool = False) -> str:
    """`$0.0012`; `~` before it where tokens are our own estimate, `?` where no price is known."""
    usd = run.cost.usd
    if usd is None:
        return "?"
    return mark(run) + (exact_dollars(usd) if exact else dollars(usd))


def mark(run: Charged) -> str:
    """`~` where the sum may still change, or rests on tokens that nobody told."""
    counted = run.usage.estimated or run.status is Status.RUNNING
    return "~" if counted and run.cost.source is CostSource.TABLE else ""
