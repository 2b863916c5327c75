"""Whom the prompt would be run against, in words: models, strategies, and who stands in."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING

from tui_lab.core.sanitise import sanitise_line

if TYPE_CHECKING:
    from tui_lab.core.asked import Asked
    from tui_lab.core.estimate import Estimate
    from tui_lab.core.refs import ModelRef
    from tui_lab.core.routing import RoutePlan, Strategy

Estimates = Mapping["ModelRef", "Estimate"]


class PromptAsked:
    """`plans` tells whom each strategy would ask, as far as that has been found out."""

    def __init__(self) -> None:
        self._asked: Asked | None = None
        self.plans: Mapping[Strategy, RoutePlan] = {}
        self._simulated: Collection[ModelRef] = ()

    @property
    def asked(self) -> Asked:
        if self._asked is None:
            from tui_lab.core.asked import Asked

            self._asked = Asked()
        return self._asked

    def take(self, asked: Asked, simulated: Collection[ModelRef]) -> None:
        self._asked, self._simulated = asked, simulated

    @property
    def models(self) -> tuple[ModelRef, ...]:
        """Those that were named to be asked first."""
        return self._asked.models if self._asked is not None else ()

    @property
    def routes(self) -> tuple[Strategy, ...]:
        return self._asked.routes if self._asked is not None else ()

    @property
    def count(self) -> str:
        """`2 models × 3`; a lane of a strategy is one, too."""
        lanes = len(self.models) + len(self.routes)
        times = f" × {self._repeat}" if self._repeat > 1 else ""
        return f"{lanes} model{'' if lanes == 1 else 's'}{times}"

    @property
    def _repeat(self) -> int:
        return self._asked.repeat if self._asked is not None else 1

    def words(self, estimates: Estimates) -> str:
        """`auto · would ask groq/llama-3.3 (~$0.0003) · if it fails: openai/gpt-4o`."""
        if not self.models and not self.routes:
            return "none chosen"
        lanes = [*self._model_words(estimates), *map(self._route_words, self.routes)]
        if self._all_simulated and len(lanes) > 1:  # said once: names need the room
            lanes = [f"simulated: {self.models[0]}", *map(str, self.models[1:])]
        instead = [*map(str, self.asked.fallbacks)]
        if self.asked.strategy is not None:
            instead.append(f"the next by {self.asked.strategy}")
        told = [", ".join(lanes), *([f"if it fails: {', '.join(instead)}"] if instead else [])]
        return sanitise_line(" · ".join(told))

    def total(self, estimates: Estimates) -> str:
        """What all lanes together may cost; empty where that is not known of each, or they are
        simulated."""
        told = [*self._likely(estimates)]
        lanes = len(self.models) + len(self.routes)
        if len(told) < lanes or self._all_simulated:
            return ""
        from tui_lab.core.estimate import in_total

        return in_total(told, self._repeat).words

    @property
    def _all_simulated(self) -> bool:
        return not self.routes and set(self.models) <= set(self._simulated)

    def _likely(self, estimates: Estimates) -> Iterator[Estimate]:
        yield from (estimates[model] for model in self.models if model in estimates)
        for route in self.routes:
            plan = self.plans.get(route)
            if plan is not None and plan.candidates and plan.candidates[0].estimate is not None:
                yield plan.candidates[0].estimate

    def _model_words(self, estimates: Estimates) -> Iterator[str]:
        alone = len(self.models) + len(self.routes) == 1
        for model in self.models:
            told = estimates.get(model)
            if model in self._simulated:
                yield f"{model} (simulated)"
            else:
                yield str(model) if alone or told is None else f"{model} {told.words}"

    def _route_words(self, route: Strategy) -> str:
        plan = self.plans.get(route)
        if plan is None:
            return route.value
        if not plan.candidates:
            return f"{route} · nobody can be asked"
        best = plan.candidates[0]
        cost = f" ({best.estimate.likely_words})" if best.estimate is not None else ""
        return f"{route} · would ask {best.model}{cost}"
