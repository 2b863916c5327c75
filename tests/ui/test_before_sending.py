"""What a person is asked before a prompt leaves."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.servers import Provider, chat, serving
from tests.ui.driving import Driver, driving
from tests.ui.screens.test_keys import PASSPHRASE, a_vault, answering, at, dialog
from tui_lab.core.keys import KeyId, KeyKind
from tui_lab.core.record import Status
from tui_lab.core.secret import Secret
from tui_lab.ui.dialogs.model_picker import ModelPicker
from tui_lab.ui.dialogs.passphrase_form import PassphraseForm
from tui_lab.ui.dialogs.question import Question
from tui_lab.ui.screens.lab import LabScreen

pytestmark = pytest.mark.anyio

KEY = "sk-proj-0123456789abcdefghijklmnop"
ODD = "an-odd-key-without-any-known-format"
MODEL = "openai/m-1"


async def keep_in_vault(folder: Path) -> None:
    a_vault(folder)
    async with driving(folder, environ={"TUI_LAB_VAULT_PASSPHRASE": PASSPHRASE}) as driver:
        key = KeyId("default", "openai")
        driver.lab.keys.do(lambda own: own.keep(key, Secret(KEY), KeyKind.VAULT)).result()


async def send(driver: Driver, text: str, model: str) -> None:
    driver.choose(model)
    await driver.write(text)
    await driver.press("ctrl+j")


@pytest.mark.parametrize("key", [KEY, ODD])
async def test_a_key_in_a_prompt_is_asked_about_before_it_is_sent(tmp_path: Path, key: str) -> None:
    async with driving(tmp_path, environ={"MISTRAL_API_KEY": ODD}) as driver:
        await send(driver, f"what is {key}?", "sandbox/echo")
        await dialog(driver, Question)
        await driver.press("n")
        await dialog(driver, LabScreen)
        assert not driver.lanes
        assert driver.screen.prompt.editor.text == f"what is {key}?"
        await driver.press("ctrl+j")
        await dialog(driver, Question)
        await driver.press("y")
        await driver.until(lambda: driver.lanes)
        (record,) = await driver.finished()
        assert record.status is Status.OK


async def test_a_prompt_without_a_key_is_sent_at_once(tmp_path: Path) -> None:
    async with driving(tmp_path) as driver:
        await driver.run("what is sk-1?", "sandbox/echo")
        assert (await driver.finished())[0].status is Status.OK


def keys_used(provider: Provider) -> list[str]:
    return [asked.headers["authorization"] for asked in provider.asked]


async def test_a_run_whose_key_is_in_the_vault_asks_for_the_passphrase_once(
    tmp_path: Path,
) -> None:
    await keep_in_vault(tmp_path)
    with serving(lambda asked: chat("hi")) as provider:
        async with driving(tmp_path, environ=at(provider.url, "openai")) as driver:
            await send(driver, "hello", MODEL)
            await dialog(driver, PassphraseForm)
            assert provider.asked == []
            await driver.write(PASSPHRASE)
            await driver.press("enter")
            await driver.until(lambda: driver.lanes)
            assert [record.text for record in await driver.finished()] == ["hi"]
            await driver.press("r")
            await driver.until(lambda: len(provider.asked) == 2)
            assert keys_used(provider) == [f"Bearer {KEY}"] * 2


async def test_stepping_back_from_the_passphrase_sends_nothing(tmp_path: Path) -> None:
    await keep_in_vault(tmp_path)
    with serving(lambda asked: chat("hi")) as provider:
        async with driving(tmp_path, environ=at(provider.url, "openai")) as driver:
            await send(driver, "hello", MODEL)
            await dialog(driver, PassphraseForm)
            await driver.press("escape")
            await dialog(driver, LabScreen)
            assert not driver.lanes
            assert provider.asked == []


async def test_a_model_that_needs_no_key_asks_for_no_passphrase(tmp_path: Path) -> None:
    await keep_in_vault(tmp_path)
    async with driving(tmp_path) as driver:
        await driver.run("hello", "sandbox/echo")
        assert (await driver.finished())[0].status is Status.OK


async def test_asking_for_models_asks_for_the_passphrase(tmp_path: Path) -> None:
    await keep_in_vault(tmp_path)
    listed = {"data": [{"id": "a-listed-model"}]}
    with serving(lambda asked: answering(200, listed)) as provider:
        async with driving(tmp_path, environ=at(provider.url, "openai")) as driver:
            await driver.press("ctrl+l")
            await dialog(driver, ModelPicker)
            await driver.press("f5")
            await dialog(driver, PassphraseForm)
            await driver.write(PASSPHRASE)
            await driver.press("enter")
            await dialog(driver, ModelPicker)
            await driver.until(lambda: driver.lab.models.listed("openai"))


async def test_the_first_words_lead_to_the_keys(tmp_path: Path) -> None:
    async with driving(tmp_path) as driver:
        words = driver.screen.query_one("#guidance")
        assert "^o 4 opens Keys" in str(words.render())
        await driver.press("ctrl+o", "4")
        key = KeyId("default", "openai")
        driver.lab.keys.do(lambda own: own.keep(key, Secret(KEY), KeyKind.SESSION)).result()
        await driver.press("1")
        await driver.until(lambda: "keys found for OpenAI" in str(words.render()))
