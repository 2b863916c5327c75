"""Routes as a face sees them: who would answer, and why, before anybody is asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass

from tui_lab.core.draft import Draft
from tui_lab.core.messages import Message
from tui_lab.core.refs import ModelRef
from tui_lab.core.routing import Level, RoutePlan, Strategy
from tui_lab.engine.candidates import route_plan
from tui_lab.engine.gates import PlanGate
from tui_lab.engine.thread import LoopThread
from tui_lab.lab.models import LabModels
from tui_lab.lab.router import Router
from tui_lab.lab.survey import NO_MORE, Demand
from tui_lab.settings import Settings


@dataclass(frozen=True, slots=True)
class Coverage:
    """Which model of a provider would answer prompts of this level under a plan; or, where `model`
    is None, the reason why there is none.
    """

    plan: str
    provider: str
    level: Level
    model: ModelRef | None
    reason: str


class LabRouting:
    """Who would answer, in the workspace that is open."""

    def __init__(
        self,
        router: Router,
        models: LabModels,
        plans: PlanGate,
        settings: Settings,
        *,
        thread: LoopThread,
        workspace: Callable[[], str],
    ) -> None:
        self._router = router
        self._models = models
        self._plans = plans
        self._settings = settings
        self._thread = thread
        self._workspace = workspace

    @property
    def strategy(self) -> Strategy:
        """What is gone by where nobody says a strategy."""
        return self._settings.preferences_of(self._workspace()).strategy or Strategy.AUTO

    def plan(
        self, draft: Draft, first: ModelRef | None = None, demand: Demand = NO_MORE
    ) -> Future[RoutePlan]:
        """Calls nobody (see `Router.plan`)."""
        return self._thread.call(self._router.plan(draft, first, demand))

    def first_asked(self, draft: Draft) -> Future[tuple[ModelRef, ...]]:
        """Whom each lane asks first; a lane for which nobody is found is left out."""

        async def first_asked() -> tuple[ModelRef, ...]:
            asked: list[ModelRef] = []
            for lane in map(draft.of_lane, range(len(draft.lanes))):
                found = lane.models or await self._best(lane)
                asked += found
            return tuple(asked)

        return self._thread.call(first_asked())

    async def _best(self, draft: Draft) -> tuple[ModelRef, ...]:
        plan = await self._router.plan(draft)
        return tuple(one.model for one in plan.candidates[:1])

    def candidates(self, lane: Draft) -> Future[RoutePlan]:
        """All whom the runs of one lane may ask, in order, fallbacks among them; calls nobody."""
        return self._thread.call(route_plan(lane, self._router))

    def coverage(self) -> Future[list[Coverage]]:
        """Every plan with every provider and level, plans from the least to the most."""
        return self._thread.call(self._coverage())

    async def _coverage(self) -> list[Coverage]:
        hello = (Message.of("user", "Hello"),)
        draft = Draft((), hello, workspace=self._workspace(), strategy=Strategy.AUTO)
        found: list[Coverage] = []
        for plan in self._plans.plan_names:
            for level in Level:
                route = await self._router.plan(
                    draft, demand=Demand(level=level), plans=self._plans.under(plan)
                )
                found += self._covered(plan, level, route)
        return found

    def _covered(self, plan: str, level: Level, route: RoutePlan) -> Iterator[Coverage]:
        for provider in self._models.providers:
            best = next((one for one in route.candidates if one.model.provider == provider), None)
            if best is not None:
                yield Coverage(plan, provider, level, best.model, "; ".join(best.reasons))
                continue
            reasons = [one.reason for one in route.excluded if one.model.provider == provider]
            reason = reasons[0] if reasons else "none of its models is known"
            yield Coverage(plan, provider, level, None, reason)
