"""Who answers: chosen by a strategy, in place of one that failed, told as it happens."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.builders import a_record
from tests.cli.servers import Asked as Request
from tests.cli.servers import Provider, Reply, Script, chat, chat_stream, serving
from tests.ui.driving import Driver, driving
from tui_lab.core.asked import Asked
from tui_lab.core.record import Status
from tui_lab.core.refs import ModelRef
from tui_lab.core.routing import Strategy
from tui_lab.ui.dialogs.route_panel import RoutePanel
from tui_lab.ui.widgets.key_list import KeyList
from tui_lab.ui.widgets.lane import Lane

pytestmark = pytest.mark.anyio

GROQ, TOGETHER = "groq/llama-3.3-70b-versatile", "together/meta-llama/Llama-3.3-70B-Instruct-Turbo"
JSON = "application/json"
DOWN = Reply([b'{"error": {"message": "Overloaded"}}'], status=401, content_type=JSON)
LIMITED = Reply(
    [b'{"error": {"message": "Slow down"}}'],
    status=429,
    content_type=JSON,
    headers={"retry-after": "30"},
)
CUT = Reply([chat_stream("Half an ", "answer")[:250]])


@contextmanager
def playing(
    groq: Script, together: Script = lambda asked: chat("Here I am.")
) -> Iterator[tuple[dict[str, str], Provider, Provider]]:
    """Variables by which Groq and Together are these, and nobody else can be asked."""
    with serving(groq) as first, serving(together) as second:
        environ = {
            "TUI_LAB_PROVIDERS__GROQ__BASE_URL": first.url,
            "TUI_LAB_PROVIDERS__TOGETHER__BASE_URL": second.url,
            "GROQ_API_KEY": "gsk_0123456789abcdef",
            "TOGETHER_API_KEY": "tgp_0123456789abcdef",
        }
        yield environ, first, second


def always(reply: Reply) -> Script:
    def script(asked: Request) -> Reply:
        return reply

    return script


def title(lane: Lane) -> str:
    return str(lane.border_title)


def told(lane: Lane) -> str:
    return str(lane.query_one(".lane-story").render())


def status(lane: Lane) -> str:
    return str(lane.query_one(".lane-status").render())


def row(driver: Driver) -> str:
    return driver.screen.prompt.models_row.value


async def pick(driver: Driver, *keys: str) -> None:
    await driver.press("ctrl+l")
    await driver.press(*keys)


async def test_a_strategy_is_chosen_and_whom_it_would_ask_is_told_before(tmp_path: Path) -> None:
    with playing(always(chat("Fast."))) as (environ, groq, together):
        async with driving(tmp_path, environ=environ) as driver:
            await pick(driver, *"cheapest", "enter")
            await driver.write("Hello there")
            await driver.until(lambda: "would ask" in row(driver))
            assert not [*groq.asked, *together.asked]
            expected = row(driver).split("would ask ")[1].split(" ")[0]
            await driver.press("ctrl+j")
            await driver.until(lambda: driver.lanes)
            (record,) = await driver.finished()
            assert (record.model, record.answered_by) == ("cheapest", expected)
            assert title(driver.lanes[0]) == f"✓ cheapest → {expected}"


async def test_models_and_strategies_are_asked_side_by_side(tmp_path: Path) -> None:
    with playing(always(chat("Fast."))) as (environ, _, _):
        async with driving(tmp_path, environ=environ) as driver:
            driver.choose("sandbox/echo")
            await pick(driver, *"best", "space", "enter")
            await driver.write("Hello there")
            await driver.press("ctrl+j")
            await driver.until(lambda: len(driver.lanes) == 2)
            assert [one.model for one in await driver.finished()] == ["sandbox/echo", "best"]


async def test_who_stands_in_is_named_in_the_title_and_the_failure_in_the_lane(
    tmp_path: Path,
) -> None:
    with playing(always(DOWN)) as (environ, _, _):
        async with driving(tmp_path, environ=environ) as driver:
            driver.choose(GROQ)
            await pick(driver, *"togetherllama", "f7", "enter")
            assert row(driver) == f"{GROQ} · if it fails: {TOGETHER}"
            await driver.write("Hello there")
            await driver.press("ctrl+j")
            await driver.until(lambda: driver.lanes)
            (record,) = await driver.finished()
            (lane,) = driver.lanes
            assert record.answered_by == TOGETHER
            assert title(lane) == f"✓ groq → {TOGETHER}"
            assert "groq 401 → together ok, +" in told(lane)
            await driver.screen.open_batch([record])
            assert "groq 401 → together ok" in told(driver.lanes[0])
            assert row(driver) == f"{GROQ} · if it fails: {TOGETHER}"


async def test_a_wait_is_counted_down_and_stopped_at_once(tmp_path: Path) -> None:
    with playing(always(LIMITED)) as (environ, _, _):
        async with driving(tmp_path, environ=environ) as driver:
            await driver.run("Hello there", GROQ)
            (lane,) = driver.lanes
            await driver.until(lambda: "rate limit" in status(lane))
            assert status(lane).startswith("◐ waits 30 s: rate limit (groq)")
            driver.app.clock = lambda: 12.5
            lane._clock = driver.app.clock
            lane._tick()
            assert status(lane).startswith("◐ waits 18 s: rate limit (groq) · 12.5 s")
            await driver.press("ctrl+c")
            assert [one.status for one in await driver.finished()] == [Status.CANCELLED]


async def test_half_an_answer_stays_and_asking_again_is_offered(tmp_path: Path) -> None:
    with playing(always(CUT)) as (environ, groq, _):
        async with driving(tmp_path, environ=environ) as driver:
            await driver.run("Hello there", GROQ)
            (record,) = await driver.finished()
            (lane,) = driver.lanes
            assert (record.status, record.text) == (Status.ERROR, "Half an answer")
            assert lane.view.shown_text == "Half an answer"
            assert "what has come is kept, run it again for a whole answer" in told(lane)
            assert "r again" in driver.footer
            await driver.press("r")
            await driver.until(lambda: driver.lanes[0] is not lane)
            (again,) = await driver.finished()
            assert again.id != record.id
            assert len(groq.asked) == 2


async def test_the_panel_tells_who_would_answer_and_pins_one_without_asking(tmp_path: Path) -> None:
    with playing(always(chat("Fast."))) as (environ, groq, together):
        async with driving(tmp_path, environ=environ) as driver:
            await driver.write("Write a function to sort an array")
            await driver.press("f12")
            panel = driver.app.screen
            assert isinstance(panel, RoutePanel)
            await driver.until(lambda: panel._plan.candidates)
            assert "complex" in str(panel.query_one("#asks").render())
            assert "OpenAI has no key" in str(driver.app.export_screenshot()).replace("&#160;", " ")
            await driver.press("s")
            await driver.until(lambda: panel._plan.strategy is Strategy.CHEAPEST)
            await driver.press("j", "enter")
            assert driver.screen.prompt.models == (panel._plan.candidates[1].model,)
            assert not [*groq.asked, *together.asked]


async def test_an_old_run_brings_its_strategy_and_its_fallbacks_back(tmp_path: Path) -> None:
    route = {"strategy": "auto", "candidates": [], "excluded": [], "fallbacks": [GROQ]}
    async with driving(tmp_path) as driver:
        old = a_record(model="auto", answered_by="sandbox/echo", route=route)
        await driver.screen.open_batch([old])
        draft = driver.screen.prompt.draft("default")
        assert draft.routes == (Strategy.AUTO,)
        assert draft.fallbacks == (ModelRef.parse(GROQ),)


async def test_the_picker_tells_how_models_did_of_late(tmp_path: Path) -> None:
    with playing(always(DOWN)) as (environ, _, _):
        async with driving(tmp_path, environ=environ) as driver:
            await driver.run("Hello there", TOGETHER)
            await driver.finished()
            await pick(driver, *"togetherllama")
            await driver.until(lambda: "ok 100 %" in _picture(driver))


def _picture(driver: Driver) -> str:
    return driver.app.export_screenshot().replace("&#160;", " ")


async def test_an_outage_is_simulated_from_the_commands_and_told_as_long_as_it_lasts(
    tmp_path: Path,
) -> None:
    with playing(always(chat("Fast."))) as (environ, groq, _):
        async with driving(tmp_path, environ=environ) as driver:
            await driver.press("ctrl+p", *"simulate", "enter")
            await driver.press(*"groq", "enter")
            assert driver.lab.outages.names == {"groq"}
            assert "simulated outage of groq" in _picture(driver)
            driver.screen.choose(Asked((ModelRef.parse(GROQ),), (), (ModelRef.parse(TOGETHER),)))
            await driver.run("Hello there")
            (record,) = await driver.finished()
            assert record.answered_by == TOGETHER
            assert not groq.asked
            await driver.press("ctrl+p", *"simulate", "enter")
            await driver.press(*"groq", "enter")
            assert not driver.lab.outages.names
            assert "simulated outage of groq" not in driver.app.banner


async def test_the_keys_screen_tells_how_a_provider_did_of_late(tmp_path: Path) -> None:
    with playing(always(chat("Fast."))) as (environ, _, _):
        async with driving(tmp_path, environ=environ) as driver:
            await driver.run("Hello there", GROQ)
            await driver.finished()
            await driver.press("ctrl+o", "4")
            keys = driver.app.screen.query_one(KeyList)
            await driver.until(lambda: keys.option_count)
            keys.go_to(next(one for one in keys._keys if one.startswith("groq ")))
            await driver.until(lambda: "ok 100 % · ttft" in _picture(driver))
