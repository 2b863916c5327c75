"""A budget as a bar and in words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

from textual.content import Content

from tui_lab.core.budget import LimitState, OverBudget, Period, moment
from tui_lab.core.money import dollars
from tui_lab.core.sanitise import sanitise_line
from tui_lab.ui.text.budget_words import NEAR
from tui_lab.ui.text.run_line import fitted

SPENT, RESERVED, LEFT = "█", "▒", "░"
_NAMES = {Period.RUN: "each run", Period.DAY: "today", Period.MONTH: "this month"}


def gauge_name(state: LimitState) -> str:
    """`today · openai`; everyone's has the period alone."""
    scope = state.limit.scope
    whose = scope.provider or scope.workspace
    return sanitise_line(" · ".join([_NAMES[state.limit.period], *([whose] if whose else [])]))


def gauge_line(
    state: LimitState, width: int, *, name_cells: int, bar_cells: int, now: datetime
) -> Content:
    """One line; what does not fit is left out from the right."""
    sign, ink = _standing(state)
    name = fitted(gauge_name(state), name_cells)
    if state.limit.period is Period.RUN:
        blocks = "blocks" if state.limit.over is OverBudget.BLOCK else "warns of"
        words = f"{blocks} a run that may cost more than {dollars(state.limit.usd)}"
        return Content.assemble(name, "  ", words).truncate(width, ellipsis=True)
    bar = Content.styled(bar_of(state, bar_cells), ink)
    percent = Content.styled(f"{sign} {state.share:>3.0f}%", f"bold {ink}")
    line = Content.assemble(name, "  ", bar, " ", percent)
    for words in _words(state, now):
        longer = Content.assemble(line, " · ", words)
        if longer.cell_length > width:
            break
        line = longer
    return line


def bar_of(state: LimitState, cells: int) -> str:
    """What is spent, reserved and left of it; whatever is not nothing has a cell, while there is
    room.
    """
    usd = state.limit.usd
    if usd <= 0:
        return SPENT * cells

    def share(part: Decimal, room: int) -> int:
        return min(room, max(round(part * cells / usd), 1 if part else 0))

    spent = share(state.spent, cells)
    reserved = share(state.reserved, cells - spent)
    return SPENT * spent + RESERVED * reserved + LEFT * (cells - spent - reserved)


def _standing(state: LimitState) -> tuple[str, str]:
    """A sign, so that colour is not all that tells, and a colour of the theme."""
    if state.share >= 100:
        return "■", "$error"
    return ("!", "$warning") if state.share >= NEAR else (" ", "$success")


def _words(state: LimitState, now: datetime) -> Iterator[str]:
    yield f"{dollars(state.spent)} spent of {dollars(state.limit.usd)}"
    if state.reserved:
        yield f"{dollars(state.reserved)} reserved"
    if state.resets_at is not None:
        yield f"resets {_until(state.resets_at, now)}"
        if state.estimated:
            yield f"{dollars(state.estimated)} estimated"
        yield f"at {moment(state.resets_at, state.limit.zone)}"
    yield "then blocks runs" if state.limit.over is OverBudget.BLOCK else "then warns"


def _until(at: datetime, now: datetime) -> str:
    seconds = (at - now).total_seconds()
    for unit, name, least in ((86_400, "days", 172_800), (3_600, "h", 3_600), (60, "min", 60)):
        if seconds >= least:
            return f"in {seconds / unit:.0f} {name}"
    return "now"
