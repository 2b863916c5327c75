"""A ^j runs when it was typed, and is a newline when it was pasted."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pytest
from textual.events import Key

from tests.ui.driving import driving
from tui_lab.ui.paste_guard import GAP_S, PasteGuard

pytestmark = pytest.mark.anyio

QUICK = GAP_S / 3
SLOW = GAP_S * 2


@dataclass
class Keyboard:
    """Keys with times of our own; `quiet` is what a pause after a key does."""

    delivered: list[str] = field(default_factory=list)
    time: float = 0.0

    def __post_init__(self) -> None:
        self.guard = PasteGuard(self._deliver)

    async def _deliver(self, key: Key) -> None:
        self.delivered.append(key.key)

    async def press(self, *keys: str, gap: float) -> None:
        for name in keys:
            self.time += gap
            key = Key(name, name if len(name) == 1 else None)
            key.time = self.time
            await self.guard.take(key, lambda: None)

    async def quiet(self) -> None:
        self.time += SLOW
        await self.guard.release()


async def test_typed_it_runs() -> None:
    keyboard = Keyboard()
    await keyboard.press("h", "i", "ctrl+j", gap=SLOW)
    await keyboard.quiet()
    assert keyboard.delivered == ["h", "i", "ctrl+j"]


async def test_at_the_end_of_quick_typing_on_a_slow_link_it_runs() -> None:
    keyboard = Keyboard()
    await keyboard.press("h", "i", "ctrl+j", gap=QUICK)
    await keyboard.quiet()
    assert keyboard.delivered == ["h", "i", "ctrl+j"]


async def test_when_the_burst_goes_on_it_is_a_newline() -> None:
    keyboard = Keyboard()
    await keyboard.press("h", "ctrl+j", "i", gap=QUICK)
    assert keyboard.delivered == ["h", "enter", "i"]


async def test_when_a_later_key_is_typed_it_still_runs_before_it() -> None:
    keyboard = Keyboard()
    await keyboard.press("h", "ctrl+j", "i", gap=SLOW)
    assert keyboard.delivered == ["h", "ctrl+j", "i"]


async def test_a_second_one_in_a_burst_is_a_newline_even_at_its_end() -> None:
    keyboard = Keyboard()
    await keyboard.press("a", "ctrl+j", "b", "ctrl+j", gap=QUICK)
    await keyboard.quiet()
    assert keyboard.delivered == ["a", "enter", "b", "enter"]


async def test_at_the_end_of_a_long_burst_it_is_a_newline() -> None:
    keyboard = Keyboard()
    await keyboard.press(*"x" * 33, "ctrl+j", gap=QUICK)
    await keyboard.quiet()
    assert keyboard.delivered[-1] == "enter"


async def test_200_lines_pasted_without_brackets_start_no_run(tmp_path: Path) -> None:
    lines = [f"line {number} of a paste" for number in range(200)]
    async with driving(tmp_path) as lab:
        for char in "\n".join(lines) + "\n":
            key = "ctrl+j" if char == "\n" else "space" if char == " " else char
            lab.app.post_message(Key(key, char))
        await lab.until(lambda: lab.screen.prompt.editor.text.count("\n") == 200)
        assert lab.screen.prompt.editor.text.splitlines() == lines
        assert not lab.lanes


async def test_a_paste_with_brackets_of_any_size_is_one_edit(tmp_path: Path) -> None:
    text = "a line of a long document\n" * 10_000
    async with driving(tmp_path) as lab:
        await lab.write(text)
        assert lab.screen.prompt.editor.text == text
        assert not lab.lanes
        await lab.press("ctrl+z")
        assert lab.screen.prompt.editor.text == ""
