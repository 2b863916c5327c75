"""Choosing models: found by what they can do, listed by providers and by servers nearby."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from textual.widgets import OptionList

from tests.cli.test_models import listing
from tests.ui.driving import Driver, driving
from tui_lab.core.refs import ModelRef
from tui_lab.ui.model_choices import ModelChoice, context_words, search

pytestmark = pytest.mark.anyio


def shown(driver: Driver) -> list[str]:
    return [option.id or "" for option in driver.app.screen.query_one(OptionList).options]


def line(driver: Driver, model: str) -> str:
    return str(driver.app.screen.query_one(OptionList).get_option(model).prompt)


def a_choice(name: str, *capabilities: str, window: int | None = None) -> ModelChoice:
    return ModelChoice(ModelRef.parse(name), True, "ready", window, frozenset(capabilities))


CHOICES = [
    a_choice("a/image-maker"),
    a_choice("a/seer", "image", "reasoning", window=1_000_000),
    a_choice("b/seer", "image", window=8_192),
    a_choice("b/long-128k", window=None),
]


async def test_prices_stand_beside_the_models(tmp_path: Path) -> None:
    config = '[prices."openai/gpt-4o-mini"]\ninput = 7\noutput = 9\n'
    async with driving(tmp_path, config=config) as lab:
        await lab.press("ctrl+l")
        await lab.until(lambda: "$7/$9" in line(lab, "openai/gpt-4o-mini"))
        assert "free" in line(lab, "sandbox/markdown")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("seer", ["a/seer", "b/seer"]),
        ("image", ["a/seer", "b/seer"]),
        ("b/, image", ["b/seer"]),
        ("image,reasoning", ["a/seer"]),
        ("200K", ["a/seer"]),
        ("128k", ["a/seer", "b/long-128k"]),
        ("logprobs", []),
        (" , ", [str(choice.model) for choice in CHOICES]),
    ],
)
def test_all_words_must_hold(query: str, found: list[str]) -> None:
    assert sorted(str(choice.model) for choice in search(CHOICES, query)) == sorted(found)


@pytest.mark.parametrize("query", ["", "image"])
def test_of_equally_good_models_those_that_can_be_used_come_first(query: str) -> None:
    keyless = replace(a_choice("a/painter", "image"), usable=False)
    able = a_choice("b/painter", "image")
    assert search([keyless, able], query) == [able, keyless]


def test_context_windows_are_told_shortly() -> None:
    assert list(map(context_words, (512, 8_192, 128_000, 1_048_576))) == ["512", "8k", "128k", "1M"]


async def test_what_a_model_reads_and_how_much_is_told(tmp_path: Path) -> None:
    async with driving(tmp_path) as driver:
        await driver.press("ctrl+l", "ctrl+u", *"openai/,image,100k")
        assert "openai/gpt-4o-mini" in shown(driver)
        assert "deepseek/deepseek-v4-pro" not in shown(driver)
        words = line(driver, "openai/gpt-4o-mini").split()
        assert "128k" in words
        assert "image" in words


async def test_a_server_on_this_machine_is_found_while_the_list_is_open(tmp_path: Path) -> None:
    with listing({"id": "here-7b"}) as url:
        environ = {"TUI_LAB_PROVIDERS__VLLM__BASE_URL": url}
        async with driving(tmp_path, environ=environ) as driver:
            await driver.press("ctrl+l")
            await driver.until(lambda: "vllm/here-7b" in shown(driver))
            assert "local" in line(driver, "vllm/here-7b")


async def test_providers_are_asked_again_by_a_key_and_what_fails_is_told(tmp_path: Path) -> None:
    with listing({"id": "new/model", "context_length": 5000}) as url:
        environ = {
            "TUI_LAB_PROVIDERS__OPENROUTER__BASE_URL": url,
            "OPENROUTER_API_KEY": "a-key-that-is-long-enough",
            "TUI_LAB_PROVIDERS__GROQ__BASE_URL": "http://127.0.0.1:9/v1",
            "GROQ_API_KEY": "a-key-that-is-long-enough",
        }
        async with driving(tmp_path, environ=environ) as driver:
            await driver.press("ctrl+l")
            assert "f5 ask providers" in driver.footer
            await driver.press("down")
            listed = driver.app.screen.query_one(OptionList)
            before = listed.highlighted_option
            await driver.press("f5")
            await driver.until(lambda: "openrouter/new/model" in shown(driver))
            assert "5k" in line(driver, "openrouter/new/model")
            screen = driver.app.screen
            assert "OpenRouter just now" in str(screen.query_one("#lists").render())
            assert "Groq was not listed anew" in str(screen.query_one("#wrong").render())
            now = listed.highlighted_option
            assert now is not None
            assert before is not None
            assert now.id == before.id
