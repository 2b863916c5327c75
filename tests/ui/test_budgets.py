"""Budgets on the screens."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.ui.driving import Driver, driving
from tui_lab.core.record import Status
from tui_lab.ui.widgets.header_bar import HeaderBar

pytestmark = pytest.mark.anyio

DOLLAR = """
prices."sandbox/echo" = {input = 0, output = 1_000_000}
budgets.day = 4096
"""
"""A dollar for each token of the answer; an answer is one token, and may be 4,096."""


def header(driver: Driver) -> str:
    return str(driver.app.screen.query_one(HeaderBar).render())


async def test_the_header_tells_what_is_spent_of_the_budget(tmp_path: Path) -> None:
    async with driving(tmp_path, config=DOLLAR) as driver:
        await driver.until(lambda: "$0 of $4,096.00 today" in header(driver))
        await driver.run("hi", "sandbox/echo")
        await driver.finished()
        await driver.until(lambda: "$1.00 of $4,096.00 today" in header(driver))


async def test_a_run_that_there_is_no_money_for_says_so_in_its_lane(tmp_path: Path) -> None:
    async with driving(tmp_path, config=DOLLAR) as driver:
        await driver.run("hi", "sandbox/echo")
        await driver.finished()
        await driver.run("again", "sandbox/echo")
        [record] = await driver.finished()
        assert (record.status, record.attempts) == (Status.BLOCKED, ())
        assert record.error is not None
        assert "of today's budget, $4,096.00, $1.00 is spent" in record.error.message


async def test_without_a_budget_the_header_tells_of_none(tmp_path: Path) -> None:
    async with driving(tmp_path) as driver:
        await driver.run("hi", "sandbox/echo")
        await driver.finished()
        assert "today" not in header(driver)


async def test_the_prompt_tells_before_it_is_run_that_a_budget_has_no_room(tmp_path: Path) -> None:
    async with driving(tmp_path, config=DOLLAR) as driver:
        driver.choose("sandbox/echo")
        await driver.write("hi")
        await driver.until(lambda: driver.screen.prompt.models_row.value)
        assert "over" not in str(driver.screen.prompt.border_subtitle)
        await driver.press("ctrl+j")
        await driver.finished()
        await driver.until(
            lambda: "■ over today's budget" in str(driver.screen.prompt.border_subtitle)
        )


async def test_an_alert_is_a_notice_once(tmp_path: Path) -> None:
    limited = 'prices."sandbox/echo" = {input = 0, output = 1_000_000}\n'
    limited += 'budgets = {day = 2, action = "warn"}\n'
    async with driving(tmp_path, config=limited) as driver:
        await driver.run("hi", "sandbox/echo")
        await driver.finished()
        await driver.until(lambda: driver.notices)
        assert driver.notices == ["! 50% of today's budget is spent: $1.00 of $2.00"]
