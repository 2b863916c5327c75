"""Budgets and plans as a person sets them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, tzinfo
from decimal import Decimal
from typing import Annotated, NamedTuple
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator, Field

from tui_lab.core.budget import (
    ASSUMED_OUTPUT,
    MOST_USD,
    BudgetRules,
    Limit,
    OverBudget,
    Period,
    Scope,
    UnknownCost,
)
from tui_lab.models.plans import load_plans
from tui_lab.settings.table import Table

DEFAULT_ZONE = "UTC"


def _amount(value: object) -> object:
    if isinstance(value, bool):
        raise ValueError("it should be an amount of US dollars, such as 5 or 0.25")
    return value


def zone_of(name: str) -> tzinfo:
    """Raises `OSError`, `ValueError` or `LookupError` for what is no time zone."""
    return UTC if name == "UTC" else ZoneInfo(name)


def _zone(name: str) -> str:
    try:
        zone_of(name)
    except (OSError, ValueError, LookupError):
        raise ValueError("it should be a time zone, such as Europe/Berlin or UTC") from None
    return name


def _plan(name: str) -> str:
    plans = [*load_plans().plans]
    if name not in plans:
        raise ValueError(f"it should be {', '.join(plans[:-1])} or {plans[-1]}")
    return name


def _day(value: object) -> object:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        return date.fromisoformat(value.strip())  # type: ignore[attr-defined]
    except (AttributeError, ValueError):
        raise ValueError("it should be a day, such as 2026-12-31") from None


Usd = Annotated[Decimal, Field(ge=0, le=MOST_USD, allow_inf_nan=False), BeforeValidator(_amount)]
Zone = Annotated[str, AfterValidator(_zone)]
PlanName = Annotated[str, AfterValidator(_plan)]
Day = Annotated[date, BeforeValidator(_day)]


class BudgetSettings(Table):
    """At most so many US dollars for a run, a day, a month.

    From `confirm` on the person is asked before anything is sent. `action` is what happens to a
    run that there is no room for, `unknown` what happens to one of unknown cost.
    `assume_output`: tokens that an answer is taken to need where `max_tokens` is not set.
    `timezone` says when a day ends. None: as `[budgets]` says it, else the default.
    """

    run: Usd | None = None
    day: Usd | None = None
    month: Usd | None = None
    confirm: Usd | None = None
    action: OverBudget | None = None
    unknown: UnknownCost | None = None
    assume_output: Annotated[int, Field(ge=1, le=10_000_000)] | None = None
    timezone: Zone | None = None

    def limits(self, setting: str, scope: Scope, general: BudgetSettings) -> Iterator[Limit]:
        """Its limits; `setting` is the name of this table."""
        over = self.action or general.action or OverBudget.BLOCK
        zone = zone_of(self.timezone or general.timezone or DEFAULT_ZONE)
        for period in Period:
            usd: Decimal | None = getattr(self, period.value)
            if usd is not None:
                yield Limit(f"{setting}.{period.value}", period, usd, scope, over, zone)


class OwnBudgets(NamedTuple):
    """What is set for a workspace or a provider, and by what name."""

    setting: str
    scope: Scope
    table: BudgetSettings


def budget_rules(general: BudgetSettings, own: Iterable[OwnBudgets]) -> BudgetRules:
    """What these come to together: every limit counts, and of what is set twice the stricter."""
    tables = [OwnBudgets("budgets", Scope(), general), *own]
    unknown = {one.table.unknown for one in tables}
    assumed = [tokens for one in tables[1:] if (tokens := one.table.assume_output) is not None]
    return BudgetRules(
        limits=tuple(
            limit for one in tables for limit in one.table.limits(one.setting, one.scope, general)
        ),
        unknown=UnknownCost.BLOCK if UnknownCost.BLOCK in unknown else UnknownCost.ALLOW,
        assume_output=max(assumed, default=general.assume_output or ASSUMED_OUTPUT),
    )
