"""Whom a prompt is for: models by name, strategies that find some, and who stands in for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tui_lab.core.record import RunRecord
from tui_lab.core.refs import ModelRef
from tui_lab.core.routing import Strategy


@dataclass(frozen=True, slots=True)
class Asked:
    """A lane for each of `models` and of `routes`; the rest as in `Draft`."""

    models: tuple[ModelRef, ...] = ()
    routes: tuple[Strategy, ...] = ()
    fallbacks: tuple[ModelRef, ...] = ()
    strategy: Strategy | None = None

    def __bool__(self) -> bool:
        """Whether anybody is asked."""
        return bool(self.models or self.routes)


def asked_of(record: RunRecord) -> Asked:
    """Whom a run was to ask. A strategy finds the others by itself, so that its candidates are no
    fallbacks."""
    route = record.route or {}
    named = tuple(ModelRef.parse(name) for name in route.get("fallbacks") or ())
    if record.model in tuple(Strategy):
        return Asked(routes=(Strategy(record.model),), fallbacks=named)
    model = ModelRef.parse(record.model)
    if route.get("strategy") in tuple(Strategy):
        return Asked((model,), fallbacks=named, strategy=Strategy(route["strategy"]))
    candidates = (ModelRef(one["provider"], one["model"]) for one in route.get("candidates") or ())
    return Asked((model,), fallbacks=tuple(one for one in candidates if one != model))


def asked_together(batch: Sequence[RunRecord]) -> Asked:
    """Whom the runs of a batch were to ask, lane by lane, each once."""
    each = [asked_of(run) for run in sorted(batch, key=lambda run: run.lane)]
    return Asked(
        tuple(dict.fromkeys(model for one in each for model in one.models)),
        tuple(dict.fromkeys(route for one in each for route in one.routes)),
        each[0].fallbacks,
        next((one.strategy for one in each if one.strategy is not None), None),
    )
