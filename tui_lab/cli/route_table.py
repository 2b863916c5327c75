"""Routes as tables for people, and what of them stands in JSON beside the plan."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any

from tui_lab.core.estimate import in_total
from tui_lab.core.money import dollars
from tui_lab.core.routing import Candidate, Exclusion, Level, RoutePlan

if TYPE_CHECKING:
    from tui_lab.lab.routing import Coverage

MOST_NAMED = 3
"""Models that a line of exclusions names; the others it counts."""


def route_rows(plan: RoutePlan, times: int) -> Iterator[list[str]]:
    """A row for each candidate: place, model, tier, score, what it may cost, why it is there.

    With several runs the cost is that of all of them, likely and at most.
    """
    for place, one in enumerate(plan.candidates, 1):
        reasons = [*one.reasons, *(f"also {model}" for model in one.equivalents)]
        cells = [f"{place}.".rjust(3), str(one.model), one.tier or "", f"{one.score:.3f}"]
        yield [*cells, *([_total(one, times)] if times > 1 else []), "; ".join(reasons)]


def excluded_lines(plan: RoutePlan) -> Iterator[str]:
    """`not openai/gpt-5.4, openai/gpt-4o and 3 more: OpenAI has no key`."""

    def reason(one: Exclusion) -> str:
        return one.reason

    for why, group in groupby(sorted(plan.excluded, key=reason), key=reason):
        models = [str(one.model) for one in group]
        more = f" and {len(models) - MOST_NAMED} more" if len(models) > MOST_NAMED else ""
        yield f"not {', '.join(models[:MOST_NAMED])}{more}: {why}"


def total_json(one: Candidate, times: int) -> dict[str, Any]:
    """US dollars of all runs; null where nobody knows the price."""
    if one.estimate is None or one.estimate.unknown:
        return {"likely": None, "cap": None}
    total = in_total([one.estimate], times)
    return {"likely": format(total.likely, "f"), "cap": format(total.cap, "f")}


def coverage_rows(found: Sequence[Coverage]) -> Iterator[list[str]]:
    """A row for each plan and provider: its model for each level, and why there is none."""
    yield ["plan", "provider", *(level.word for level in Level), ""]

    def row_of(one: Coverage) -> tuple[str, str]:
        return one.plan, one.provider

    order = {one.plan: place for place, one in enumerate(found)}
    in_rows = sorted(found, key=lambda one: (order[one.plan], one.provider, one.level))
    for names, group in groupby(in_rows, key=row_of):
        levels = [*group]
        none = dict.fromkeys(one.reason for one in levels if one.model is None)
        models = [one.model.model if one.model else "none" for one in levels]
        yield [*names, *models, "; ".join(none)]


def coverage_json(one: Coverage) -> dict[str, Any]:
    return {
        "plan": one.plan,
        "provider": one.provider,
        "level": one.level.word,
        "model": None if one.model is None else str(one.model),
        "reason": one.reason,
    }


def _total(one: Candidate, times: int) -> str:
    if one.estimate is None or one.estimate.unknown:
        return "?"
    total = in_total([one.estimate], times)
    return f"~{dollars(total.likely)} ≤{dollars(total.cap)} in all"
