"""The budgets as they stand: other programs spend the same money."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Protocol

from tui_lab.core.errors import LabError

if TYPE_CHECKING:
    from tui_lab.core.budget import LimitState
    from tui_lab.lab import Lab
    from tui_lab.ui.text.budget_words import BudgetWords


class Say(Protocol):
    def __call__(self, text: str, *, warning: bool = ...) -> None: ...


class BudgetWatch:
    """`states` as they were seen last; `words` is what the header says, None without budgets.

    `on_change` is called when they are others, and alerts are said.
    """

    def __init__(self, on_change: Callable[[], None], say: Say) -> None:
        self.states: tuple[LimitState, ...] = ()
        self.words: BudgetWords | None = None
        self._on_change = on_change
        self._say = say
        self._said = 0

    async def look(self, lab: Lab) -> None:
        """Looks at them anew."""
        from tui_lab.ui.text.budget_words import budget_words

        before = self.states
        if lab.budgets.limits:
            with suppress(LabError):  # the banner tells what the history cannot do
                self.states = await asyncio.wrap_future(lab.budgets.states())
        else:
            self.states = ()
        self.words = budget_words(self.states)
        if self.states != before:
            self._on_change()
        alerts = lab.budgets.alerts
        news, self._said = alerts[self._said :], len(alerts)
        if news:
            self._say(" · ".join(news), warning=True)
