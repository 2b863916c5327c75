"""A template as the text of its TOML table, checked while it is written."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static, TextArea

from tui_lab.core.errors import LabError
from tui_lab.core.sanitise import sanitise
from tui_lab.ui.dialogs.dialog import Dialog
from tui_lab.ui.dialogs.question import Question
from tui_lab.ui.external_editor import edit

if TYPE_CHECKING:
    from tui_lab.templates.template import Template

HELP = (
    "The table as it stands in your templates.toml. {{name}} and {{name | default}} in prompt and "
    "system are variables; [template.variables.name] says more of one: type (text, multiline, "
    "number, choice, file), default, description, choices, min, max, integer. ^j saves, ^g opens "
    "your own editor."
)


class TemplateForm(Dialog["Template"]):
    """Answers with the template once `save` has taken its table; what it refuses is shown."""

    FOOTER = ("template_form.save", "template_form.editor", "template_form.back")
    HELP = HELP
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+j", "save", "save", id="template_form.save", priority=True),
        Binding("ctrl+g", "editor", "editor", id="template_form.editor", priority=True),
        Binding("escape", "leave", "back", id="template_form.back", priority=True),
    ]
    DEFAULT_CSS = """
    TemplateForm {
        & > .box { height: 90%; max-height: 36; }
        & TextArea {
            height: 1fr;
            padding: 0;
            background: $background;
            &:focus { background-tint: transparent; }
        }
        & #verdict { height: auto; max-height: 4; color: $foreground-muted; }
        & #verdict.-wrong { color: $error; }
    }
    """

    def __init__(
        self,
        title: str,
        table: str,
        *,
        check: Callable[[str], Template],
        save: Callable[[str], Template],
        folder: Path,
    ) -> None:
        super().__init__(title)
        self._table = table
        self._check = check
        self._save = save
        self._folder = folder

    def compose_box(self) -> ComposeResult:
        text = TextArea(self._table, compact=True, soft_wrap=True, tab_behavior="focus")
        text.cursor_blink = False
        yield text
        yield Static(id="verdict", markup=False)

    def on_mount(self) -> None:
        self._edited()

    @property
    def _text(self) -> str:
        return self.query_one(TextArea).text

    @on(TextArea.Changed)
    def _edited(self) -> None:
        try:
            template = self._check(self._text)
        except LabError as error:
            self._say(error)
        else:
            names = ", ".join(variable.name for variable in template.variables)
            self._tell(f"✓ {template.id} · variables: {names or 'none'}", wrong=False)

    @work(exclusive=True)
    async def action_save(self) -> None:
        try:
            template = await asyncio.to_thread(self._save, self._text)
        except LabError as error:
            self._say(error)
        else:
            self.dismiss(template)

    def action_editor(self) -> None:
        try:
            text = edit(self.app, self._text, folder=self._folder, name="template.toml")
        except LabError as error:
            self._say(error)
        else:
            self.query_one(TextArea).text = text

    @work
    async def action_leave(self) -> None:
        if self._text.strip() != self._table.strip():
            question = Question("Leave", "What you wrote is not saved. Leave it?")
            if not await self.app.push_screen_wait(question):
                return
        self.dismiss(None)

    def _say(self, error: LabError) -> None:
        hint = f"\n→ {error.hint}" if error.hint else ""
        self._tell(f"✗ {error.message}{hint}", wrong=True)

    def _tell(self, words: str, *, wrong: bool) -> None:
        verdict = self.query_one("#verdict", Static)
        verdict.set_class(wrong, "-wrong")
        verdict.update(sanitise(words))
