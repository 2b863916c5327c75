"""The keys: who can be asked, with which key, and how to get one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.ui.driving import Driver, driving
from tui_lab.ui.screens.keys import KeysScreen

pytestmark = pytest.mark.anyio

KEY = "sk-proj-0123456789abcdefghijklmnop"


def keys(driver: Driver) -> KeysScreen:
    assert isinstance(driver.app.screen, KeysScreen)
    return driver.app.screen


def listed(driver: Driver) -> list[str]:
    return [" ".join(str(option.prompt).split()) for option in keys(driver).providers.options]


def facts(driver: Driver) -> str:
    return str(keys(driver)._facts.render())


async def test_without_any_key_it_says_so_and_what_runs_all_the_same(tmp_path: Path) -> None:
    async with driving(tmp_path) as driver:
        await driver.press("escape", "ctrl+o", "4")
        notice = keys(driver).query_one("#keys-notice")
        assert notice.display
        assert "no keys configured" in str(notice.render())
        lines = listed(driver)
        assert "· Sandbox simulated" in lines
        assert "○ OpenAI set OPENAI_API_KEY" in lines
        assert any(line.startswith("· Ollama local") for line in lines)


async def test_every_provider_is_there(tmp_path: Path) -> None:
    async with driving(tmp_path) as driver:
        await driver.press("escape", "ctrl+o", "4")
        headings = [option for option in keys(driver).providers.options if option.disabled]
        assert len(listed(driver)) - len(headings) == len(driver.lab.models.providers)


async def test_a_key_is_masked_and_its_source_named(tmp_path: Path) -> None:
    async with driving(tmp_path, environ={"OPENAI_API_KEY": KEY}) as driver:
        await driver.press("escape", "ctrl+o", "4")
        assert listed(driver)[:2] == [
            "with a key",
            "✓ OpenAI sk-p…mnop environment OPENAI_API_KEY",
        ]
        assert not keys(driver).query_one("#keys-notice").display
        assert KEY not in driver.app.export_screenshot()
        assert "environment OPENAI_API_KEY" in facts(driver)


async def test_a_missing_key_is_explained(tmp_path: Path) -> None:
    async with driving(tmp_path) as driver:
        await driver.press("escape", "ctrl+o", "4", "G")
        shown = facts(driver)
        for label in ("get one", "set it", "address", "dialect"):
            assert label in shown
        assert "https://" in shown


async def test_a_key_set_meanwhile_is_seen_on_coming_back(tmp_path: Path) -> None:
    environ: dict[str, Any] = {}
    async with driving(tmp_path, environ=environ) as driver:
        await driver.press("escape", "ctrl+o", "4", "G", "3")
        driver.lab._environ["GROQ_API_KEY"] = KEY  # type: ignore[index]
        await driver.press("4")
        assert "✓ Groq sk-p…mnop environment GROQ_API_KEY" in listed(driver)


async def test_a_workspace_that_does_not_use_the_environment_says_why(tmp_path: Path) -> None:
    config = "[workspaces.default]\nenvironment_keys = false\n"
    async with driving(tmp_path, config=config, environ={"OPENAI_API_KEY": KEY}) as driver:
        await driver.press("escape", "ctrl+o", "4")
        assert "○ OpenAI set OPENAI_API_KEY" in listed(driver)
