"""Who may answer a draft, best first: everything that is known of models, put in order."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace

from tui_lab.core.draft import Draft
from tui_lab.core.errors import LabError
from tui_lab.core.refs import ModelRef
from tui_lab.core.routing import Complexity, Exclusion, Ratings, RoutePlan, Strategy
from tui_lab.engine.gates import PlanGate
from tui_lab.engine.standing import Standing
from tui_lab.lab.models import LabModels
from tui_lab.lab.survey import NO_MORE, Demand, Survey
from tui_lab.routing.quality import QualityTable, load_quality
from tui_lab.routing.strategies import in_order
from tui_lab.settings import Settings

RatingsOf = Callable[[str], Awaitable[Mapping[str, Ratings]]]
"""How a workspace has rated models, by their full names. May raise `LabError`."""


class Router:
    """Plans routes. It belongs to the engine's loop; what takes time is done beside that."""

    def __init__(
        self,
        models: LabModels,
        plans: PlanGate,
        settings: Settings,
        *,
        ratings_of: RatingsOf,
        standing: Standing,
    ) -> None:
        self._models = models
        self._plans = plans
        self._settings = settings
        self._table: QualityTable | None = None
        self._ratings_of = ratings_of
        self._standing = standing
        self._has_looked_around = False

    async def plan(
        self,
        draft: Draft,
        first: ModelRef | None = None,
        demand: Demand = NO_MORE,
        plans: PlanGate | None = None,
    ) -> RoutePlan:
        """The candidates by the draft's strategy (none said: the settings', else `auto`), and
        everybody else with the reason.

        `first`, else what the settings pin, is candidate number one if it can answer, whatever
        speaks for others. `plans` is asked instead of the gate of the workspace's own plan.
        """
        if not self._has_looked_around:  # only a server on this machine knows which models it has
            await self._models.find_local()
            self._has_looked_around = True
        await self._standing.load()
        preferences = self._settings.preferences_of(draft.workspace)
        first = first or preferences.pinned
        ratings = await self._ratings(draft.workspace)

        def begin() -> Survey:
            self._table = self._table or load_quality()
            return Survey(
                draft,
                first,
                demand,
                models=self._models,
                settings=self._settings,
                table=self._table,
                ratings=ratings,
            )

        survey = await asyncio.to_thread(begin)
        present, absent = await asyncio.to_thread(survey.present)
        refused = await self._refused(draft.workspace, present, plans or self._plans)
        allowed = [model for model in present if model not in refused]
        options, unfit = await asyncio.to_thread(survey.fitting, allowed)
        strategy = draft.strategy or preferences.strategy or Strategy.AUTO
        complexity = await asyncio.to_thread(_complexity, draft)
        level = complexity.level if demand.level is None else demand.level
        health_of = self._standing.health_of
        return RoutePlan(
            in_order(
                [replace(option, health=health_of(option.model)) for option in options],
                strategy,
                level,
                first,
                None if first is None else survey.quality(first).family,
            ),
            (*unfit, *(Exclusion(*pair) for pair in refused.items()), *absent),
            strategy,
            complexity,
        )

    async def _refused(
        self, workspace: str, models: list[ModelRef], gate: PlanGate
    ) -> dict[ModelRef, str]:
        refusals = {model: await gate.refusal(workspace, model) for model in models}
        return {model: error.message for model, error in refusals.items() if error is not None}

    async def _ratings(self, workspace: str) -> Mapping[str, Ratings]:
        try:
            return await self._ratings_of(workspace)
        except LabError:  # a history that cannot be read keeps nobody from asking
            return {}


def _complexity(draft: Draft) -> Complexity:
    from tui_lab.routing.complexity import complexity_of  # its patterns take a while to compile

    return complexity_of(draft.messages)
