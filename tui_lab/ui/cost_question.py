"""Asks before a run that may cost more than the person wants to spend unasked."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from textual.app import App

from tui_lab.core.routing import Strategy

if TYPE_CHECKING:
    from tui_lab.core.draft import Draft
    from tui_lab.lab import Lab


async def cost_accepted(app: App[Any], lab: Lab, draft: Draft) -> bool:
    """Whether it may be run: nobody needs to be asked, or the answer was yes. In a worker."""
    if lab.settings.confirm_above(draft.workspace) is None:
        return True
    if draft.is_routed:
        first = await asyncio.wrap_future(lab.routing.first_asked(draft))
        draft = replace(draft, models=first, routes=(), strategy=draft.strategy or Strategy.AUTO)
    question = (await asyncio.wrap_future(lab.estimates.of(draft))).question
    if question is None:
        return True
    from tui_lab.ui.dialogs.question import Question

    text = f"{question[0].upper()}{question[1:]}. Run it?"
    accepted = await app.push_screen_wait(Question("What it may cost", text))
    return accepted is True
