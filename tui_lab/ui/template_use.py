"""From a template to the Lab, and to a run if that is wanted."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from textual.app import App

from tui_lab.core.refs import ModelRef
from tui_lab.ui.dialogs.template_picker import TemplatePicker
from tui_lab.ui.screens.lab import LabScreen
from tui_lab.ui.suggestions import suggestions

if TYPE_CHECKING:
    from tui_lab.lab import Lab
    from tui_lab.templates.template import Template


async def use_template(app: App[Any], template: Template, *, run: bool) -> None:
    """Goes to the Lab with it; with `run` it runs there, unless a variable needs a value."""
    await app.switch_mode(LabScreen.MODE)
    screen = app.screen
    assert isinstance(screen, LabScreen)
    screen.use_template(template)
    if run:
        screen.call_after_refresh(screen.action_run)


async def pick_template(app: App[Any], lab: Lab, chosen: Sequence[ModelRef]) -> None:
    """Asks which one, then uses it; `chosen` are the Lab's models. To be awaited in a worker."""
    found = partial(suggestions, lab, chosen=chosen)
    picker = TemplatePicker(lab.templates.library.templates, found, kept=chosen)
    picked = await app.push_screen_wait(picker)
    if picked is not None:
        await use_template(app, picked.template, run=picked.run)
