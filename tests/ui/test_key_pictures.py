"""Keys, each state as a picture, at both sizes that it is made for."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, OptionList

import tui_lab.ui
from tests.builders import NOON, a_record
from tests.ui.driving import Driver, an_app
from tests.ui.test_screen_pictures import NO_SERVERS, SIZES
from tui_lab.core.ids import encode_ulid
from tui_lab.core.keys import KeyAction, KeyCheck, KeyEvent, KeyId, KeyKind, KeyOutcome
from tui_lab.core.record import Status
from tui_lab.core.secret import KnownSecrets, Secret
from tui_lab.keys.own_keys import OwnKeys
from tui_lab.keys.references import Reference
from tui_lab.keys.vault import Vault
from tui_lab.store.owner import this_process
from tui_lab.store.store import Store
from tui_lab.ui.app import LabApp
from tui_lab.ui.screens.keys import KeysScreen

Steps = Callable[[Driver], Awaitable[None]]
PASSPHRASE = {"TUI_LAB_VAULT_PASSPHRASE": "planted words of passage"}
ENVIRON = {
    "OPENAI_API_KEY": "sk-0123456789abcdefghijklmnop",
    "GROQ_API_KEY": "gsk_0123456789abcdefghijKLMN",
    "XAI_API_KEY": "xai-0123456789abcdefghijKLMN",
}
OPENAI, ANTHROPIC = KeyId("default", "openai"), KeyId("default", "anthropic")
CHECKS = (
    (OPENAI, KeyOutcome.VALID, None, None),
    (KeyId("default", "deepseek"), KeyOutcome.NO_CREDIT, None, "0.00 USD"),
    (KeyId("default", "groq", ""), KeyOutcome.UNREACHABLE, "no answer within 15 s", None),
    (KeyId("default", "xai", ""), KeyOutcome.INVALID, "Incorrect API key provided", None),
    (ANTHROPIC, KeyOutcome.VALID, None, None),
)


class KeysApp(LabApp):
    """The program at noon, in UTC, on one day."""

    CSS_PATH = str(Path(tui_lab.ui.__file__).with_name("frame.tcss"))
    MODES = {**LabApp.MODES, "keys": lambda: KeysScreen(now=lambda: NOON)}  # noqa: RUF012


def keys_of(folder: Path, events: list[KeyEvent]) -> OwnKeys:
    """Keys of every kind, in a folder of the person's."""
    folder.mkdir(mode=0o700, exist_ok=True)
    Vault(folder / "keys.vault", work=2).unlock(Secret(PASSPHRASE["TUI_LAB_VAULT_PASSPHRASE"]))
    own = OwnKeys(folder, PASSPHRASE, now=lambda: NOON, known=KnownSecrets(), note=events.append)
    own.keep(OPENAI, Secret("sk-proj-0123456789abcdefghijKLMN"), KeyKind.VAULT)
    own.keep(replace(OPENAI, label="work"), Secret("sk-proj-another-0123456789"), KeyKind.VAULT)
    own.refer(ANTHROPIC, Reference.parse("command:pass show anthropic"))
    own.refer(KeyId("default", "deepseek"), Reference.parse("env:XAI_API_KEY"))
    own.refer(KeyId("default", "together"), Reference.parse("file:/no/such/file"))
    return own


async def remember(folder: Path) -> None:
    """Keys, what providers said of them, and runs, before the program opens them."""
    events: list[KeyEvent] = []
    keys_of(folder, events)
    at = NOON - timedelta(days=3)
    path = folder / "history.db"
    store = await Store.open(path, owner=this_process(), now=lambda: NOON)
    for event in events:
        await store.add_key_event(replace(event, at=at, origin="ada@host"))
    masks = {OPENAI: "sk-p…KLMN", ANTHROPIC: "…"} | {
        KeyId("default", one, ""): f"{prefix}…KLMN"
        for one, prefix in (("groq", "gsk_"), ("xai", "xai-"))
    }
    for key, outcome, detail, credit in CHECKS:
        mask = masks.get(key, "xai-…KLMN")
        check = KeyCheck(outcome, detail, credit)
        where = "encrypted vault" if key == OPENAI else "elsewhere"
        event = KeyEvent(NOON - timedelta(hours=1), KeyAction.VERIFY, key, where, "ada@host", mask)
        await store.add_key_event(replace(event, check=check))
    for number, provider in enumerate(["openai"] * 14 + ["groq"] * 3 + ["sandbox"]):
        run_id = encode_ulid(int(NOON.timestamp() * 1000) - number, 0)
        run = a_record(run_id, provider=provider, model=f"{provider}/m", status=Status.OK)
        await store.finish(run, b"")
    await store.close()


