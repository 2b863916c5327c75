"""The statistics: the sums of the history, by keys, and never behind for long."""

from __future__ import annotations

import json
from datetime import UTC
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.ui.driving import SLOWLY, Driver, driving
from tui_lab.cli.commands.stats import statistics_to_json
from tui_lab.core.statistics import Statistics
from tui_lab.store.pages import RunFilter
from tui_lab.store.statistics import Span
from tui_lab.ui.screens.history import HistoryScreen
from tui_lab.ui.screens.stats import StatsScreen

pytestmark = pytest.mark.anyio


def stats(driver: Driver) -> StatsScreen:
    assert isinstance(driver.app.screen, StatsScreen)
    return driver.app.screen


async def opened(driver: Driver) -> Statistics:
    """The screen, with the sums of what it is to count first."""
    await driver.press("escape", "ctrl+o", "5")
    await driver.until(lambda: stats(driver).found is not None)
    found = stats(driver).found
    assert found is not None
    return found


def totals(driver: Driver) -> str:
    return str(stats(driver).totals.render())


def rows(driver: Driver) -> list[str]:
    return [str(option.prompt).rstrip() for option in stats(driver).table.rows.options]


def title(driver: Driver) -> str:
    return str(stats(driver).totals.border_title)


async def test_without_runs_it_says_what_to_do(tmp_path: Path) -> None:
    async with driving(tmp_path) as driver:
        await opened(driver)
        guidance = str(stats(driver).query_one("#stats-empty").render())
        assert "No runs to count here." in guidance
        assert "1   the Lab" in guidance
        assert not stats(driver).plot.display


async def test_its_numbers_are_those_of_the_command_line(tmp_path: Path) -> None:
    async with driving(tmp_path) as driver:
        await driver.run("Say hello", "sandbox/fast", "sandbox/refuser")
        await driver.finished()
        found = await opened(driver)
        printed = statistics_to_json(driver.lab.history.statistics(Span(), UTC).result())
        assert json.dumps(statistics_to_json(found)) == json.dumps(printed)
        assert found.totals.runs == 2
        whole = f"↑{found.totals.input_tokens:,} ↓{found.totals.output_tokens:,}"
        assert whole in totals(driver)
        assert "50%" in totals(driver)


async def test_a_run_that_ends_is_counted_without_a_key(tmp_path: Path) -> None:
    async with driving(tmp_path) as driver:
        assert (await opened(driver)).totals.runs == 0
        await driver.press("1")
        await driver.run("Say hello", "sandbox/fast")
        await driver.finished()
        await driver.press("escape", "ctrl+o", "5")
        await driver.until(lambda: rows(driver) and rows(driver)[0].startswith("sandbox/fast"))
        assert stats(driver).plot.display


async def test_a_run_in_progress_is_not_counted(tmp_path: Path) -> None:
    async with driving(tmp_path, environ=SLOWLY) as driver:
        await driver.run("Say hello", "sandbox/fast")
        assert (await opened(driver)).totals.runs == 0


async def test_one_key_steps_through_what_the_table_is_by(tmp_path: Path) -> None:
    async with driving(tmp_path) as driver:
        await driver.run("Say hello", "sandbox/fast", "sandbox/markdown")
        await driver.finished()
        await opened(driver)
        seen = []
        for _ in range(6):
            seen.append([row.split("  ")[0] for row in rows(driver)])
            await driver.press("b")
        today = stats(driver)._today(driver.lab).isoformat()
        assert sorted(seen[0]) == ["sandbox/fast", "sandbox/markdown"]
        assert seen[1:5] == [["sandbox"], ["default"], ["no run here has a template"], [today]]
        assert all(hour.isdigit() for hour in seen[5])


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago"])
async def test_its_days_are_those_of_the_budgets(zone: str, tmp_path: Path) -> None:
    async with driving(tmp_path, config=f'[budgets]\ntimezone = "{zone}"\n') as driver:
        await driver.run("Say hello", "sandbox/fast")
        await driver.finished()
        await driver.press("escape", "ctrl+o", "5", "left_square_bracket", "left_square_bracket")
        await driver.until(lambda: title(driver).startswith("Today"))
        began = driver.lab.history.runs(RunFilter(), limit=1).result().items[0].created_at
        found = stats(driver).found
        assert found is not None
        assert [*found.by["day"]] == [began.astimezone(ZoneInfo(zone)).date().isoformat()]


