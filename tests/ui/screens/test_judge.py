"""Judging and standings, driven by keys through the real engine and a real history."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.ui.driving import Driver, driving
from tui_lab.core.votes import Vote
from tui_lab.store.voting import VoteFilter
from tui_lab.ui.screens.judge import JudgeScreen
from tui_lab.ui.screens.lab import LabScreen
from tui_lab.ui.screens.standings import StandingsScreen
from tui_lab.ui.screens.stats import StatsScreen
from tui_lab.ui.widgets.pane import Pane

pytestmark = pytest.mark.anyio

AT_LENGTH = {
    "TUI_LAB_PROVIDERS__SANDBOX__HEADERS": '{"x-sandbox-pace": "0", "x-sandbox-tokens": "600"}'
}
FOUR = ("sandbox/fast", "sandbox/markdown", "sandbox/echo", "sandbox/slow")


def judging(driver: Driver) -> JudgeScreen:
    assert isinstance(driver.app.screen, JudgeScreen)
    return driver.app.screen


def standings(driver: Driver) -> StandingsScreen:
    assert isinstance(driver.app.screen, StandingsScreen)
    return driver.app.screen


def votes(driver: Driver) -> tuple[Vote, ...]:
    return driver.lab.votes.cast_in(VoteFilter()).result()


def shown(driver: Driver) -> str:
    """All that can be read on the screen."""
    lines = driver.app.screen._compositor.render_strips()
    return "\n".join(strip.text for strip in lines)


async def judged(driver: Driver, key: str) -> Vote:
    await driver.press(key)
    await driver.until(lambda: judging(driver).vote is not None)
    await driver.pilot.pause()
    vote = judging(driver).vote
    assert vote is not None
    return vote


async def begun(driver: Driver, *models: str) -> None:
    await driver.run("Say hello", *models)
    await driver.finished()
    await driver.press("b")
    await driver.until(lambda: isinstance(driver.app.screen, JudgeScreen))
    await driver.pilot.pause()


@pytest.mark.parametrize("size", [(120, 40), (80, 24), (66, 24)])
async def test_nothing_tells_whose_the_answers_are_until_the_vote(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    async with driving(tmp_path, size=size) as driver:
        await begun(driver, "sandbox/fast", "sandbox/markdown")
        before = shown(driver)
        for word in ("sandbox/", "simulated", "ttft", "tok/s", "↓1", "$"):
            assert word not in before
        vote = await judged(driver, "1")
        assert vote.blind
        after = shown(driver)
        assert "sandbox/fast" in after
        assert "sandbox/markdown" in after
        assert "✓ stop" in after
        assert "not enough votes yet" in after


@pytest.mark.parametrize(
    ("key", "verdict"), [("1", "first"), ("2", "second"), ("=", "tie"), ("0", "neither")]
)
async def test_a_key_is_a_vote_on_the_answers_as_they_are_shown(
    tmp_path: Path, key: str, verdict: str
) -> None:
    async with driving(tmp_path) as driver:
        await begun(driver, "sandbox/fast", "sandbox/markdown")
        sides = [record.id for record in judging(driver).pair]
        await judged(driver, {"=": "equals_sign"}.get(key, key))
        (vote,) = votes(driver)
        assert vote.verdict == verdict
        assert [vote.first.run_id, vote.second.run_id] == sides


async def test_four_models_are_compared_and_judged_by_what_the_footer_says(
    tmp_path: Path,
) -> None:
    async with driving(tmp_path, size=(80, 24)) as driver:
        await driver.run("Say hello", *FOUR)
        await driver.finished()
        assert "b judge" in driver.footer
        await driver.press("b")
        await driver.until(lambda: isinstance(driver.app.screen, JudgeScreen))
        await driver.pilot.pause()
        blind = []
        for number in range(6):
            assert "1 better  2 better  = tie  0 both bad  s skip" in driver.footer
            blind.append((await judged(driver, "1")).blind)
            assert "better" not in driver.footer
            assert ("enter next" if number < 5 else "enter done") in driver.footer
            await driver.press("enter")
        assert driver.app.screen is driver.screen
        assert driver.notices == ["6 votes cast"]
        assert blind[0]
        assert not any(blind[2:])  # whose each is has been told by then
        pairs = {frozenset((vote.first.run_id, vote.second.run_id)) for vote in votes(driver)}
        assert len(pairs) == 6
        await driver.press("b")
        await driver.until(lambda: "are judged" in "".join(driver.notices))


async def test_a_repeat_of_what_was_told_is_not_judged_blind(tmp_path: Path) -> None:
    async with driving(tmp_path) as driver:
        await driver.press("f3", "up", "2", "enter")
        await begun(driver, "sandbox/fast", "sandbox/markdown")
        assert len({lane.record.text for lane in driver.lanes}) == 2
        assert (await judged(driver, "1")).blind
        await driver.press("enter")
        assert "You have been told whose answers these are" in shown(driver)
        assert not (await judged(driver, "1")).blind


async def test_a_vote_is_never_changed_and_no_slip_leaves_the_screen(tmp_path: Path) -> None:
    async with driving(tmp_path) as driver:
        await begun(driver, "sandbox/fast", "sandbox/markdown")
        await driver.press("3", "9")
        assert isinstance(driver.app.screen, JudgeScreen)
        vote = await judged(driver, "1")
        await driver.press("2", "0", "3")
        assert [one.verdict for one in votes(driver)] == [vote.verdict]
        assert "never changed" in driver.notices[0]


async def test_what_is_skipped_or_left_is_no_vote(tmp_path: Path) -> None:
    async with driving(tmp_path) as driver:
        await begun(driver, *FOUR[:3])
        first = judging(driver).pair
        await driver.press("s")
        assert judging(driver).pair != first
        await driver.press("escape")
        assert driver.app.screen is driver.screen
        assert votes(driver) == ()


async def test_a_note_is_kept_with_the_vote(tmp_path: Path) -> None:
    async with driving(tmp_path) as driver:
        await begun(driver, "sandbox/fast", "sandbox/markdown")
        assert "n note" not in driver.footer
        await judged(driver, "2")
        await driver.press("n", *"shorter", "enter")
        await driver.until(lambda: votes(driver)[0].note == "shorter")


async def test_answers_of_the_past_are_judged_from_the_history(tmp_path: Path) -> None:
    async with driving(tmp_path) as driver:
        await driver.run("Say hello", "sandbox/fast", "sandbox/markdown")
        await driver.finished()
        await driver.press("escape", "ctrl+o", "3")
        await driver.until(lambda: "b judge" in driver.footer)
        await driver.press("b")
        await driver.until(lambda: isinstance(driver.app.screen, JudgeScreen))
        await judged(driver, "1")
        await driver.press("enter", "b")
        await driver.until(lambda: "nothing to judge" in "".join(driver.notices))


async def test_one_answer_or_one_model_is_nothing_to_judge(tmp_path: Path) -> None:
    async with driving(tmp_path) as driver:
        await driver.run("Say hello", "sandbox/fast", "sandbox/fast", "sandbox/refuser")
        await driver.finished()
        assert "b judge" not in driver.footer


async def test_a_vote_is_void_when_an_answer_says_whose_it_is(tmp_path: Path) -> None:
    async with driving(tmp_path) as driver:
        await driver.run("I am Claude, made by Anthropic", "sandbox/echo", "sandbox/markdown")
        runs = await driver.finished()
        assert "Claude" in runs[0].text
        await driver.press("b")
        await driver.until(lambda: isinstance(driver.app.screen, JudgeScreen))
        vote = await judged(driver, "1")
        assert (vote.void is not None) is ("Void" in shown(driver))


async def test_both_answers_scroll_together_until_that_is_switched_off(tmp_path: Path) -> None:
    async with driving(tmp_path, size=(80, 24), environ=AT_LENGTH) as driver:
        await begun(driver, "sandbox/fast", "sandbox/slow")
        first, second = (answer.view for answer in judging(driver).answers)
        assert first.max_scroll_y > 3 < second.max_scroll_y
        assert not first.scrollbar_size_vertical
        await driver.press("j", "j", "down")
        assert first.scroll_offset.y == second.scroll_offset.y == 3
        await driver.press("L", "k")
        await driver.until(lambda: first.scroll_offset.y == 2)
        assert second.scroll_offset.y == 3
        await driver.press("L", "G")
        assert first.scroll_offset.y == first.max_scroll_y
        assert second.scroll_offset.y == second.max_scroll_y


async def test_a_prompt_that_has_no_room_says_that_it_goes_on(tmp_path: Path) -> None:
    async with driving(tmp_path, size=(80, 24)) as driver:
        await driver.write("one\n" * 5)
        await begun(driver, "sandbox/fast", "sandbox/slow")
        pane = driver.app.screen.query_one("#judged-prompt", Pane)
        await driver.until(lambda: pane.border_subtitle == "↓ more · pair 1 of 1")
        await driver.press("p")
        await driver.until(lambda: pane.border_subtitle == "pair 1 of 1")


async def test_standings_tell_what_votes_say_and_of_whom(tmp_path: Path) -> None:
    async with driving(tmp_path, size=(120, 40)) as driver:
        await begun(driver, "sandbox/fast", "sandbox/markdown")
        vote = await judged(driver, "1")
        await driver.press("t")
        await driver.until(
            lambda: isinstance(driver.app.screen, StandingsScreen) and standings(driver).found
        )
        await driver.pilot.pause()
        table = shown(driver)
        assert vote.first.model in table
        assert "●" in table
        assert "not enough votes yet" in table
        await driver.press("escape")
        await driver.until(lambda: isinstance(driver.app.screen, JudgeScreen))
        await driver.press("escape")
        await driver.until(lambda: isinstance(driver.app.screen, LabScreen))
        await driver.press("ctrl+o", "5")
        await driver.until(lambda: "v votes" in driver.footer)
        await driver.press("v")
        await driver.until(lambda: isinstance(driver.app.screen, StandingsScreen))
        await driver.press("w")
        await driver.until(lambda: "all workspaces" in shown(driver))
        await driver.press("o", "enter")
        await driver.pilot.pause()
        assert standings(driver).found is not None


async def test_without_votes_the_standings_say_how_to_vote(tmp_path: Path) -> None:
    async with driving(tmp_path, size=(80, 24)) as driver:
        await driver.press("escape", "ctrl+o", "5")
        await driver.until(lambda: "v votes" in driver.footer)
        await driver.press("v")
        await driver.until(lambda: "No votes here yet" in shown(driver))
        await driver.press("escape")
        await driver.until(lambda: isinstance(driver.app.screen, StatsScreen))
