"""The plans that there are: `plans.toml`."""

from __future__ import annotations

import tomllib
from decimal import Decimal
from importlib.resources import files
from typing import Any

from tui_lab.core.plan import Plans, Rule


def load_plans() -> Plans:
    """The plans that come with the lab."""
    return read_plans(files("tui_lab.models").joinpath("plans.toml").read_text("utf-8"))


def read_plans(text: str) -> Plans:
    """Plans from TOML. Raises `ValueError`, `LookupError` or `TypeError` for what are none."""
    tables = tomllib.loads(text, parse_float=Decimal)
    classes = {row["name"]: row.get("most") for row in tables["price_classes"]}
    return Plans(
        plans={row["name"]: tuple(map(_rule, row["rules"])) for row in tables["plans"]},
        price_classes={
            name: None if most is None else Decimal(most) for name, most in classes.items()
        },
    )


def _rule(row: dict[str, Any]) -> Rule:
    prices, hosts, families = row.get("prices"), row.get("hosts"), row.get("families")
    unknown = row.keys() - {"prices", "hosts", "families"}
    if unknown:
        raise ValueError(f"a rule of a plan has no condition {', '.join(sorted(unknown))}")
    return Rule(
        prices=None if prices is None else frozenset(prices),
        hosts=None if hosts is None else frozenset(hosts),
        families=None if families is None else tuple(families),
    )