async def test_the_span_stops_at_its_ends_and_so_do_its_keys(tmp_path: Path) -> None:
    async with driving(tmp_path) as driver:
        await opened(driver)
        assert title(driver).startswith("Last 30 days")
        await driver.press("right_square_bracket", "right_square_bracket", "right_square_bracket")
        await driver.until(lambda: title(driver).startswith("All time"))
        assert "] more" not in driver.footer
        await driver.press(*["left_square_bracket"] * 9)
        await driver.until(lambda: title(driver).startswith("Today"))
        assert "[ less" not in driver.footer


async def test_another_workspace_counts_for_itself_unless_all_are_asked_for(
    tmp_path: Path,
) -> None:
    async with driving(tmp_path) as driver:
        await driver.run("Say hello", "sandbox/fast")
        await driver.finished()
        assert (await opened(driver)).totals.runs == 1
        driver.app.work_in("work")
        await driver.until(lambda: title(driver).endswith("workspace work"))
        assert stats(driver).has_class("-empty")
        await driver.press("w")
        await driver.until(lambda: title(driver).endswith("all workspaces"))
        assert not stats(driver).has_class("-empty")


async def test_one_key_changes_what_is_plotted(tmp_path: Path) -> None:
    async with driving(tmp_path) as driver:
        await driver.run("Say hello", "sandbox/fast")
        await driver.finished()
        await opened(driver)
        plot = stats(driver).plot
        assert "Nothing was spent." in str(plot.render())
        await driver.press("m", "m")
        assert str(plot.border_title) == "Runs by day"
        assert "⣿" in str(plot.render())


async def test_the_cursor_stays_on_its_group(tmp_path: Path) -> None:
    async with driving(tmp_path) as driver:
        await driver.run("Say hello", "sandbox/fast", "sandbox/markdown")
        await driver.finished()
        await opened(driver)
        await driver.press("j")
        before, counted = rows(driver)[1], stats(driver).found
        stats(driver)._count_anew()
        await driver.until(lambda: stats(driver).found is not counted)
        assert rows(driver)[stats(driver).table.rows.highlighted or 0] == before


async def test_enter_lists_the_runs_of_a_group_in_the_history(tmp_path: Path) -> None:
    async with driving(tmp_path) as driver:
        await driver.run("Say hello", "sandbox/fast", "sandbox/markdown")
        await driver.finished()
        await opened(driver)
        key = stats(driver).table.rows.get_option_at_index(0).id
        assert "enter its runs" in driver.footer
        await driver.press("w")
        await driver.until(lambda: title(driver).endswith("all workspaces"))
        await driver.press("enter")
        await driver.until(lambda: isinstance(driver.app.screen, HistoryScreen))
        history = driver.app.screen
        assert isinstance(history, HistoryScreen)
        assert history.query_line.value.split()[::2] == [f"model:{key}", "workspace:*"]
        await driver.until(lambda: [run.answered_by for run in history.runs.window.rows] == [key])


async def test_an_hour_of_all_days_has_no_search(tmp_path: Path) -> None:
    async with driving(tmp_path) as driver:
        await driver.run("Say hello", "sandbox/fast")
        await driver.finished()
        await opened(driver)
        await driver.press(*"bbbbb")
        assert "hour of the day" in str(stats(driver).table.border_title)
        assert "its runs" not in driver.footer
        await driver.press("enter")
        assert isinstance(driver.app.screen, StatsScreen)


async def test_one_key_shows_how_fast_each_was(tmp_path: Path) -> None:
    async with driving(tmp_path) as driver:
        await driver.run("Say hello", "sandbox/fast")
        await driver.finished()
        await opened(driver)
        await driver.press("s")
        assert "ms" in rows(driver)[0]
        assert str(stats(driver).table.border_title) == "Speed by model"


async def test_budgets_are_gauges(tmp_path: Path) -> None:
    config = "[budgets]\nday = 5\n"
    async with driving(tmp_path, config=config) as driver:
        await opened(driver)
        await driver.until(lambda: "today" in str(stats(driver).budgets.render()))
        assert "$0 spent of $5.00 · resets in" in str(stats(driver).budgets.render())


async def test_without_budgets_it_says_how_to_set_one(tmp_path: Path) -> None:
    async with driving(tmp_path) as driver:
        await opened(driver)
        assert "[budgets] day = 5.00" in str(stats(driver).budgets.render())


async def test_the_table_is_reached_on_the_smallest_terminal(tmp_path: Path) -> None:
    async with driving(tmp_path, size=(60, 16)) as driver:
        await driver.run("Say hello", "sandbox/fast")
        await driver.finished()
        await opened(driver)
        await driver.press("ctrl+n", "ctrl+n", "ctrl+n")
        assert driver.app.focused is stats(driver).table.rows
        assert "sandbox/fast" in driver.app.export_screenshot().replace("&#160;", " ")
