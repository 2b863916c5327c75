"""Presets: models and parameters under a name, taken, kept and deleted."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from concurrent.futures import Future
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from tui_lab.core.errors import LabError
from tui_lab.core.preset import Preset
from tui_lab.core.sanitise import sanitise_line
from tui_lab.ui.dialogs.dialog import Dialog
from tui_lab.ui.dialogs.question import Question
from tui_lab.ui.dialogs.text_form import TextForm
from tui_lab.ui.widgets.choice_list import ChoiceList

if TYPE_CHECKING:
    from tui_lab.lab.presets import LabPresets

EMPTY = "No presets yet. a keeps the models and parameters of the prompt under a name."


class PresetList(Dialog[Preset]):
    """Answers with the preset to take."""

    FOOTER = ("presets.take", "presets.add", "presets.delete", "dialog.back")
    HELP = (
        "Models and parameters under a name. Enter takes a preset, a keeps the models and "
        "parameters that the prompt has now, d deletes one."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "take", "take", id="presets.take", priority=True),
        Binding("a", "add", "keep these", id="presets.add"),
        Binding("d", "delete", "delete", id="presets.delete"),
    ]
    DEFAULT_CSS = """
    PresetList {
        & ChoiceList { height: auto; max-height: 16; }
        & #now { color: $foreground-muted; margin-top: 1; }
    }
    """

    def __init__(self, presets: LabPresets, shown: Sequence[Preset], now: Preset) -> None:
        super().__init__("Presets")
        self._presets = presets
        self._shown = shown
        self._now = now

    def compose_box(self) -> ComposeResult:
        yield ChoiceList(id="presets")
        yield Static(id="now", markup=False)

    def on_mount(self) -> None:
        self._show(0)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return bool(self._shown) if action in ("take", "delete") else True

    @property
    def _current(self) -> Preset | None:
        place = self.query_one(ChoiceList).highlighted
        return self._shown[place] if place is not None else None

    def action_take(self) -> None:
        if (current := self._current) is not None:
            self.dismiss(current)

    @on(OptionList.OptionSelected)
    def _clicked(self) -> None:
        self.action_take()

    @work(exclusive=True)
    async def action_add(self) -> None:
        form = TextForm("Keep as", "the usual three", help_text="A name that is there is replaced.")
        if (name := await self.app.push_screen_wait(form)) is not None:
            kept = Preset(name, self._now.asked, self._now.parameters)
            await self._change(self._presets.save(kept), name)

    @work(exclusive=True)
    async def action_delete(self) -> None:
        if (current := self._current) is not None:
            question = Question("Delete", f"Delete the preset {current.name}?")
            if await self.app.push_screen_wait(question):
                await self._change(self._presets.delete(current.name), None)

    async def _change(self, change: Future[None], name: str | None) -> None:
        try:
            await asyncio.wrap_future(change)
            shown: tuple[Preset, ...] = await asyncio.wrap_future(self._presets.all())
        except LabError as error:
            self.query_one("#now", Static).update(sanitise_line(f"✗ {error.message}"))
            return
        self._shown = shown
        names = [preset.name for preset in self._shown]
        self._show(names.index(name) if name in names else 0)

    def _show(self, place: int) -> None:
        presets = self.query_one(ChoiceList)
        presets.clear_options()
        presets.add_options(map(_option, self._shown))
        presets.display = bool(self._shown)
        presets.highlighted = place if self._shown else None
        if self._shown:
            presets.focus()
        words = f"now: {self._now.words}" if self._shown else EMPTY
        self.query_one("#now", Static).update(sanitise_line(words))
        self.refresh_bindings()


def _option(preset: Preset) -> Option:
    words = (f"  {sanitise_line(preset.words)}", "$foreground-muted")
    return Option(Content.assemble(sanitise_line(preset.name), words))
