"""Whom strategies would ask a prompt, found out without asking anybody."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from textual.app import App

from tui_lab.core.asked import Asked
from tui_lab.core.errors import LabError
from tui_lab.core.routing import RoutePlan, Strategy

if TYPE_CHECKING:
    from tui_lab.core.draft import Draft
    from tui_lab.lab import Lab
    from tui_lab.ui.widgets.prompt_pane import PromptPane


async def plans_of(lab: Lab, prompt: PromptPane, workspace: str) -> Mapping[Strategy, RoutePlan]:
    """A plan for each strategy that has a lane; none while the prompt cannot be run."""
    try:
        draft = prompt.draft(workspace)
        return {route: await plan_of(lab, draft, route) for route in draft.routes}
    except LabError:
        return {}


async def plan_of(lab: Lab, draft: Draft, strategy: Strategy) -> RoutePlan:
    """Raises `LabError` where what is needed for it cannot be read."""
    alone = replace(draft, models=(), routes=(), strategy=strategy)
    return await asyncio.wrap_future(lab.routing.plan(alone))


async def choose_by_route(app: App[Any], lab: Lab, draft: Draft) -> Asked | None:
    """What is chosen from the plan, which is shown by the draft's strategy. In a worker."""
    from tui_lab.ui.dialogs.route_panel import RoutePanel

    first = draft.routes[0] if draft.routes else draft.strategy or lab.routing.strategy
    chosen = await app.push_screen_wait(
        RoutePanel(lambda strategy: plan_of(lab, draft, strategy), first)
    )
    if chosen is None:
        return None
    if isinstance(chosen, Strategy):
        return Asked(routes=(chosen,), fallbacks=draft.fallbacks)
    return Asked((chosen,), fallbacks=draft.fallbacks, strategy=draft.strategy)
