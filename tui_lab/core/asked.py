"""Whom a prompt is for: models by name, strategies that find some, and who stands in for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

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
    repeat: int = 1

    def __bool__(self) -> bool:
        """Whether anybody is asked."""
        return bool(self.models or self.routes)

    @property
    def words(self) -> str:
        """`openai/gpt-4o, auto · if it fails: groq/llama-3.3, the next by best`."""
        instead = [*map(str, self.fallbacks)]
        if self.strategy is not None:
            instead.append(f"the next by {self.strategy}")
        lanes = ", ".join(map(str, (*self.models, *self.routes)))
        if self.repeat > 1:
            lanes += f" · {self.repeat} times"
        return f"{lanes} · if it fails: {', '.join(instead)}" if instead else lanes

    def to_json(self) -> dict[str, Any]:
        return {
            "models": [str(model) for model in self.models],
            "routes": [route.value for route in self.routes],
            "fallbacks": [str(model) for model in self.fallbacks],
            "strategy": self.strategy.value if self.strategy else None,
            "repeat": self.repeat,
        }

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> Asked:
        """`models` alone will do."""
        strategy = told.get("strategy")
        return cls(
            tuple(map(ModelRef.parse, told["models"])),
            tuple(map(Strategy, told.get("routes", ()))),
            tuple(map(ModelRef.parse, told.get("fallbacks", ()))),
            Strategy(strategy) if strategy else None,
            told.get("repeat", 1),
        )


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
    """Whom the runs of a batch were to ask, lane by lane, and how often each."""
    each = [asked_of(run) for run in sorted(batch, key=lambda run: run.lane)]
    return Asked(
        tuple(dict.fromkeys(model for one in each for model in one.models)),
        tuple(dict.fromkeys(route for one in each for route in one.routes)),
        each[0].fallbacks,
        next((one.strategy for one in each if one.strategy is not None), None),
        len({run.repeat for run in batch}),
    )
