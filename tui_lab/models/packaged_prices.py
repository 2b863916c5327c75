"""The price list of the genai-prices package, as prices of ours."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from tui_lab.core.price import Price, Rates, Tier
from tui_lab.models.revisions import priced_names

if TYPE_CHECKING:
    from genai_prices.types import MatchLogic, ModelInfo, ModelPrice, Provider

RELEASED = {"0.2.3": "2026-11-10"}
"""When a version of the package came out; the list in it bears no date."""

_OF_ANY_NAME = "ft:"
"""So begin the names of models that a person has tuned at OpenAI: the base follows."""


class PackagedPrices:
    """The list, as it is installed.

    Making one imports the package, which takes a third of a second: not on a start, and not on a
    thread that draws.
    """

    def __init__(self) -> None:
        from genai_prices import __version__
        from genai_prices.data_snapshot import get_snapshot

        self.source = f"genai-prices {__version__}"
        self.date = RELEASED.get(__version__)
        self._sellers = {seller.id: seller for seller in get_snapshot().providers}
        self._names: dict[str, dict[str, ModelInfo]] = {}

    def find(self, seller: str, model: str, now: datetime) -> Price | None:
        """What this seller takes for a model at this time; None where the list does not tell."""
        names = self._names_of(seller)
        for name in priced_names(model.lower()):
            if (info := names.get(name)) is not None:
                return self._price(info.get_prices(now))
        tuned = [name for name in names if name.startswith(_OF_ANY_NAME)]
        base = next((name for name in tuned if model.lower().startswith(name)), None)
        return self._price(names[base].get_prices(now)) if base else None

    def _names_of(self, seller: str) -> dict[str, ModelInfo]:
        """The models of a seller by each name that the list has for them.

        The package also takes whatever begins with a name, or holds it, for that model: so a clone
        would have the price of the original.
        """
        if seller not in self._names and seller in self._sellers:
            self._names[seller] = _names(self._sellers[seller])
        return self._names.get(seller, {})

    def _price(self, told: ModelPrice) -> Price | None:
        """Prices by the piece of image, sound or search are left out: a text needs none."""
        if told.input_mtok is None or told.output_mtok is None:
            return None
        tiers = (
            Tier(above, _rates(told, above)) for above in sorted(set(_thresholds(told))) if above
        )
        per_thousand = _at(told.requests_kcount, 0) or Decimal(0)
        return Price(
            _rates(told, 0),
            tuple(tiers),
            request=per_thousand.scaleb(-3),
            source=self.source,
            date=self.date,
        )


def _names(seller: Provider) -> dict[str, ModelInfo]:
    names: dict[str, ModelInfo] = {}
    for info in seller.models:
        for name in _literals(info.match):
            names.setdefault(name.lower(), info)
    return names


def _literals(rule: MatchLogic) -> Iterator[str]:
    from genai_prices import types

    match rule:
        case types.ClauseOr():
            for part in rule.or_:
                yield from _literals(part)
        case types.ClauseAnd():
            for part in rule.and_:
                yield from _literals(part)
        case types.ClauseEquals():
            yield rule.equals
        case types.ClauseStartsWith():
            yield rule.starts_with
        case types.ClauseEndsWith():
            yield rule.ends_with
        case types.ClauseContains():
            yield rule.contains
        case types.ClauseRegex():
            pass  # these tell of dates, for which there is a rule here


def _thresholds(told: ModelPrice) -> Iterator[int]:
    from genai_prices.types import TieredPrices

    for value in vars(told).values():
        if isinstance(value, TieredPrices):
            yield from (tier.start for tier in value.tiers)


def _rates(told: ModelPrice, above: int) -> Rates:
    """The rates of a prompt that is just longer than `above` tokens."""
    return Rates(
        input=_at(told.input_mtok, above) or Decimal(0),
        output=_at(told.output_mtok, above) or Decimal(0),
        cached=_at(told.cache_read_mtok, above),
        cache_write=_at(told.cache_write_mtok, above),
        reasoning=_at(told.output_reasoning_mtok, above),
    )


def _at(value: object, above: int) -> Decimal | None:
    from genai_prices.types import TieredPrices

    if isinstance(value, TieredPrices):
        return next(
            (tier.price for tier in reversed(value.tiers) if above >= tier.start), value.base
        )
    return value if isinstance(value, Decimal) else None
