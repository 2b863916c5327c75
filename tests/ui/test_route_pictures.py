"""Routes as pictures: who would answer, and lanes whose first attempt failed."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.builders import a_record
from tests.ui.driving import Driver
from tests.ui.test_pictures import ANSWER, picture
from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.core.estimate import Estimate
from tui_lab.core.events import (
    AttemptFailed,
    Event,
    Planned,
    Routed,
    Stamped,
    Started,
    TextDelta,
    Waiting,
)
from tui_lab.core.refs import ModelRef
from tui_lab.core.routing import Candidate, Complexity, Exclusion, Level, RoutePlan, Strategy
from tui_lab.engine.tap import RunNews
from tui_lab.ui.dialogs.route_panel import RoutePanel

GROQ = ModelRef("groq", "llama-3.3-70b-versatile")
TOGETHER = ModelRef("together", "meta-llama/Llama-3.3-70B-Instruct-Turbo")
LIMITED = AttemptFailed(LabError(ErrorKind.RATE_LIMIT, "Slow down", "wait", status=429))
SIZES = pytest.mark.parametrize("size", [(120, 40), (80, 24)], ids=["120x40", "80x24"])


def a_candidate(model: ModelRef, score: float, usd: str) -> Candidate:
    likely = Decimal(usd)
    return Candidate(
        model,
        score,
        {"floor": 0.5, "cost": score - 0.66, "quality": 0.061, "health": 0.1, "speed": 0.025},
        ("quality 61", f"likely ${usd}"),
        Estimate(likely, likely, likely),
        "budget",
        (TOGETHER,) if model == GROQ else (GROQ,),
    )


PLAN = RoutePlan(
    (a_candidate(GROQ, 0.812, "0.00033"), a_candidate(TOGETHER, 0.806, "0.00037")),
    (
        *(Exclusion(ModelRef("openai", f"gpt-{n}"), "OpenAI has no key") for n in range(5)),
        Exclusion(ModelRef("ollama", "llama3"), "Ollama is not running"),
    ),
    Strategy.AUTO,
    Complexity(Level.COMPLEX, 42.4, 0.98, ("13 words: +8.4", "asked to program: +25")),
)


@SIZES
def test_who_would_answer(snap_compare: Any, tmp_path: Path, size: tuple[int, int]) -> None:
    async def plan(strategy: Strategy) -> RoutePlan:
        return PLAN

    async def panel(lab: Driver) -> None:
        await lab.app.push_screen(RoutePanel(plan, Strategy.AUTO))

    assert picture(snap_compare, tmp_path, size, panel)


@SIZES
def test_lanes_that_wait_and_fail_over(
    snap_compare: Any, tmp_path: Path, size: tuple[int, int]
) -> None:
    waits: list[Event] = [Routed(GROQ), LIMITED, Waiting(12, "429 from groq, try 2 of 3 follows")]
    answers: list[Event] = [
        Planned({"strategy": "auto", "excluded": []}),
        Routed(GROQ),
        LIMITED,
        Routed(TOGETHER, 2),
        Started(200),
        TextDelta(ANSWER),
    ]

    async def lanes(lab: Driver) -> None:
        first = a_record("01JD0000000000000000000001", model=str(GROQ), provider="groq")
        routed = a_record("01JD0000000000000000000002", model="auto", provider="")
        await lab.screen.show_runs([first, routed])
        for lane, events in zip(lab.lanes, (waits, answers), strict=True):
            stamped = [Stamped(100.0 * n, event) for n, event in enumerate(events)]
            lane.take(RunNews(lane.record.id, stamped))
            lane._tick()

    assert picture(snap_compare, tmp_path, size, lanes)
