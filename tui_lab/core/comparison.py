"""Models side by side by what they charge."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal

from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.core.price import Price
from tui_lab.core.refs import ModelRef

_TENTH = Decimal("0.1")


@dataclass(frozen=True, slots=True)
class Mix:
    """The tokens of the call that prices are compared by: cheap reading may be dear writing."""

    input_tokens: int = 1000
    output_tokens: int = 500

    @classmethod
    def parse(cls, text: str) -> Mix:
        """Reads `1000:500`; raises `LabError` of kind `usage`."""
        read, colon, written = text.partition(":")
        if not (colon and read.isdecimal() and written.isdecimal() and len(text) < 20):
            hint = "write tokens in and out as 1000:500"
            raise LabError(ErrorKind.USAGE, f"{text!r} is no size of a call", hint)
        return cls(int(read), int(written))

    def __str__(self) -> str:
        return f"{self.input_tokens:,} tokens in and {self.output_tokens:,} out"


@dataclass(frozen=True, slots=True)
class Quote:
    """What a model takes for a call of the compared size, in US dollars; None where unknown."""

    model: ModelRef
    price: Price | None
    usd: Decimal | None


@dataclass(frozen=True, slots=True)
class Saving:
    """Against the baseline, below 0 where it costs more; no per cent of what is free."""

    usd: Decimal
    percent: Decimal | None

    def __str__(self) -> str:
        if self.percent is None or not self.percent:
            return "the same" if not self.usd else "costs more"
        return f"saves {self.percent}%" if self.percent > 0 else f"costs {-self.percent}% more"


def quote(model: ModelRef, price: Price | None, mix: Mix) -> Quote:
    usd = None if price is None else price.usd(mix.input_tokens, mix.output_tokens)
    return Quote(model, price, usd)


def cheapest(quotes: Iterable[Quote], most: int) -> list[Quote]:
    """The cheapest first, at most so many; those of unknown price are left out."""
    known = [(one.usd, one.model, one) for one in quotes if one.usd is not None]
    return [one for _, _, one in sorted(known, key=lambda known: known[:2])[:most]]


def saving(one: Quote, baseline: Quote) -> Saving | None:
    """What one call of it saves against the baseline; None where either is unknown."""
    if one.usd is None or baseline.usd is None:
        return None
    saved = baseline.usd - one.usd
    if not baseline.usd:
        return Saving(saved, None)
    return Saving(saved, (100 * saved / baseline.usd).quantize(_TENTH, ROUND_HALF_EVEN))
