"""Lanes that are compared, driven by keys through the real engine and a real history."""

from __future__ import annotations

from pathlib import Path

import pytest
from rich.cells import cell_len

from tests.ui.driving import SLOWLY, Driver, driving
from tests.ui.screens.test_judge import AT_LENGTH, shown
from tui_lab.ui.dialogs.other_answer import OtherAnswer
from tui_lab.ui.dialogs.repeats_table import RepeatsTable
from tui_lab.ui.dialogs.run_comparison import RunComparison

pytestmark = pytest.mark.anyio


def leaders(driver: Driver) -> str:
    """The line below the lanes; empty if it is not there."""
    line = driver.screen.answers._leaders
    return str(line.render()) if line.is_attached and line.display else ""


async def test_when_all_are_over_a_line_says_who_was_first_in_what(tmp_path: Path) -> None:
    async with driving(tmp_path, size=(80, 24)) as driver:
        await driver.run("Say hello", "sandbox/fast", "sandbox/markdown", "sandbox/down")
        runs = await driver.finished()
        await driver.until(lambda: leaders(driver))
        line = leaders(driver)
        assert cell_len(line) <= 78
        longest = max(runs[:2], key=lambda run: len(run.text))
        assert f"longest {longest.model.partition('/')[2]} {len(longest.text):,} chars" in line
        assert "cheapest" not in line  # both are free


async def test_while_one_still_answers_nobody_is_first(tmp_path: Path) -> None:
    async with driving(tmp_path, environ=SLOWLY) as driver:
        await driver.run("Say hello", "sandbox/fast", "sandbox/down")
        await driver.until(lambda: not driver.lanes[1].is_running)
        assert driver.lanes[0].is_running
        assert not leaders(driver)
        assert "= compare" not in driver.footer


async def test_two_answers_are_compared_at_once_and_of_more_one_is_chosen(tmp_path: Path) -> None:
    async with driving(tmp_path, size=(80, 24)) as driver:
        await driver.run("Say hello", "sandbox/fast", "sandbox/markdown")
        await driver.finished()
        assert "= compare" in driver.footer
        await driver.press("equals_sign")
        await driver.until(lambda: isinstance(driver.app.screen, RunComparison))
        await driver.press("escape", "escape")
        await driver.run("Say hello", "sandbox/fast", "sandbox/markdown", "sandbox/echo")
        runs = await driver.finished()
        await driver.press("equals_sign")
        await driver.until(lambda: isinstance(driver.app.screen, OtherAnswer))
        await driver.press("down", "enter")
        await driver.until(lambda: isinstance(driver.app.screen, RunComparison))
        screen = driver.app.screen
        assert isinstance(screen, RunComparison)
        assert [run.id for run in screen._runs] == [runs[0].id, runs[2].id]


async def test_all_lanes_scroll_together_while_that_is_switched_on(tmp_path: Path) -> None:
    async with driving(tmp_path, environ=AT_LENGTH) as driver:
        await driver.run("Say hello", "sandbox/fast", "sandbox/slow", "sandbox/echo")
        await driver.finished()
        tops = [lane.view.scroll_offset.y for lane in driver.lanes]
        await driver.press("g")
        assert [lane.view.scroll_offset.y for lane in driver.lanes] == [0, *tops[1:]]
        await driver.press("L", "g", "j", "j", "j")
        assert [lane.view.scroll_offset.y for lane in driver.lanes] == [3, 3, 3]
        await driver.press("G", "k")
        ends = [lane.view.max_scroll_y for lane in driver.lanes]
        assert len({*ends}) > 1
        assert [lane.view.scroll_offset.y for lane in driver.lanes] == [
            min(max(ends) - 1, end) for end in ends
        ]


async def test_repeats_of_a_model_are_told_by_their_spread(tmp_path: Path) -> None:
    async with driving(tmp_path, size=(80, 24)) as driver:
        await driver.press("f3", "up", "3", "enter")
        await driver.run("Say hello", "sandbox/fast")
        assert "1 model × 3" in str(driver.screen.prompt.border_subtitle)
        runs = await driver.finished()
        assert [run.repeat for run in runs] == [0, 1, 2]
        assert "#3" in str(driver.lanes[2].border_title)
        assert "m repeats" in driver.footer
        await driver.press("m")
        await driver.until(lambda: isinstance(driver.app.screen, RepeatsTable))
        await driver.pilot.pause()
        table = shown(driver)
        assert "sandbox/fast · 3 runs · " in table
        assert "mean" in table
        assert "p95" in table


async def test_single_answers_have_no_spread(tmp_path: Path) -> None:
    async with driving(tmp_path, size=(160, 40)) as driver:
        await driver.run("Say hello", "sandbox/fast", "sandbox/markdown")
        await driver.finished()
        assert "L together" in driver.footer
        assert "m repeats" not in driver.footer


async def test_the_tabs_tell_where_one_is_among_more_lanes_than_they_name(tmp_path: Path) -> None:
    async with driving(tmp_path, size=(80, 24)) as driver:
        await driver.press("f3", "up", "8", "enter")
        await driver.run("Say hello", "sandbox/fast")
        await driver.finished()
        tabs = driver.screen.answers._tabs
        await driver.until(lambda: str(tabs.render()).startswith("1–4 of 8  ✓ sandbox/fast"))
        driver.screen.answers.go_to(driver.lanes[5])
        await driver.until(lambda: str(tabs.render()).startswith("5–8 of 8  ✓ sandbox/fast #5"))
