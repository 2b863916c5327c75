"""Prices of models for `tui-lab models`: which are asked for, as cells and as JSON."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from tui_lab.cli.output import narrate
from tui_lab.core.comparison import Mix, Quote, cheapest, quote, saving
from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.core.money import dollars, rate_words
from tui_lab.core.price import price_to_json
from tui_lab.core.refs import ModelRef

if TYPE_CHECKING:
    from tui_lab.lab import Lab

MIX = "1000:500"


def add_price_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--cheapest", type=int, metavar="N", help="only the N cheapest, the cheapest first"
    )
    parser.add_argument(
        "--baseline", metavar="MODEL", help="tell what each saves against this model"
    )
    parser.add_argument(
        "--tokens",
        default=MIX,
        metavar="IN:OUT",
        help=f"compare prices by a call of this size (default: {MIX})",
    )


@dataclass(frozen=True, slots=True)
class PriceList:
    """Quotes of the models that are shown, in their order."""

    mix: Mix
    quotes: tuple[Quote, ...]
    baseline: Quote | None = None
    unknown: int = 0
    compares: bool = False

    def cells(self, one: Quote) -> list[str]:
        """Rates in and out, and with a baseline the call and what it saves."""
        cells = [rate_words(one.price)]
        if self.baseline is not None:
            saved = saving(one, self.baseline)
            cells += ["?" if one.usd is None else dollars(one.usd), str(saved or "?")]
        return cells

    def to_json(self, one: Quote) -> dict[str, Any]:
        """`price` in US dollars per million tokens, `cost` of the compared call."""
        price = None if one.price is None else price_to_json(one.price)
        told: dict[str, Any] = {
            "free": one.price is not None and one.price.free,
            "price": price,
            "cost": None if one.usd is None else format(one.usd, "f"),
        }
        if self.baseline is not None:
            saved = saving(one, self.baseline)
            told["saving_usd"] = None if saved is None else format(saved.usd, "f")
            percent = None if saved is None else saved.percent
            told["saving_percent"] = None if percent is None else float(percent)
        return told

    def narrate(self) -> None:
        """By what was compared, what is left out, and how old the prices are."""
        if self.compares:
            against = f", against {self.baseline.model}" if self.baseline else ""
            narrate(f"compared by a call of {self.mix}{against}")
        if any(one.price is not None and one.price.tiers for one in self.quotes):
            narrate("+: long prompts cost more (--json tells how much)")
        if self.unknown:
            narrate(f"left out: {self.unknown} models of unknown price")
        lists = {
            (one.price.source, one.price.date)
            for one in self.quotes
            if one.price is not None and not one.price.free
        }
        narrate("prices: US dollars per million tokens, in/out")
        for source, day in sorted(lists, key=str):
            narrate(f"prices by {source}{_age(day)}")


def price_list(args: argparse.Namespace, models: Iterable[ModelRef], lab: Lab) -> PriceList:
    """The models that the options ask for, with their prices; raises `LabError` of kind `usage`."""
    mix = Mix.parse(args.tokens)
    baseline = _baseline(args.baseline, mix, lab)
    quotes = [quote(model, lab.models.price(model), mix) for model in models]
    if args.cheapest is None:
        return PriceList(mix, tuple(quotes), baseline, compares=baseline is not None)
    if args.cheapest < 1:
        raise LabError(ErrorKind.USAGE, "--cheapest is a number of models", "1 or more")
    real = [one for one in quotes if not lab.models.providers[one.model.provider].simulated]
    unknown = sum(one.usd is None for one in real)
    return PriceList(mix, tuple(cheapest(real, args.cheapest)), baseline, unknown, compares=True)


def _baseline(name: str | None, mix: Mix, lab: Lab) -> Quote | None:
    if name is None:
        return None
    model = lab.models.find(name)
    found = quote(model, lab.models.price(model), mix)
    if found.usd is None:
        hint = "take another baseline, or say in config.toml what it costs"
        raise LabError(ErrorKind.USAGE, f"nobody knows what {model} costs", hint)
    return found


def _age(day: str | None) -> str:
    if day is None:
        return ""
    days = (date.today() - date.fromisoformat(day)).days
    return f", {day}" + (f" ({days} days old)" if days > 1 else "")
