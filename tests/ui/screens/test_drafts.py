"""Prompts that are being written outlive the program; there may be several."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.ui.driving import Driver, driving
from tui_lab.core.parameters import Parameters
from tui_lab.core.refs import ModelRef
from tui_lab.ui.dialogs.draft_list import DraftList

pytestmark = pytest.mark.anyio


async def kept(driver: Driver, words: str) -> None:
    """Waits until the history has a draft with these words."""

    def holds() -> bool:
        drafts = driver.lab.drafts.free().result()
        return any(words in str(draft.content) for draft in drafts)

    await driver.until(holds)


async def test_what_was_written_is_back_when_the_lab_is_opened_again(tmp_path: Path) -> None:
    async with driving(tmp_path) as driver:
        driver.choose("sandbox/echo", "sandbox/fast")
        driver.screen.prompt.set_parameters(Parameters(temperature=0.5))
        driver.screen.prompt.write("Explain {{what}}", system="Be kind")
        driver.screen.prompt.fill({"what": "tea"})
        await kept(driver, "tea")
    async with driving(tmp_path) as driver:
        prompt = driver.screen.prompt
        await driver.until(lambda: prompt.texts == ("Explain {{what}}", "Be kind"))
        assert "your last draft is back" in driver.notices[0]
        assert prompt.variables.values == {"what": "tea"}
        assert prompt.models == (ModelRef("sandbox", "echo"), ModelRef("sandbox", "fast"))
        assert prompt.parameters == Parameters(temperature=0.5)


async def test_a_new_prompt_leaves_the_old_one_to_go_on_with(tmp_path: Path) -> None:
    async with driving(tmp_path) as driver:
        await driver.write("The first")
        await driver.press("f5")
        await kept(driver, "The first")
        assert driver.screen.prompt.texts == ("", "")
        await driver.write("The second")
        await driver.press("ctrl+p", *"another draft", "enter")
        await driver.until(lambda: isinstance(driver.app.screen, DraftList))
        await driver.press("enter")
        await driver.until(lambda: driver.screen.prompt.texts[0] == "The first")
        await kept(driver, "The second")


async def test_a_prompt_of_nothing_is_no_draft(tmp_path: Path) -> None:
    async with driving(tmp_path) as driver:
        await driver.write("x")
        await kept(driver, "x")
        await driver.press("backspace")
        await driver.until(lambda: not driver.lab.drafts.free().result())


async def test_the_template_of_a_draft_stays_its_template(tmp_path: Path) -> None:
    async with driving(tmp_path) as driver:
        driver.screen.use_template(driver.lab.templates.library.get("write-poem"))
        await kept(driver, "write-poem")
    async with driving(tmp_path) as driver:
        await driver.until(lambda: driver.screen.prompt.from_template == ("write-poem", 1))
