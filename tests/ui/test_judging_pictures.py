"""Comparing, judging, standings: each state as a picture, at both sizes that they are made for."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.ui.driving import Driver
from tests.ui.test_screen_pictures import SIZES, a_run, go, picture
from tui_lab.core.cost import Cost, CostSource
from tui_lab.core.ids import encode_ulid
from tui_lab.core.timing import Timing
from tui_lab.core.votes import Verdict
from tui_lab.ui.screens.judge import JudgeScreen
from tui_lab.ui.screens.standings import StandingsScreen

BATCH = encode_ulid(1000, 0)
ANSWERS = [
    a_run(0, "openai/gpt-4o-mini", batch_id=BATCH),
    a_run(
        1,
        "anthropic/claude-haiku-4-5",
        batch_id=BATCH,
        text="Think of a coin that spins on a table.\n\n" + "It is not heads, not tails. " * 40,
    ),
    a_run(2, "openrouter/meta-llama/llama-3.3-70b-instruct", batch_id=BATCH),
    a_run(3, "groq/qwen3-32b", batch_id=BATCH),
]


REPEATS = [
    a_run(
        number,
        "openai/gpt-4o-mini" if number < 3 else "groq/qwen3-32b",
        batch_id=BATCH,
        repeat=number % 3,
        text=f"It is {'neither' if number % 2 else 'both'}. " * (number + 1),
        timing=Timing(ttft_ms=300 + 90 * number, latency_ms=2000 + 700 * number, itl_ms=9 + number),
        cost=Cost(Decimal(number + 2) / 10000, CostSource.TABLE, "2026-10-01"),
    )
    for number in range(6)
]


async def compared(driver: Driver) -> None:
    await driver.screen.show_runs(REPEATS)


async def repeats(driver: Driver) -> None:
    await compared(driver)
    await driver.press("m")


async def asked(driver: Driver) -> None:
    driver.app.push_screen(JudgeScreen([(ANSWERS[0], ANSWERS[1])], "lab"))
    await driver.until(lambda: isinstance(driver.app.screen, JudgeScreen))


async def told(driver: Driver) -> None:
    await asked(driver)
    screen = driver.app.screen
    assert isinstance(screen, JudgeScreen)
    await driver.press("2")
    await driver.until(lambda: screen.vote is not None)


async def not_blind(driver: Driver) -> None:
    pairs = [(ANSWERS[0], ANSWERS[1]), (ANSWERS[2], ANSWERS[1])]
    driver.app.push_screen(JudgeScreen(pairs, "lab"))
    await driver.until(lambda: isinstance(driver.app.screen, JudgeScreen))
    screen = driver.app.screen
    assert isinstance(screen, JudgeScreen)
    await driver.press("equals_sign")
    await driver.until(lambda: screen.vote is not None)
    await driver.press("enter")


async def standings(driver: Driver) -> None:
    """Two models with votes enough for an order, two without."""
    for number in range(12):
        pair = ANSWERS[number % 2], ANSWERS[1 - number % 2]
        driver.lab.votes.cast(pair, Verdict.SECOND if number % 3 else Verdict.TIE).result()
    driver.lab.votes.cast((ANSWERS[2], ANSWERS[3]), Verdict.FIRST).result()
    itself = replace(ANSWERS[3], text="I am Qwen, made by Alibaba.")
    driver.lab.votes.cast((itself, ANSWERS[2]), Verdict.FIRST).result()
    await go(driver, "stats")
    await driver.press("v")
    screen = driver.app.screen
    assert isinstance(screen, StandingsScreen)
    await driver.until(lambda: screen.found is not None)


async def no_votes(driver: Driver) -> None:
    await go(driver, "stats")
    await driver.press("v")


@SIZES
@pytest.mark.parametrize(
    "steps",
    [compared, repeats, asked, told, not_blind, standings, no_votes],
    ids=lambda steps: steps.__name__,
)
def test_judging(snap_compare: Any, tmp_path: Path, steps: Any, size: tuple[int, int]) -> None:
    assert picture(snap_compare, tmp_path, size, steps, runs=ANSWERS)
