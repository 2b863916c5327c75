"""Whom a run may ask, in which order: those the person named, then those a strategy finds."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Protocol

from tui_lab.core.draft import Draft
from tui_lab.core.refs import ModelRef
from tui_lab.core.routing import Candidate, RoutePlan


class Router(Protocol):
    async def plan(self, draft: Draft, first: ModelRef | None) -> RoutePlan:
        """Candidates by the strategy of the draft, the best first, before `first` was asked."""
        ...


async def route_plan(draft: Draft, router: Router | None) -> RoutePlan:
    """All candidates of one lane, each once: its model, else the best that its strategy finds; the
    fallbacks; the others that the strategy finds.
    """
    first = draft.models[0] if draft.models else None
    named = [Candidate(first, reasons=("asked for",))] if first is not None else []
    named += [Candidate(model, reasons=("named as a fallback",)) for model in draft.fallbacks]
    if draft.strategy is None:
        return RoutePlan(_each_once(named))
    assert router is not None, "nobody looks for candidates here"
    found = await router.plan(draft, first)
    told = {one.model: one for one in found.candidates}
    named = [told.get(one.model, one) for one in named]
    best = found.candidates[:1] if first is None else ()
    candidates = _each_once((*best, *named, *found.candidates))
    chosen = {one.model for one in candidates}
    excluded = tuple(one for one in found.excluded if one.model not in chosen)
    return RoutePlan(candidates, excluded, draft.strategy, found.complexity)


def route_json(plan: RoutePlan, fallbacks: Iterable[ModelRef] = ()) -> dict[str, Any]:
    """The `route` of a record; its reasons are those of the first candidate."""
    reasons = plan.candidates[0].reasons if plan.candidates else ()
    named = {"reasons": list(reasons), "fallbacks": [str(model) for model in fallbacks]}
    return plan.to_json() | named


def _each_once(candidates: Iterable[Candidate]) -> tuple[Candidate, ...]:
    once: dict[ModelRef, Candidate] = {}
    for one in candidates:
        once.setdefault(one.model, one)
    return tuple(once.values())
