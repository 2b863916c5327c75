"""From a template to the Lab, and to a run if that is wanted."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any

from textual.app import App

from tui_lab.core.errors import LabError
from tui_lab.core.refs import ModelRef
from tui_lab.ui.dialogs.template_picker import TemplatePicker
from tui_lab.ui.screens.lab import LabScreen
from tui_lab.ui.suggestions import suggestions

if TYPE_CHECKING:
    from tui_lab.core.toml_edit import Value
    from tui_lab.lab import Lab
    from tui_lab.templates.own import TemplateSource
    from tui_lab.templates.template import Template


async def use_template(app: App[Any], template: Template, *, run: bool) -> None:
    """Goes to the Lab with it; with `run` it runs there, unless a variable needs a value.

    The values of the last run with it are filled in where it does not run at once.
    """
    await app.switch_mode(LabScreen.MODE)
    screen = app.screen
    assert isinstance(screen, LabScreen)
    screen.use_template(template)
    if run and not screen.prompt.variables.missing:
        screen.call_after_refresh(screen.action_run)
    elif (lab := screen.host.lab) is not None:
        values = None
        with suppress(LabError):  # a history that cannot be read is told elsewhere
            values = await asyncio.wrap_future(lab.templates.last_variables(template.id))
        if values and screen.prompt.variables.offer(values):
            screen.host.say("filled in as in your last run with it")
        screen.call_after_refresh(screen.prompt.focus_missing)


async def write_template(
    app: App[Any], lab: Lab, title: str, table: str, source: TemplateSource | None
) -> Template | None:
    """Lets the person write a table and saves it, in the place of `source` if that is given.

    None where the person steps back. To be awaited in a worker.
    """
    from tui_lab.templates.own import template_in
    from tui_lab.ui.dialogs.template_form import TemplateForm

    form = TemplateForm(
        title,
        table,
        check=lambda text: template_in(text, "the text"),
        save=lambda text: lab.templates.save(text, source),
        folder=lab.directories.data,
    )
    return await app.push_screen_wait(form)


async def keep_prompt(app: App[Any], lab: Lab, prompt: str, system: str) -> Template | None:
    """A new template that begins as this prompt; None where the person steps back."""
    from tui_lab.templates.own import table_of

    first = next((line.strip() for line in prompt.splitlines() if line.strip()), "New template")
    words = re.findall(r"[a-z0-9]+", first.lower())[:4]
    fields: dict[str, Value] = {
        "id": lab.templates.library.free_id("-".join(words) or "new-template"),
        "name": re.sub(r"[{}]", "", first)[:40],
        "category": "own",
        "description": "",
        "prompt": prompt or "Write about {{topic}}.\n",
    }
    if system.strip():
        fields["system"] = system
    return await write_template(app, lab, "New template", table_of(list(fields.items())), None)


async def pick_template(app: App[Any], lab: Lab, chosen: Sequence[ModelRef]) -> None:
    """Asks which one, then uses it; `chosen` are the Lab's models. To be awaited in a worker."""
    found = partial(suggestions, lab, chosen=chosen)
    picker = TemplatePicker(lab.templates.library.templates, found, kept=chosen)
    picked = await app.push_screen_wait(picker)
    if picked is not None:
        await use_template(app, picked.template, run=picked.run)
