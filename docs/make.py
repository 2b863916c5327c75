"""Makes what the README shows: a picture of each screen, and the table of keys.

python docs/make.py          makes both again
python docs/make.py --keys   the table of keys alone
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from functools import partial
from pathlib import Path
from typing import Any

from textual.pilot import Pilot

from tui_lab.core.keys import KeyId, KeyKind
from tui_lab.core.secret import Secret
from tui_lab.keys.own_keys import OwnKeys
from tui_lab.lab import Lab
from tui_lab.ui.app import LabApp
from tui_lab.ui.key_names import key_name
from tui_lab.ui.keymap import bindings_of
from tui_lab.ui.remappable import REMAPPABLE
from tui_lab.ui.screens.lab import LabScreen

HERE = Path(__file__).parent
README = HERE.parent / "README.md"
BEGIN, END = "<!-- keys: made by docs/make.py -->\n", "<!-- end of keys -->"
SIZE = (120, 36)
SOME_SECONDS = '{"x-sandbox-pace": "80", "x-sandbox-tokens": "600"}'
SOME_TEXT = 600
"""Characters of an answer."""
PLACES = {
    "app": "everywhere",
    "lab": "Lab",
    "lane": "an answer",
    "answers": "all answers",
    "judge": "judging",
    "reading": "reading",
    "standings": "standings",
    "list": "a list",
    "templates": "Templates",
    "history": "History",
    "stats": "Stats",
    "run": "a run of the past",
    "keys": "Keys",
    "models": "choosing models",
    "find": "finding",
}
"""What the first part of a binding's id means; dialogs that are not named explain themselves."""


def keys_table() -> str:
    """Every key that a person can press, by the place where it works."""
    rows = ["| where | key | does | id |", "|---|---|---|---|"]
    for name, binding in bindings_of([LabApp, *REMAPPABLE]).items():
        place = PLACES.get(name.partition(".")[0])
        words = binding.tooltip or binding.description
        if place is not None and words:
            keys = " ".join(f"`{key_name(key.strip())}`" for key in binding.key.split(","))
            rows.append(f"| {place} | {keys} | {words} | `{name}` |")
    return "\n".join(rows) + "\n"


def with_keys(readme: str) -> str:
    """The README with the table as it is now."""
    before, _, rest = readme.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}{keys_table()}{END}{after}"


async def make_pictures(folder: Path) -> None:
    app = LabApp(
        {
            "TUI_LAB_DATA_DIR": str(folder / "data"),
            "TUI_LAB_CONFIG_DIR": str(folder / "config"),
            "TUI_LAB_PROVIDERS__SANDBOX__HEADERS": SOME_SECONDS,
            "TUI_LAB_UI__THEME": "lab-dark",  # whatever terminal this is made in
        }
    )
    async with app.run_test(size=SIZE) as pilot:
        await _until(pilot, lambda: app.lab is not None)
        await _save(pilot, "first-run")
        await pilot.press("ctrl+l")
        await pilot.press(*"reasoner", "space", "ctrl+u", *"slow", "space", "enter")
        await pilot.press(*"Why is the sky blue, and the sunset red?", "ctrl+j")
        await _until(pilot, lambda: _all_stream(app))
        await _save(pilot, "lab")
        await _until(pilot, lambda: app.running == 0)
        _keep_keys(app.lab)
        for digit, name in (("2", "templates"), ("3", "history"), ("4", "keys"), ("5", "stats")):
            await pilot.press("ctrl+o", digit)
            await pilot.pause(1.0)
            if name == "keys":
                await pilot.press("j", "j", "j")  # to one that is missing: where to get it
            if name == "stats":
                await pilot.press("m")  # simulated models cost nothing: their tokens
            await _save(pilot, name)
        await pilot.press("ctrl+c", "ctrl+c")


def _all_stream(app: LabApp) -> bool:
    """Whether every answer has come far enough for a picture."""
    screen = app.screen
    assert isinstance(screen, LabScreen)
    lanes = screen.answers.lanes
    return bool(lanes) and all(len(lane.view.shown_text) > SOME_TEXT for lane in lanes)


def _keep_keys(lab: Lab | None) -> None:
    """Keys that are none, for as long as this takes."""
    assert lab is not None
    for provider, label, text in (
        ("openai", "default", "sk-proj-an-example-0123456789"),
        ("openai", "work", "sk-proj-an-example-9876543210"),
        ("groq", "default", "gsk_an_example_0123456789"),
    ):
        key, secret = KeyId("default", provider, label), Secret(text)
        lab.keys.do(partial(OwnKeys.keep, key=key, secret=secret, kind=KeyKind.SESSION)).result()


async def _until(pilot: Pilot[Any], holds: Any) -> None:
    while not holds():
        await pilot.pause(0.05)
    await pilot.pause(0.3)


async def _save(pilot: Pilot[Any], name: str) -> None:
    await pilot.pause()
    (HERE / f"{name}.svg").write_text(pilot.app.export_screenshot(), encoding="utf-8")


def main() -> None:
    README.write_text(with_keys(README.read_text("utf-8")), encoding="utf-8")
    if "--keys" not in sys.argv:
        with tempfile.TemporaryDirectory() as folder:
            asyncio.run(make_pictures(Path(folder)))


if __name__ == "__main__":
    main()
