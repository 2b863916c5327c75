"""The Stats screen, each state as a picture, at both sizes that it is made for."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.builders import NOON
from tests.ui.driving import Driver
from tests.ui.test_screen_pictures import SIZES, NoonApp, a_run, go, picture
from tui_lab.core.cost import UNKNOWN, billed
from tui_lab.core.ids import encode_ulid
from tui_lab.core.record import Attempt, RunRecord, Status, TemplateUse
from tui_lab.core.refs import ModelRef
from tui_lab.core.timing import Timing
from tui_lab.core.usage import Usage
from tui_lab.ui.screens.stats import StatsScreen

MODELS = (
    "openai/gpt-4o-mini",
    "anthropic/claude-haiku-4-5",
    "openrouter/anthropic/claude-3.5-sonnet",
    "groq/llama-3.3-70b-versatile",
)
ENDS = {4: Status.ERROR, 7: Status.BLOCKED, 9: Status.CANCELLED}
BUDGETS = {
    "TUI_LAB_BUDGETS__RUN": "0.50",
    "TUI_LAB_BUDGETS__MONTH": "25",
    "TUI_LAB_PROVIDERS__OPENAI__BUDGETS__DAY": "0.20",
}


class StatsAtNoon(NoonApp):
    """The program at noon."""

    MODES = {  # noqa: RUF012
        **NoonApp.MODES,
        "stats": lambda: StatsScreen(now=lambda: NOON),
    }


def spent(number: int, model: str, usd: str | None, *, days: float, **changes: Any) -> RunRecord:
    """A run of so many days ago, with one call that cost so much; None: nobody knows."""
    created = NOON - timedelta(days=days)
    cost = UNKNOWN if usd is None else billed(Decimal(usd))
    timing = Timing(ttft_ms=300 + 7 * number, latency_ms=1900 + 210 * number, itl_ms=11.6)
    usage = Usage(1200 + 10 * number, 340)
    call = Attempt(1, ModelRef.parse(model), Status.OK, usage=usage, cost=cost, timing=timing)
    return a_run(
        number,
        model,
        id=encode_ulid(int(created.timestamp() * 1000), number),
        created_at=created,
        usage=usage,
        cost=cost,
        timing=timing,
        attempts=(call,),
        **changes,
    )


SOME = [
    spent(
        number,
        MODELS[number % 4],
        None if number % 13 == 5 else f"0.{number % 7}{number % 5}25",
        days=(number * number) % 29 + number / 1000,
        workspace="work" if number % 9 == 8 else "default",
        template=TemplateUse("explain-quantum", 1, {}) if number % 3 else None,
        status=ENDS.get(number % 11, Status.OK),
    )
    for number in range(40)
]
MANY = [
    spent(number, f"openrouter/acme/model-{number:03}-instruct", f"0.{number:03}", days=number * 4)
    for number in range(60)
]


def stats(driver: Driver) -> StatsScreen:
    screen = driver.app.screen
    assert isinstance(screen, StatsScreen)
    return screen


async def open_stats(driver: Driver) -> None:
    driver.lab.budgets._now = lambda: NOON
    driver.app._look_at_budgets()
    await go(driver, "stats")
    await driver.until(lambda: stats(driver).found is not None)


async def everything(driver: Driver) -> None:
    await open_stats(driver)
    await driver.press("right_square_bracket", "right_square_bracket", "w", "m", "b", "j")
    await driver.until(lambda: "All time · all" in str(stats(driver).totals.border_title))


async def all_models(driver: Driver) -> None:
    await open_stats(driver)
    await driver.press("right_square_bracket", "right_square_bracket", "G")
    await driver.until(lambda: "All time" in str(stats(driver).totals.border_title))
    await driver.press("G")


async def by_day_of_today(driver: Driver) -> None:
    await open_stats(driver)
    await driver.press("left_square_bracket", "left_square_bracket", "b", "b", "b", "b")
    await driver.until(lambda: "Today" in str(stats(driver).totals.border_title))


async def compared(driver: Driver) -> None:
    await open_stats(driver)
    await driver.press("left_square_bracket")
    await driver.until(lambda: "7 days" in str(stats(driver).totals.border_title))


async def speed(driver: Driver) -> None:
    await compared(driver)
    await driver.press("s", "m", "m", "m")


STATES: dict[str, tuple[Any, list[RunRecord], dict[str, str]]] = {
    "empty": (open_stats, [], {}),
    "some": (open_stats, SOME, {}),
    "budgets": (open_stats, SOME, BUDGETS),
    "over-budget": (open_stats, SOME, BUDGETS | {"TUI_LAB_BUDGETS__DAY": "0.10"}),
    "compared": (compared, SOME, {}),
    "speed": (speed, SOME, {}),
    "everything": (everything, SOME, {}),
    "today": (by_day_of_today, SOME, {}),
    "many-models": (all_models, MANY, BUDGETS),
}


@SIZES
@pytest.mark.parametrize("state", STATES)
def test_stats(snap_compare: Any, tmp_path: Path, state: str, size: tuple[int, int]) -> None:
    steps, runs, environ = STATES[state]
    assert picture(
        snap_compare, tmp_path, size, steps, runs=runs, environ=environ, kind=StatsAtNoon
    )
