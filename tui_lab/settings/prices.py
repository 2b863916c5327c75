"""Prices as a person sets them: they outrank every list."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Self

from pydantic import BeforeValidator, Field, model_validator

from tui_lab.core.price import Price, Rates
from tui_lab.settings.budgets import Day
from tui_lab.settings.table import Table

SOURCE = "config.toml"


def _rate(value: object) -> object:
    if isinstance(value, bool):
        raise ValueError("it should be US dollars, such as 0.15")
    return value


Rate = Annotated[Decimal, Field(ge=0, le=1_000_000, allow_inf_nan=False), BeforeValidator(_rate)]


class PriceSettings(Table):
    """What a model charges, in US dollars per million tokens; `request` is per call.

    `cached` and `cache_write` left out cost as `input`, `reasoning` as `output`. `date` is the day
    on which the person looked it up. Without `input` or `output` it is none.
    """

    input: Rate | None = None
    output: Rate | None = None
    cached: Rate | None = None
    cache_write: Rate | None = None
    reasoning: Rate | None = None
    request: Rate = Decimal(0)
    date: Day | None = None

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if self.input is None or self.output is None:
            raise ValueError("it should have input and output, in US dollars per million tokens")
        return self

    def price(self) -> Price:
        assert self.input is not None
        assert self.output is not None
        rates = Rates(self.input, self.output, self.cached, self.cache_write, self.reasoning)
        told = self.date.isoformat() if self.date else None
        return Price(rates, request=self.request, source=SOURCE, date=told)
