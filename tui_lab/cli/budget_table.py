"""Budgets as `tui-lab stats --budgets` prints them."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from tui_lab.cli.output import print_json, print_table, print_text
from tui_lab.core.budget import LimitState, moment
from tui_lab.core.money import dollars
from tui_lab.core.value_json import format_time

_HEADINGS = ("budget", "limit", "spent", "reserved", "left", "resets")


def print_budgets(states: Sequence[LimitState], *, as_json: bool) -> None:
    if as_json:
        print_json({"items": [budget_to_json(state) for state in states], "next": None})
    elif states:
        print_table([_HEADINGS, *map(_cells, states)])
    else:
        print_text("no budgets: set budgets.day in config.toml, or TUI_LAB_BUDGETS__DAY")


def budget_to_json(state: LimitState) -> dict[str, Any]:
    """Money as decimal strings, exact. A limit of each run has neither sums nor an end."""
    limit, resets_at = state.limit, state.resets_at
    return {
        "setting": limit.setting,
        "period": limit.period.value,
        "workspace": limit.scope.workspace,
        "provider": limit.scope.provider,
        "action": limit.over.value,
        "limit_usd": _exact(limit.usd),
        "spent_usd": _exact(state.spent),
        "estimated_usd": _exact(state.estimated),
        "reserved_usd": _exact(state.reserved),
        "left_usd": _exact(state.left),
        "percent": float(round(state.share, 1)),
        "resets_at": format_time(resets_at) if resets_at else None,
    }


def _exact(usd: Decimal) -> str:
    return f"{usd.normalize():f}"


def _cells(state: LimitState) -> tuple[str, ...]:
    limit, at = state.limit, state.resets_at
    if at is None:
        return limit.setting, dollars(limit.usd), "each run", "", "", ""
    money = (limit.usd, state.spent, state.reserved, state.left)
    usd, spent, reserved, left = map(dollars, money)
    return (
        limit.setting,
        usd,
        f"{spent} ({state.share:.0f}%)",
        reserved,
        left,
        moment(at, limit.zone),
    )
