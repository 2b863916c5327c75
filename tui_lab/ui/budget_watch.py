"""The budgets as they stand, for the header: other programs spend the same money."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from tui_lab.core.errors import LabError

if TYPE_CHECKING:
    from tui_lab.lab import Lab
    from tui_lab.ui.text.budget_words import BudgetWords


class BudgetWatch:
    """`words` is what the header says of them, None without budgets."""

    def __init__(self) -> None:
        self.words: BudgetWords | None = None

    async def look(self, lab: Lab) -> bool:
        """Looks at them anew; whether the header has something else to say."""
        from tui_lab.ui.text.budget_words import budget_words

        before, words = self.words, None
        if lab.budgets.counts:
            try:
                states = await asyncio.wrap_future(lab.budgets.states())
                words = budget_words(states)
            except LabError:  # the banner tells what the history cannot do
                words = before
        self.words = words
        return words != before
