"""The keys: who can be asked, with which key, whether it is good; adding and removing them."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from textual.widgets import Input, OptionList, Static

from tests.cli.servers import Asked, Reply, serving
from tests.keys.builders import PASSPHRASE as VAULT_PASSPHRASE
from tests.keys.builders import own_keys
from tests.ui.driving import PATIENCE_S, Driver, driving
from tui_lab.core.keys import KeyAction, KeyId, KeyKind
from tui_lab.core.secret import Secret
from tui_lab.keys.references import Reference
from tui_lab.keys.vault import Vault
from tui_lab.ui.dialogs.key_form import KeyForm
from tui_lab.ui.dialogs.passphrase_form import PassphraseForm
from tui_lab.ui.dialogs.question import Question
from tui_lab.ui.key_places import PLACES
from tui_lab.ui.screens.keys import KeysScreen
from tui_lab.ui.widgets.fact_table import FactTable

pytestmark = pytest.mark.anyio

KEY = "sk-proj-0123456789abcdefghijklmnop"
OTHER = "sk-proj-another-key-of-mine-0123456789"
GROQ = "gsk_0123456789abcdefghijKLMNOPQRSTUV"
PASSPHRASE = "planted words of passage"
MINE = KeyId("default", "openai")
WORK = KeyId("default", "openai", "work")


def keys(driver: Driver) -> KeysScreen:
    screen = driver.app.screen_stack[0]
    assert isinstance(screen, KeysScreen)
    return screen


def listed(driver: Driver) -> list[str]:
    return [" ".join(str(option.prompt).split()) for option in keys(driver).keys.options]


def line(driver: Driver, provider: str = "OpenAI") -> str:
    return next(one for one in listed(driver) if one.split(" ")[1] == provider)


async def shown(driver: Driver, words: str) -> None:
    """Waits until they are in a line of the list."""
    await driver.until(lambda: any(words in one for one in listed(driver)))


def is_told(driver: Driver, fault: str) -> bool:
    return fault in told(driver)


def facts(driver: Driver) -> str:
    return "\n".join(str(table.render()) for table in keys(driver).view.query(FactTable))


def told(driver: Driver, name: str = "#wrong") -> str:
    return str(driver.app.screen.query_one(name, Static).render())


async def open_keys(driver: Driver, provider: str = "openai") -> KeysScreen:
    """The screen, with the cursor on this provider."""
    driver.app.action_tab("keys")
    await driver.until(lambda: isinstance(driver.app.screen, KeysScreen))
    screen = keys(driver)
    await driver.until(lambda: screen.keys.options)
    number = next(
        number
        for number, option in enumerate(screen.keys.options)
        if (option.id or "").startswith(f"{provider} ")
    )
    screen.keys.highlighted = number
    await driver.pilot.pause()
    return screen


async def dialog(driver: Driver, kind: type[Any]) -> None:
    await driver.until(lambda: isinstance(driver.app.screen, kind))
    await driver.pilot.pause()


async def fill_in(driver: Driver, text: str, place: str) -> None:
    """Opens the form for the provider under the cursor, writes and chooses."""
    await driver.press("a")
    await dialog(driver, KeyForm)
    await write_in(driver, text, place)


async def write_in(driver: Driver, text: str, place: str) -> None:
    """Chooses a place in the form, and writes this instead of what is there."""
    form = driver.app.screen
    places = form.query_one("#places", OptionList)
    places.highlighted = next(n for n, one in enumerate(PLACES) if one.id == place)
    await driver.pilot.pause()
    field = form.query_one("#key" if form.query_one("#key-row").display else "#reference", Input)
    field.value = ""
    field.focus()
    await driver.pilot.pause()
    await driver.write(text)


async def closed(driver: Driver) -> None:
    await driver.until(lambda: isinstance(driver.app.screen, KeysScreen))
    await driver.pilot.pause()


async def add(driver: Driver, text: str = KEY, place: str = "session") -> None:
    await fill_in(driver, text, place)
    await driver.press("enter")
    await closed(driver)


def keep(driver: Driver) -> None:
    """A key for this session, as if it had been added before."""
    driver.lab.keys.do(lambda own: own.keep(MINE, Secret(KEY), KeyKind.SESSION)).result()


def a_vault(folder: Path, passphrase: str = PASSPHRASE) -> None:
    """One that is quickly opened."""
    (folder / "data").mkdir(mode=0o700, exist_ok=True)
    Vault(folder / "data" / "keys.vault", work=2).unlock(Secret(passphrase))


def answering(status: int = 200, body: Any = None) -> Reply:
    text = json.dumps({"data": []} if body is None else body)
    return Reply([text.encode()], status, "application/json")


def at(url: str, *providers: str, **more: str) -> Mapping[str, str]:
    return {f"TUI_LAB_PROVIDERS__{one.upper()}__BASE_URL": url for one in providers} | more


async def test_without_any_key_it_says_so_and_what_runs_all_the_same(tmp_path: Path) -> None:
    async with driving(tmp_path) as driver:
        await driver.press("escape", "ctrl+o", "4")
        screen = keys(driver)
        await driver.until(lambda: screen.keys.options)
        notice = str(screen.query_one("#keys-notice").render())
        assert screen.query_one("#keys-notice").display
        assert "no keys configured" in notice
        assert "a adds one" in notice
        assert "enter says where to get it" in notice
        lines = listed(driver)
        assert "· Sandbox simulated" in lines
        assert "○ OpenAI missing" in lines
        assert any(line.startswith("· Ollama local") for line in lines)
        headings = [option for option in screen.keys.options if option.disabled]
        assert len(lines) - len(headings) == len(driver.lab.models.providers)


async def test_a_key_is_masked_and_its_source_named(tmp_path: Path) -> None:
    async with driving(tmp_path, environ={"OPENAI_API_KEY": KEY}) as driver:
        screen = await open_keys(driver)
        assert listed(driver)[:2] == [
            "with a key",
            "? OpenAI unverified sk-p…mnop ▸ $OPENAI_API_KEY",
        ]
        assert not screen.query_one("#keys-notice").display
        assert KEY not in driver.app.export_screenshot()
        assert "environment OPENAI_API_KEY" in facts(driver)


async def test_a_missing_key_is_explained_with_the_whole_address(tmp_path: Path) -> None:
    async with driving(tmp_path) as driver:
        screen = await open_keys(driver, "moonshot")
        assert "export MOONSHOT_API_KEY" in " ".join(facts(driver).split())
        url = driver.lab.models.provider("moonshot").keys_url
        assert str(screen.query_one("#key-url").render()) == url
        await driver.press("y")
        await driver.until(lambda: driver.notices)
        assert driver.app.clipboard == url


async def test_a_key_set_meanwhile_is_seen_on_coming_back(tmp_path: Path) -> None:
    async with driving(tmp_path) as driver:
        await open_keys(driver)
        await driver.press("3")
        driver.app.environ["GROQ_API_KEY"] = KEY  # type: ignore[index]
        await driver.press("4")
        await driver.until(lambda: "unverified" in line(driver, "Groq"))
        assert line(driver, "Groq") == "? Groq unverified sk-p…mnop ▸ $GROQ_API_KEY"


async def test_a_workspace_that_does_not_use_the_environment_says_why(tmp_path: Path) -> None:
    config = "[workspaces.default]\nenvironment_keys = false\n"
    async with driving(tmp_path, config=config, environ={"OPENAI_API_KEY": KEY}) as driver:
        await open_keys(driver)
        assert line(driver) == "○ OpenAI missing"
        assert "does not use the keys of the environment" in " ".join(facts(driver).split())


async def test_a_key_is_added_unseen_and_used(tmp_path: Path) -> None:
    async with driving(tmp_path) as driver:
        await open_keys(driver)
        await fill_in(driver, f'\n "Bearer {KEY}" \n', "session")
        assert KEY not in driver.app.export_screenshot()
        assert "`Bearer` before the key was left out" in told(driver, "#noticed")
        await driver.press("enter")
        await closed(driver)
        await driver.until(lambda: "unverified" in line(driver))
        assert line(driver) == "? OpenAI unverified sk-p…mnop ▸ session"
        current = keys(driver).current
        assert current is not None
        assert current.name == "openai default"
        entry = driver.lab.keys.do(lambda own: own.find(MINE)).result()
        assert driver.lab.keys.do(lambda own: own.read(entry)).result() == Secret(KEY)


async def test_what_cannot_be_kept_is_refused_and_the_form_stays(tmp_path: Path) -> None:
    async with driving(tmp_path) as driver:
        await open_keys(driver)
        await driver.press("a")
        await dialog(driver, KeyForm)
        for written, place, fault in (
            ("", "session", "the key is empty"),
            ("k", "session", "one character is no key"),
            (KEY, "keyring", "the keyring cannot be used"),
            (KEY, "env", "looks like a key itself"),
        ):
            await write_in(driver, written, place)
            await driver.press("enter")
            await driver.until(partial(is_told, driver, fault))
        await driver.press("escape")
        await closed(driver)
        assert not driver.lab.keys.do(lambda own: own.entries("default", "openai")).result()


async def test_where_to_keep_a_key_is_asked_once_and_remembered(tmp_path: Path) -> None:
    a_vault(tmp_path)
    async with driving(tmp_path, environ={"TUI_LAB_VAULT_PASSPHRASE": PASSPHRASE}) as driver:
        await open_keys(driver)
        await driver.press("a")
        await dialog(driver, KeyForm)
        await driver.write(KEY)
        await driver.press("enter")
        assert "say where the key is to be kept" in told(driver)
        await driver.press("down", "enter")
        await closed(driver)
        assert driver.lab.keys.do(lambda own: own.find(MINE)).result().kind is KeyKind.VAULT
        await open_keys(driver, "groq")
        await driver.press("a")
        await dialog(driver, KeyForm)
        await driver.write(GROQ)
        places = driver.app.screen.query_one("#places", OptionList)
        await driver.until(lambda: places.highlighted == 0)
        await driver.press("enter")
        await closed(driver)
        await driver.until(lambda: "vault" in line(driver, "Groq"))


async def test_a_key_that_looks_like_anothers_is_questioned(tmp_path: Path) -> None:
    async with driving(tmp_path) as driver:
        await open_keys(driver)
        await fill_in(driver, GROQ, "session")
        await driver.press("enter")
        await dialog(driver, Question)
        await driver.press("n")
        await dialog(driver, KeyForm)
        await driver.press("enter")
        await dialog(driver, Question)
        await driver.press("y")
        await closed(driver)
        await driver.until(lambda: "session" in line(driver))


async def test_a_vault_is_made_with_a_passphrase_typed_twice(tmp_path: Path) -> None:
    async with driving(tmp_path) as driver:
        await open_keys(driver)
        await fill_in(driver, KEY, "vault")
        await driver.press("enter")
        await dialog(driver, PassphraseForm)
        await driver.write(PASSPHRASE)
        await driver.press("enter")
        await driver.write("other words entirely")
        await driver.press("enter")
        assert "the two differ" in told(driver, "#told")
        again = driver.app.screen.query_one("#again", Input)
        again.value = ""
        await driver.write(PASSPHRASE)
        assert PASSPHRASE not in driver.app.export_screenshot()
        await driver.press("enter")
        await closed(driver)
        await driver.until(lambda: "vault" in line(driver))
        assert "vault open" in str(keys(driver).query_one("#keys").border_subtitle)
    assert (tmp_path / "data" / "keys.vault").stat().st_mode & 0o777 == 0o600


async def test_a_wrong_passphrase_is_loud_and_the_vault_as_it_was(tmp_path: Path) -> None:
    a_vault(tmp_path)
    before = (tmp_path / "data" / "keys.vault").read_bytes()
    async with driving(tmp_path) as driver:
        await open_keys(driver)
        await fill_in(driver, KEY, "vault")
        await driver.press("enter")
        await dialog(driver, PassphraseForm)
        await driver.write("not the passphrase")
        await driver.press("enter")
        await driver.until(lambda: "does not open the vault" in told(driver, "#told"))
        assert (tmp_path / "data" / "keys.vault").read_bytes() == before
        await driver.write(PASSPHRASE)
        await driver.press("enter")
        await closed(driver)
        await driver.until(lambda: "▸ vault" in line(driver))


async def test_stepping_back_from_the_passphrase_loses_nothing_typed(tmp_path: Path) -> None:
    a_vault(tmp_path)
    async with driving(tmp_path) as driver:
        await open_keys(driver)
        await fill_in(driver, KEY, "vault")
        await driver.press("enter")
        await dialog(driver, PassphraseForm)
        await driver.press("escape")
        await dialog(driver, KeyForm)
        assert driver.app.screen.query_one("#key", Input).value == KEY


async def test_a_reference_is_kept_as_a_reference(tmp_path: Path) -> None:
    async with driving(tmp_path, environ={"WORK_KEY": KEY}) as driver:
        await open_keys(driver)
        await add(driver, "WORK_KEY", "env")
        await shown(driver, "OpenAI unverified sk-p…mnop ▸ → $WORK_KEY")
        await open_keys(driver, "groq")
        await add(driver, "printf a-key-from-a-command", "command")
        await shown(driver, "Groq unverified … ▸ → command")


async def test_one_of_several_labelled_keys_is_in_use(tmp_path: Path) -> None:
    async with driving(tmp_path, environ={"WORK_KEY": OTHER}) as driver:
        driver_keys = await open_keys(driver)
        await add(driver, "WORK_KEY", "env")
        await fill_in(driver, "WORK_KEY", "env")
        await driver.press("enter")
        await driver.until(lambda: "there is a key 'default' already" in told(driver))
        driver.app.screen.query_one("#label", Input).value = "work"
        await driver.press("enter")
        await closed(driver)
        await driver.until(lambda: any("work · → $" in one for one in listed(driver)))
        assert driver_keys.current is not None
        assert not driver_keys.current.row.in_use
        await driver.press("u")
        await driver.until(lambda: any("▸ work" in one for one in listed(driver)))
        active = driver.lab.keys.do(lambda own: own.active("default", "openai")).result()
        assert active is not None
        assert active.id == WORK


async def test_a_key_gets_another_label(tmp_path: Path) -> None:
    async with driving(tmp_path) as driver:
        keep(driver)
        await open_keys(driver)
        await driver.until(lambda: "session" in line(driver))
        await driver.press("l")
        await driver.write("work")
        await driver.press("enter")
        await driver.until(lambda: "▸ work · session" in line(driver))
        assert "label work" in " ".join(facts(driver).split())


async def test_a_key_is_replaced_in_its_place(tmp_path: Path) -> None:
    async with driving(tmp_path) as driver:
        keep(driver)
        await open_keys(driver)
        await driver.until(lambda: "session" in line(driver))
        await driver.press("r")
        await dialog(driver, KeyForm)
        places = driver.app.screen.query_one("#places", OptionList)
        await driver.until(lambda: places.highlighted is not None)
        await driver.write(OTHER)
        await driver.press("enter")
        await closed(driver)
        await driver.until(lambda: "sk-p…6789" in line(driver))


async def test_deleting_asks_and_says_what_remains(tmp_path: Path) -> None:
    async with driving(tmp_path, environ={"OPENAI_API_KEY": OTHER}) as driver:
        keep(driver)
        await open_keys(driver)
        await driver.until(lambda: "▸ session" in line(driver))
        await driver.press("d")
        await dialog(driver, Question)
        words = " ".join(str(driver.app.screen.query_one(Static).render()).split())
        assert "Delete the key 'default' for OpenAI (this session only)?" in words
        assert "After that the key of the environment OPENAI_API_KEY is used." in words
        await driver.press("n")
        await closed(driver)
        assert "▸ session" in line(driver)
        await driver.press("d")
        await dialog(driver, Question)
        await driver.press("y")
        await driver.until(lambda: "▸ $OPENAI_API_KEY" in line(driver))
        assert not driver.lab.keys.do(lambda own: own.entries("default", "openai")).result()


async def test_deleting_the_sessions_key_says_which_one_is_there_again(tmp_path: Path) -> None:
    async with driving(tmp_path) as driver:
        own = driver.lab.keys
        own.do(lambda keys: keys.refer(MINE, Reference.parse("env:WORK_KEY"))).result()
        keep(driver)
        await open_keys(driver)
        await driver.press("d")
        await dialog(driver, Question)
        words = " ".join(str(driver.app.screen.query_one(Static).render()).split())
        assert "there again: reference to environment WORK_KEY" in words


async def test_the_environments_key_is_not_ours_to_change(tmp_path: Path) -> None:
    async with driving(tmp_path, environ={"OPENAI_API_KEY": KEY}) as driver:
        await open_keys(driver)
        for word in ("delete", "replace", "label", "use"):
            assert f" {word}" not in driver.footer
        assert "a add" in driver.footer
        assert "v verify" in driver.footer


OUTCOMES: Mapping[str, tuple[int, Any, str]] = {
    "openai": (200, {"data": []}, "✓ OpenAI verified"),
    "groq": (401, {"error": {"code": "invalid_api_key", "message": "no"}}, "✗ Groq invalid"),
    "mistral": (403, {"error": {"message": "no"}}, "✗ Mistral no permission"),
    "xai": (429, {"error": {"code": "insufficient_quota", "message": "no"}}, "✗ xAI no credit"),
    "moonshot": (429, {"error": {"message": "slow down"}}, "◌ Moonshot rate limited"),
    "deepinfra": (503, {"error": {"message": "down"}}, "◌ DeepInfra unreachable"),
}


async def test_verifying_all_tells_what_each_provider_says(tmp_path: Path) -> None:
    with serving(lambda asked: answering(*OUTCOMES[asked.path.split("/")[1]][:2])) as provider:
        environ = {f"{one.upper()}_API_KEY": KEY for one in OUTCOMES}
        for one in OUTCOMES:
            environ |= at(f"{provider.url}/{one}", one)
        async with driving(tmp_path, environ=environ) as driver:
            await open_keys(driver)
            await driver.press("V")
            for _, _, words in OUTCOMES.values():
                await shown(driver, words)
            await driver.until(lambda: "1 valid" in "".join(driver.notices))
            assert "verify" in facts(driver)
            assert {asked.path for asked in provider.asked} == {
                f"/{one}/models" for one in OUTCOMES
            }


async def test_pressing_verify_again_and_again_asks_once(tmp_path: Path) -> None:
    answer = threading.Event()

    def late(asked: Asked) -> Reply:
        answer.wait(PATIENCE_S)
        return answering()

    with serving(late) as provider:
        environ = at(provider.url, "openai", OPENAI_API_KEY=KEY)
        async with driving(tmp_path, environ=environ) as driver:
            await open_keys(driver)
            await driver.press("v", "v", "V", "v")
            await driver.until(lambda: provider.asked)
            answer.set()
            await driver.until(lambda: "verified" in line(driver).split())
            assert len(provider.asked) == 1


async def test_while_a_provider_is_asked_the_screen_can_be_used(tmp_path: Path) -> None:
    with serving(lambda asked: None) as provider:
        environ = at(provider.url, "openai", OPENAI_API_KEY=KEY)
        async with driving(tmp_path, environ=environ) as driver:
            screen = await open_keys(driver)
            await driver.press("v")
            await driver.until(lambda: line(driver).startswith("◐ OpenAI asking"))
            await driver.press("G")
            assert screen.current is not None
            assert screen.current.row.provider.id != "openai"


async def test_verifying_a_key_of_the_vault_opens_it_first(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir(mode=0o700)
    own_keys(tmp_path / "data").keep(MINE, Secret(KEY), KeyKind.VAULT)
    with serving(lambda asked: answering()) as provider:
        async with driving(tmp_path, environ=at(provider.url, "openai")) as driver:
            await open_keys(driver)
            await driver.until(lambda: "vault" in line(driver))
            await driver.press("v")
            await dialog(driver, PassphraseForm)
            await driver.write(VAULT_PASSPHRASE)
            await driver.press("enter")
            await driver.until(lambda: "verified" in line(driver).split())
            assert provider.asked[0].headers["authorization"] == f"Bearer {KEY}"


async def test_a_key_that_cannot_be_had_says_why_in_its_place(tmp_path: Path) -> None:
    async with driving(tmp_path) as driver:
        await open_keys(driver)
        await add(driver, "false", "command")
        await driver.until(lambda: "command false" in line(driver))
        await driver.press("v")
        await driver.until(lambda: "failed with code 1" in " ".join(facts(driver).split()))


async def test_the_passphrase_is_changed_from_the_palette(tmp_path: Path) -> None:
    a_vault(tmp_path)
    async with driving(tmp_path) as driver:
        await open_keys(driver)
        await driver.press("ctrl+p", *"passphrase", "enter")
        await dialog(driver, PassphraseForm)
        await driver.write(PASSPHRASE)
        await driver.press("enter")
        await driver.until(lambda: driver.app.screen.query("#again"))
        for _ in range(2):
            await driver.write("entirely other words")
            await driver.press("enter")
        await driver.until(lambda: "the vault has another passphrase now" in driver.notices)
    opened = Vault(tmp_path / "data" / "keys.vault")
    opened.unlock(Secret("entirely other words"))


async def test_the_trail_of_a_provider_is_on_the_screen_without_the_key(tmp_path: Path) -> None:
    async with driving(tmp_path) as driver:
        keep(driver)
        await open_keys(driver)
        await driver.until(lambda: "add default" in facts(driver))
        events = driver.lab.keys.events().result()
        assert [event.action for event in events] == [KeyAction.ADD]
        assert KEY not in facts(driver)


async def test_workspaces_see_only_their_own_keys(tmp_path: Path) -> None:
    async with driving(tmp_path) as driver:
        keep(driver)
        await open_keys(driver)
        await driver.until(lambda: "session" in line(driver))
        driver.app.work_in("team")
        await driver.until(lambda: "missing" in line(driver))
        driver.app.work_in("default")
        await driver.until(lambda: "session" in line(driver))


async def test_runs_of_this_month_are_counted(tmp_path: Path) -> None:
    async with driving(tmp_path) as driver:
        await driver.run("Say hello", "sandbox/echo")
        await driver.finished()
        await open_keys(driver, "sandbox")
        await driver.until(lambda: line(driver, "Sandbox") == "· Sandbox simulated 1")


async def test_a_damaged_list_of_keys_is_told_in_its_place(tmp_path: Path) -> None:
    async with driving(tmp_path) as driver:
        (tmp_path / "data" / "keys.json").write_text("{")
        await driver.press("escape", "ctrl+o", "4")
        notice = driver.app.screen.query_one("#keys-notice", Static)
        await driver.until(lambda: "is damaged" in str(notice.render()))


async def test_nothing_typed_unseen_can_be_copied(tmp_path: Path) -> None:
    async with driving(tmp_path) as driver:
        await open_keys(driver)
        await fill_in(driver, KEY, "session")
        await driver.press("ctrl+a", "shift+end", "ctrl+c", "ctrl+x")
        assert driver.app.clipboard == ""
        assert driver.app.screen.query_one("#key", Input).value == KEY
        assert not any(KEY in path.read_text("latin-1") for path in files(tmp_path))


def files(folder: Path) -> list[Path]:
    return [Path(parent) / name for parent, _, names in os.walk(folder) for name in names]
