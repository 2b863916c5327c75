"""Keys that come faster than the screen changes land where they were meant to."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.events import Key
from textual.widgets import Input

from tests.ui.driving import Driver, driving
from tui_lab.ui.dialogs.model_picker import ModelPicker

pytestmark = pytest.mark.anyio


def type_ahead(lab: Driver, *keys: str) -> None:
    """Puts all of them into the queue before any is looked at."""
    for name in keys:
        lab.app.post_message(Key(name, name if len(name) == 1 else None))


async def test_typed_ahead_of_a_dialog_they_land_in_it(tmp_path: Path) -> None:
    async with driving(tmp_path) as lab:
        type_ahead(lab, "ctrl+l", *"slow")
        await lab.until(lambda: isinstance(lab.app.screen, ModelPicker))
        picker = lab.app.screen
        await lab.until(lambda: picker.query_one("#filter", Input).value == "slow")
        assert lab.screen.prompt.editor.text == ""


async def test_a_whole_choice_can_be_typed_ahead(tmp_path: Path) -> None:
    async with driving(tmp_path) as lab:
        type_ahead(lab, "ctrl+l", *"slow", "enter", *"Hi")
        await lab.until(lambda: lab.screen.prompt.editor.text == "Hi")
        assert list(map(str, lab.screen.prompt.models)) == ["sandbox/slow"]


async def test_a_template_can_be_taken_ahead_of_the_picture(tmp_path: Path) -> None:
    async with driving(tmp_path) as lab:
        type_ahead(lab, "ctrl+t", *"poe", "enter")
        await lab.until(lambda: "poe" in lab.screen.prompt.editor.text.lower())


async def test_typed_while_another_key_is_looked_at_they_are_one_edit(tmp_path: Path) -> None:
    async with driving(tmp_path) as lab:
        type_ahead(lab, *"abcdef", "left", "X")
        await lab.until(lambda: lab.screen.prompt.editor.text == "abcdeXf")


async def test_enter_takes_what_was_typed_when_no_mark_was_changed(tmp_path: Path) -> None:
    async with driving(tmp_path) as lab:
        lab.choose("sandbox/echo", "sandbox/markdown")
        await lab.press("ctrl+l", *"slow", "enter")
        assert list(map(str, lab.screen.prompt.models)) == ["sandbox/slow"]
