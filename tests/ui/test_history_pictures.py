"""What is done with runs of the past, each dialog as a picture."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.builders import NOON
from tests.ui.driving import Driver, an_app
from tests.ui.test_screen_pictures import NO_SERVERS, RUNS, SIZES, NoonApp, Steps, history
from tui_lab.core.deltas import DeltaLog
from tui_lab.core.events import Stamped, TextDelta
from tui_lab.store.owner import this_process
from tui_lab.store.store import Store
from tui_lab.ui.dialogs.dialog import Dialog
from tui_lab.ui.screens.history import HistoryScreen

SAID = replace(RUNS[1], tags=("keep", "physics"), rating=4, note="the best one")
OTHER = replace(
    RUNS[2],
    text="# A coin\n\nIt is both until you look.\n\n```python\nlook(coin)\n```\n\nThat is all.\n",
)


def stalling(text: str) -> bytes:
    """How it came: evenly, with a second of nothing after a third of it."""
    log = DeltaLog()
    for number, letter in enumerate(text):
        at = number * 18 + (number % 5) * 2 + (1100 if number > len(text) // 3 else 0)
        log.add(Stamped(float(at), TextDelta(letter)))
    return log.encode()


async def record(folder: Path) -> None:
    store = await Store.open(folder / "data" / "history.db", owner=this_process(), now=lambda: NOON)
    for run in (RUNS[0], SAID, OTHER, *RUNS[3:]):
        await store.finish(run, stalling(run.text) if run.text else b"")
    await store.close()


async def dialog(driver: Driver, *keys: str) -> None:
    await history(driver)
    await driver.press(*keys)
    await driver.until(lambda: isinstance(driver.app.screen, Dialog))
    await driver.pilot.pause()


async def tagging(driver: Driver) -> None:
    await dialog(driver, "j", "t")
    await driver.press("k")


async def copying(driver: Driver) -> None:
    await dialog(driver, "Y")


async def raw_record(driver: Driver) -> None:
    await dialog(driver, "i")


async def replaying(driver: Driver) -> None:
    await dialog(driver, "j", "p")
    await driver.press("right", "right", "right", "right", "right", "right", "space")


async def comparing(driver: Driver) -> None:
    await dialog(driver, "j", "space", "equals_sign")


async def said(driver: Driver) -> None:
    """What is said of a run, and what a search has found, in the list."""
    await history(driver)
    await driver.press("slash", *"modle:x coin")
    screen = driver.app.screen
    assert isinstance(screen, HistoryScreen)
    await driver.press(*["backspace"] * len("modle:x coin"), *"coin -anybody", "enter")
    await driver.until(lambda: 0 < len(screen.runs.window.rows) < len(RUNS))


async def exporting(driver: Driver) -> None:
    await dialog(driver, "space", "space", "e")


ALL: list[Steps] = [exporting, tagging, copying, raw_record, replaying, comparing, said]


@SIZES
@pytest.mark.parametrize("steps", ALL, ids=lambda steps: steps.__name__)
def test_history(snap_compare: Any, tmp_path: Path, steps: Steps, size: tuple[int, int]) -> None:
    app = an_app(tmp_path, environ=NO_SERVERS, kind=NoonApp)
    asyncio.run(record(tmp_path))

    async def before(pilot: Any) -> None:
        driver = Driver(app, pilot)
        await driver.until(lambda: app.lab is not None)
        await pilot.pause()
        await steps(driver)
        await driver.stands_still()

    assert snap_compare(app, terminal_size=size, run_before=before)
