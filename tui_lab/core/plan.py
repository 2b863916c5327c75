"""Plans: which models a workspace may ask, by what the models are, never by a list of names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fnmatch import fnmatchcase

from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.core.refs import ModelRef


@dataclass(frozen=True, slots=True)
class PlanModel:
    """A model as a plan sees it.

    `family` is its id without date and variant, `output_price` US dollars for a million output
    tokens: 0 on this machine and in the sandbox, None where unknown.
    """

    model: ModelRef
    family: str
    output_price: Decimal | None


@dataclass(frozen=True, slots=True)
class Rule:
    """Allows the models for which all its conditions hold; None: no condition.

    `prices` are price classes, `hosts` ids of providers, `families` patterns as of file names.
    """

    prices: frozenset[str] | None = None
    hosts: frozenset[str] | None = None
    families: tuple[str, ...] | None = None

    def allows(self, model: PlanModel, price_class: str | None) -> bool:
        return (
            (self.prices is None or price_class in self.prices)
            and (self.hosts is None or model.model.provider in self.hosts)
            and (
                self.families is None
                or any(fnmatchcase(model.family, pattern) for pattern in self.families)
            )
        )


@dataclass(frozen=True, slots=True)
class Plans:
    """All plans by name, from the least to the most, and the classes of prices.

    `price_classes` gives the highest price of each, US dollars for a million output tokens, in
    rising order; None: no price is too high.
    """

    plans: Mapping[str, tuple[Rule, ...]]
    price_classes: Mapping[str, Decimal | None]

    def price_class(self, model: PlanModel) -> str | None:
        """None where nobody knows the price."""
        price = model.output_price
        if price is None:
            return None
        return next(
            name for name, most in self.price_classes.items() if most is None or price <= most
        )

    def allows(self, plan: str, model: PlanModel) -> bool:
        price_class = self.price_class(model)
        return any(rule.allows(model, price_class) for rule in self.plans[plan])

    def is_open(self, plan: str) -> bool:
        """Whether the plan allows every model, whatever it is."""
        return Rule() in self.plans[plan]

    def lowest(self, model: PlanModel) -> str | None:
        """The first plan that allows the model."""
        return next((name for name in self.plans if self.allows(name, model)), None)

    def check(self, plan: str, model: PlanModel) -> None:
        """Raises `LabError` of kind `policy` for a model that the plan does not allow."""
        if self.allows(plan, model):
            return
        enough = self.lowest(model)
        hint = f"the plan {enough} allows it; or take another model" if enough else "take another"
        raise LabError(
            ErrorKind.POLICY,
            f"the plan {plan} does not allow {model.model}: {self.why(model)}",
            hint,
        )

    def why(self, model: PlanModel) -> str:
        """What a model is that a plan may not allow."""
        price_class, price = self.price_class(model), model.output_price
        if price_class is None or price is None:
            return "nobody knows what it costs"
        return f"it is a {price_class} model, ${price:,f} for a million output tokens"


def check_expiry(plan: str, expires: date | None, today: date) -> None:
    """Raises `LabError` of kind `policy` after the last day of a plan."""
    if expires is not None and today > expires:
        raise LabError(
            ErrorKind.POLICY,
            f"the plan {plan} has expired: its last day was {expires}",
            "set plan_expires to a later day, or another plan",
        )
