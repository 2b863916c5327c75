"""Where judging is begun: over the answers of the Lab, or over the whole history."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from concurrent.futures import Future
from random import Random
from typing import TYPE_CHECKING, Any

from textual.app import App

from tui_lab.core.errors import LabError
from tui_lab.core.judging import in_rounds
from tui_lab.core.record import RunRecord

if TYPE_CHECKING:
    from tui_lab.core.judging import Pair
    from tui_lab.lab import Lab
    from tui_lab.ui.host import Host

MOST_PAIRS = 100
"""Of the history, the newest: more are not judged at one go."""


async def judge_runs(app: App[Any], host: Host, lab: Lab, runs: Sequence[RunRecord]) -> None:
    """Every two of these that were never compared."""
    if pairs := await _read(host, lab.votes.unjudged_of(runs)):
        _judge(app, pairs)
    elif pairs is not None:
        host.say("every two of these answers are judged: v on the Stats screen tells the standings")


async def judge_history(app: App[Any], host: Host, lab: Lab) -> None:
    """Answers of this workspace that were never compared."""
    if pairs := await _read(host, lab.votes.unjudged(host.workspace, MOST_PAIRS)):
        _judge(app, pairs)
    elif pairs is not None:
        host.say("nothing to judge: it takes answers of two models to one prompt, run together")


async def _read(host: Host, pairs: Future[tuple[Pair, ...]]) -> tuple[Pair, ...] | None:
    """None, and a message, where the history cannot be read."""
    try:
        return await asyncio.wrap_future(pairs)
    except LabError as error:
        host.say_error(error)
        return None


def _judge(app: App[Any], pairs: Sequence[Pair]) -> None:
    from tui_lab.ui.screens.judge import JudgeScreen

    app.push_screen(JudgeScreen(in_rounds(pairs, Random()), app.current_mode))  # noqa: S311
