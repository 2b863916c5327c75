"""From a template to the Lab, and to a run if that is wanted."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from tui_lab.core.refs import ModelRef
from tui_lab.ui.availability import availability
from tui_lab.ui.dialogs.template_picker import TemplatePicker
from tui_lab.ui.screens.lab import LabScreen
from tui_lab.ui.widgets.template_view import Suggestion

if TYPE_CHECKING:
    from tui_lab.lab import Lab
    from tui_lab.templates.library import Template
    from tui_lab.ui.app import LabApp


def suggestions(lab: Lab, template: Template) -> list[Suggestion]:
    """The suggested models; the one that would be taken is marked."""
    taken = lab.suggested(template)
    models = [ModelRef.parse(name) for name in template.suggested_models]
    return [(str(model), availability(lab, model), model == taken) for model in models]


async def use_template(app: LabApp, template: Template, *, run: bool) -> None:
    """Goes to the Lab with it; with `run` it runs there, unless a variable needs a value."""
    await app.switch_mode(LabScreen.MODE)
    screen = app.screen
    assert isinstance(screen, LabScreen)
    screen.use_template(template)
    if run:
        screen.call_after_refresh(screen.action_run)


async def pick_template(app: LabApp) -> None:
    """Asks which one, then uses it. To be awaited in a worker."""
    if app.lab is None:
        return
    templates = app.lab.templates.templates
    picked = await app.push_screen_wait(TemplatePicker(templates, partial(suggestions, app.lab)))
    if picked is not None:
        await use_template(app, picked.template, run=picked.run)
