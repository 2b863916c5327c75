"""Budgets and plans as a face sees them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from datetime import datetime

from tui_lab.core.budget import Limit, LimitState
from tui_lab.core.refs import ModelRef
from tui_lab.engine.gates import BudgetGate, PlanGate
from tui_lab.engine.thread import LoopThread
from tui_lab.settings import Settings
from tui_lab.store.store import Store


class LabBudgets:
    """What may be spent, and which models may be asked, in the workspace that is open."""

    def __init__(
        self,
        settings: Settings,
        plans: PlanGate,
        gate: BudgetGate,
        *,
        store: Store,
        thread: LoopThread,
        workspace: Callable[[], str],
        now: Callable[[], datetime],
    ) -> None:
        self._settings = settings
        self._plans = plans
        self._gate = gate
        self._store = store
        self._thread = thread
        self._workspace = workspace
        self._now = now

    def states(self) -> Future[tuple[LimitState, ...]]:
        """Every limit that holds here: everyone's, the workspace's, and those of all providers;
        with what is spent and reserved of it now. Raises `LabError` in the future.
        """
        return self._thread.call(self._store.limit_states(self.limits, self._now()))

    @property
    def limits(self) -> tuple[Limit, ...]:
        """Those that `states` tells of."""
        workspace = self._workspace()
        return tuple(
            limit for limit in self._settings.limits() if limit.scope.workspace in (None, workspace)
        )

    @property
    def alerts(self) -> tuple[str, ...]:
        """Shares of limits that runs of this lab were the first to reach, in words, in order."""
        return self._gate.alerts

    @property
    def plan(self) -> str:
        """The plan of the workspace, with its last day if it has one."""
        plan, expires = self._settings.plan_of(self._workspace())
        return plan if expires is None else f"{plan}, until {expires}"

    def conditions(self, models: Sequence[ModelRef]) -> Future[dict[ModelRef, str]]:
        """Those of the models that the plan does not let be asked, and what they need."""
        return self._thread.call(self._conditions(models))

    async def _conditions(self, models: Sequence[ModelRef]) -> dict[ModelRef, str]:
        workspace = self._workspace()
        found = {model: await self._plans.condition(workspace, model) for model in models}
        return {model: words for model, words in found.items() if words is not None}
