"""The budget that matters most, in the words of the header."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tui_lab.core.budget import LimitState, Period
from tui_lab.core.money import dollars
from tui_lab.core.sanitise import sanitise_line

NEAR = 80
"""Per cent of a budget from which it is marked."""

_WHEN = {Period.DAY: "today", Period.MONTH: "this month"}


@dataclass(frozen=True, slots=True)
class BudgetWords:
    """`long` and `short` say the same; `ink` is a colour of the theme, empty for the usual one.

    A budget that is nearly or wholly spent has a sign, so that colour is not all that tells.
    """

    long: str
    short: str
    ink: str = ""


def budget_words(states: Sequence[LimitState]) -> BudgetWords | None:
    """`$0.42 of $5.00 today`, of the budget that is spent the furthest; None without budgets."""
    counted = [state for state in states if state.limit.period is not Period.RUN]
    if not counted:
        return None
    state = max(counted, key=lambda state: state.share)
    limit = state.limit
    sign, ink = "", ""
    if state.share >= 100:
        sign, ink = "■ ", "$error"
    elif state.share >= NEAR:
        sign, ink = "! ", "$warning"
    provider = f"{limit.scope.provider} " if limit.scope.provider else ""
    money = f"{dollars(state.spent)} of {dollars(limit.usd)}"
    return BudgetWords(
        sanitise_line(f"{sign}{provider}{money} {_WHEN[limit.period]}"),
        f"{sign}{state.share:.0f}%",
        ink,
    )