async def empty(driver: Driver) -> None:
    await driver.app.switch_mode("keys")
    screen = driver.app.screen
    assert isinstance(screen, KeysScreen)
    await driver.until(lambda: screen.keys.options)
    await driver.pilot.pause()


async def listed(driver: Driver) -> None:
    await empty(driver)
    await driver.press("g")


async def read(driver: Driver) -> None:
    await listed(driver)
    await driver.press("enter")


async def read_failure(driver: Driver) -> None:
    await listed(driver)
    screen = driver.app.screen
    assert isinstance(screen, KeysScreen)
    screen.keys.go_to("xai ")
    await driver.press("enter")


async def read_missing(driver: Driver) -> None:
    await listed(driver)
    screen = driver.app.screen
    assert isinstance(screen, KeysScreen)
    screen.keys.go_to("mistral None")
    await driver.press("enter")


async def adding(driver: Driver) -> None:
    await empty(driver)
    await driver.press("a")
    await driver.until(lambda: driver.app.screen.query("#places"))
    places = driver.app.screen.query_one("#places", OptionList)
    await driver.until(lambda: "cannot be used" in str(places.options[1].prompt))


async def noticed(driver: Driver) -> None:
    await adding(driver)
    await driver.write('"Bearer sk-proj-0123456789abcdefghijKLMN"')
    await driver.press("enter")


async def referring(driver: Driver) -> None:
    await adding(driver)
    driver.app.screen.query_one("#places", OptionList).highlighted = 5
    await driver.pilot.pause()
    driver.app.screen.query_one("#reference", Input).focus()
    await driver.write("pass show 'openai")
    await driver.press("enter")
    await driver.until(lambda: driver.app.screen.query_one("#wrong").display)


async def replacing(driver: Driver) -> None:
    await listed(driver)
    await driver.press("r")
    await driver.until(lambda: driver.app.screen.query("#places"))
    places = driver.app.screen.query_one("#places", OptionList)
    await driver.until(lambda: places.highlighted == 0)
    await driver.until(lambda: "cannot be used" in str(places.options[1].prompt))


async def deleting(driver: Driver) -> None:
    await listed(driver)
    await driver.press("d")
    await driver.until(lambda: len(driver.app.screen_stack) > 1)


async def unlocking(driver: Driver) -> None:
    await listed(driver)
    await driver.press("v")
    await driver.until(lambda: driver.app.screen.query("#passphrase"))
    await driver.write("wrong words")
    await driver.press("enter")
    told = driver.app.screen.query_one("#told")
    await driver.until(lambda: "does not open" in str(told.render()))


FULL: list[Steps] = [listed, read, read_failure, read_missing, replacing, deleting, unlocking]
EMPTY: list[Steps] = [empty, adding, noticed, referring]


def picture(
    compare: Any, folder: Path, size: tuple[int, int], steps: Steps, *, full: bool = False
) -> bool:
    app = an_app(folder, environ=NO_SERVERS | (ENVIRON if full else {}), kind=KeysApp)
    if full:
        asyncio.run(remember(folder / "data"))

    async def before(pilot: Pilot[Any]) -> None:
        driver = Driver(app, pilot)
        await driver.until(lambda: app.lab is not None)
        await pilot.pause()
        await steps(driver)
        await driver.stands_still()

    return bool(compare(app, terminal_size=size, run_before=before))


@SIZES
@pytest.mark.parametrize("steps", EMPTY, ids=lambda steps: steps.__name__)
def test_no_keys(snap_compare: Any, tmp_path: Path, steps: Steps, size: tuple[int, int]) -> None:
    assert picture(snap_compare, tmp_path, size, steps)


@SIZES
@pytest.mark.parametrize("steps", FULL, ids=lambda steps: steps.__name__)
def test_keys(snap_compare: Any, tmp_path: Path, steps: Steps, size: tuple[int, int]) -> None:
    assert picture(snap_compare, tmp_path, size, steps, full=True)
