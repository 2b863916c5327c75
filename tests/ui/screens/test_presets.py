"""Models and parameters under a name."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.ui.driving import driving
from tui_lab.core.parameters import Parameters
from tui_lab.core.refs import ModelRef
from tui_lab.ui.dialogs.preset_list import PresetList

pytestmark = pytest.mark.anyio


async def test_a_preset_is_kept_taken_and_deleted(tmp_path: Path) -> None:
    async with driving(tmp_path) as driver:
        driver.choose("sandbox/echo", "sandbox/fast")
        driver.screen.prompt.set_parameters(Parameters(temperature=0.5))
        await driver.press("f8")
        await driver.until(lambda: isinstance(driver.app.screen, PresetList))
        await driver.press("a", *"usual", "enter")
        await driver.until(lambda: driver.lab.presets.all().result())
        await driver.press("escape")

        driver.choose("sandbox/markdown")
        driver.screen.prompt.set_parameters(Parameters())
        await driver.press("f8")
        await driver.until(lambda: isinstance(driver.app.screen, PresetList))
        await driver.press("enter")
        prompt = driver.screen.prompt
        await driver.until(lambda: prompt.parameters == Parameters(temperature=0.5))
        assert prompt.models == (ModelRef("sandbox", "echo"), ModelRef("sandbox", "fast"))

        await driver.press("f8")
        await driver.until(lambda: isinstance(driver.app.screen, PresetList))
        await driver.press("d", "y")
        await driver.until(lambda: not driver.lab.presets.all().result())
