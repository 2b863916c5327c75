"""The budgets as they stand: other programs spend the same money."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

from tui_lab.core.errors import LabError

if TYPE_CHECKING:
    from tui_lab.core.budget import LimitState
    from tui_lab.lab import Lab
    from tui_lab.ui.text.budget_words import BudgetWords


class BudgetWatch:
    """`states` as they were seen last; `words` is what the header says, None without budgets."""

    def __init__(self) -> None:
        self.states: tuple[LimitState, ...] = ()
        self.words: BudgetWords | None = None

    async def look(self, lab: Lab) -> bool:
        """Looks at them anew; whether they have changed."""
        from tui_lab.ui.text.budget_words import budget_words

        before = self.states
        if lab.budgets.limits:
            with suppress(LabError):  # the banner tells what the history cannot do
                self.states = await asyncio.wrap_future(lab.budgets.states())
        else:
            self.states = ()
        self.words = budget_words(self.states)
        return self.states != before
