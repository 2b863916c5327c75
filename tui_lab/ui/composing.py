"""A screen with a prompt: what fills it, from dialogs, templates, earlier runs, an editor."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar, cast

from textual import on, work
from textual.binding import Binding, BindingType

from tui_lab.core.errors import LabError
from tui_lab.ui.frame import FrameScreen
from tui_lab.ui.widgets.field_row import FieldRow
from tui_lab.ui.widgets.prompt_pane import PromptPane

if TYPE_CHECKING:
    from tui_lab.core.asked import Asked
    from tui_lab.core.record import RunRecord
    from tui_lab.core.refs import ModelRef
    from tui_lab.lab import Lab
    from tui_lab.templates.template import Template
    from tui_lab.ui.commands import Command
    from tui_lab.ui.widgets.attachment_rows import AttachmentRow

NEED_LAB = ("models", "earlier", "presets", "route")

PLAN_PAUSE_S = 0.3
"""So long nothing may be written before it is found out whom a strategy would ask."""


class ComposingScreen(FrameScreen):
    """Give `prompt` its place."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+l", "models", "models", id="lab.models", tooltip="choose models"),
        Binding("f2", "system", "system prompt", id="lab.system", tooltip="the system prompt"),
        Binding("f3", "parameters", "parameters", id="lab.parameters", tooltip="set parameters"),
        Binding("f4", "attach", "attach", id="lab.attach", tooltip="attach an image or a document"),
        Binding("ctrl+r", "earlier", "earlier", id="lab.earlier", tooltip="earlier prompts"),
        Binding("ctrl+g", "editor", "editor", id="lab.editor", tooltip="write in your editor"),
        Binding(
            "f8",
            "presets",
            "presets",
            id="lab.presets",
            tooltip="models and parameters under a name",
            show=False,
        ),
        Binding("f12", "route", "who answers", id="lab.route", tooltip="who would answer?"),
        Binding("f5", "new", "new", id="lab.new", tooltip="begin a new prompt", show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.prompt = PromptPane(id="prompt")

    def lab_opened(self, lab: Lab) -> None:
        self.prompt.reads = lambda model, kind: lab.models.facts(model).reads(kind)
        if not self.prompt.asked:
            from tui_lab.ui.suggestions import first_choice

            self.choose_models(first_choice(lab))
        self.prompt.want_prices()

    def commands(self) -> list[Command]:
        from tui_lab.ui.commands import Command

        found = []
        if self.prompt.turns:
            found.append(Command("end the conversation", self._end_conversation))
        if self.host.lab is not None and self.prompt.editor.text.strip():
            found.append(Command("keep this prompt as a template", self._keep_prompt))
        return found

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return self.host.lab is not None if action in NEED_LAB else True

    def fold(self, folded: bool) -> None:
        """Folds the prompt to its text, or gives it the room that writing takes."""
        self.prompt.fold(folded)

    @on(PromptPane.Unfolded)
    def unfold(self) -> None:
        """Goes to the prompt, if the focus is elsewhere, to write."""
        self.fold(False)
        if not self.prompt.has_focus_within:
            self.prompt.editor.focus()

    # What others bring here

    def continue_run(self, record: RunRecord) -> None:
        """A conversation that goes on from this run's answer."""
        from tui_lab.core.draft import continue_messages

        self.restore(record)
        self.prompt.write("", system=record.system)
        self.prompt.converse(continue_messages(record, "")[:-1], record.id)
        self.unfold()
        self.prompt.editor.focus()

    def use_template(self, template: Template) -> None:
        """Fills the prompt, and takes a suggested model if one can be asked."""
        if self.prompt.attached.parts:
            self.host.say("a new prompt: what was attached to the old one is left out")
        self.prompt.write(template.prompt, system=template.system)
        self.prompt.use_template(template.id, template.version, template.declared)
        lab = self.host.lab
        if lab is not None and template.suggested_models:
            self._take_suggested(lab, template)
        self.unfold()
        self.call_after_refresh(self.prompt.focus_missing)

    def _take_suggested(self, lab: Lab, template: Template) -> None:
        from tui_lab.ui.suggestions import nothing_taken, suggested_model, suggestions

        chosen = self.prompt.models
        model = suggested_model(lab, template, chosen)
        if model is not None:
            self.choose_models(model)
        else:
            suggested = suggestions(lab, template, chosen)
            self.host.say(nothing_taken(suggested, chosen), warning=True)

    def restore(self, *batch: RunRecord) -> None:
        """Everything that these runs were asked, and all their models."""
        self.prompt.restore(batch[0], self._template_of(batch[0]))
        from tui_lab.core.asked import asked_together

        self.choose(asked_together(batch))

    def _template_of(self, record: RunRecord) -> Template | None:
        if self.host.lab is None or record.template is None:
            return None
        return self.host.lab.templates.library.find(record.template.id)

    # What the prompt is made of

    @work(exclusive=True, group="dialog")
    async def action_models(self) -> None:
        from tui_lab.ui.dialogs.model_picker import ModelPicker
        from tui_lab.ui.model_choices import ModelSource

        lab = self.host.lab
        if lab is None:
            return
        picker = ModelPicker(ModelSource(lab), self.prompt.asked)
        chosen = await self.app.push_screen_wait(picker)
        if chosen:
            self.choose(chosen)

    def choose_models(self, *models: ModelRef) -> None:
        from tui_lab.core.asked import Asked

        self.choose(Asked(models, repeat=self.prompt.asked.repeat))

    def choose(self, asked: Asked) -> None:
        providers = self.host.lab.models.providers if self.host.lab is not None else {}
        simulated = {
            model
            for model in asked.models
            if model.provider in providers and providers[model.provider].simulated
        }
        self.prompt.choose(asked, frozenset(simulated))

    @on(PromptPane.PricesWanted)
    @work(exclusive=True, group="prices")
    async def _look_up_prices(self) -> None:
        if (lab := self.host.lab) is not None:
            tariffs = lab.estimates.tariffs(self.prompt.models, self.host.workspace)
            self.prompt.price(await asyncio.wrap_future(tariffs))

    @on(PromptPane.RoutesWanted)
    @work(exclusive=True, group="routes")
    async def _plan_routes(self) -> None:
        """Once the person pauses."""
        from tui_lab.ui.route_plans import plans_of

        await asyncio.sleep(PLAN_PAUSE_S)
        if (lab := self.host.lab) is not None:
            self.prompt.foresee(await plans_of(lab, self.prompt, self.host.workspace))

    @work(exclusive=True, group="dialog")
    async def action_route(self) -> None:
        """Who would answer the prompt as it is, and why."""
        from tui_lab.ui.route_plans import choose_by_route

        if (lab := self.host.lab) is None:
            return
        try:
            draft = self.prompt.draft(self.host.workspace)
        except LabError as error:
            self.host.say_error(error)
            self.prompt.focus_missing()
            return
        if (chosen := await choose_by_route(self.app, lab, draft)) is not None:
            self.choose(chosen)

    @work(exclusive=True, group="dialog")
    async def action_parameters(self) -> None:
        from tui_lab.ui.dialogs.parameters_form import ParametersForm

        asked = self.prompt.asked
        form = ParametersForm(self.prompt.parameters, asked.repeat)
        chosen = await self.app.push_screen_wait(form)
        if chosen is not None:
            parameters, repeats = chosen
            self.prompt.set_parameters(parameters)
            self.choose(replace(asked, repeat=repeats))

    @work(exclusive=True, group="dialog")
    async def action_presets(self) -> None:
        from tui_lab.core.preset import Preset
        from tui_lab.ui.dialogs.preset_list import PresetList

        if (lab := self.host.lab) is None:
            return
        try:
            shown = await asyncio.wrap_future(lab.presets.all())
        except LabError as error:
            self.host.say_error(error)
            return
        now = Preset("", self.prompt.asked, self.prompt.parameters)
        chosen = await self.app.push_screen_wait(PresetList(lab.presets, shown, now))
        if chosen is not None:
            self.choose(chosen.asked)
            self.prompt.set_parameters(chosen.parameters)

    @work(exclusive=True, group="dialog")
    async def action_attach(self, place: int | None = None) -> None:
        """Attaches something, at the end or in the place of what is there."""
        from tui_lab.ui.dialogs.attach_form import AttachForm

        part = await self.app.push_screen_wait(AttachForm())
        if part is not None:
            rows = self.prompt.attached
            rows.put(len(rows.parts) if place is None else place, part)
            self.unfold()

    @on(FieldRow.Opened, "AttachmentRow")
    def _attachment_opened(self, message: FieldRow.Opened) -> None:
        self.action_attach(cast("AttachmentRow", message.row).place)

    @on(FieldRow.Opened, "#models-row")
    def _models_row_opened(self) -> None:
        self.action_models()

    @on(FieldRow.Opened, "#parameters-row")
    def _parameters_row_opened(self) -> None:
        self.action_parameters()

    def action_system(self) -> None:
        self.unfold()
        self.prompt.system_editor.focus()

    @work(exclusive=True, group="dialog")
    async def action_earlier(self) -> None:
        from tui_lab.ui.dialogs.earlier_prompts import EarlierPrompts

        lab = self.host.lab
        if lab is None:
            return
        chosen = await self.app.push_screen_wait(EarlierPrompts(lab))
        if chosen is None:
            return
        try:
            record = await asyncio.wrap_future(lab.history.run(chosen.id))
        except LabError as error:
            self.host.say_error(error)
            return
        self.restore(record)
        self.unfold()
        self.prompt.editor.focus()

    def action_editor(self) -> None:
        from tui_lab.ui.external_editor import edit

        editor = self.prompt.system_editor
        if not editor.has_focus:
            editor = self.prompt.editor
        try:
            text = edit(self.app, editor.text, folder=self.host.folders.data)
        except LabError as error:
            self.host.say_error(error)
            return
        editor.rewrite(text)
        editor.focus()

    def action_new(self) -> None:
        self.prompt.write("")
        self.unfold()
        self.prompt.editor.focus()

    async def _keep_prompt(self) -> None:
        from tui_lab.ui.template_use import keep_prompt

        if (lab := self.host.lab) is not None:
            template = await keep_prompt(self.app, lab, *self.prompt.texts)
            if template is not None:
                self.host.say(f"{template.id} is in {template.file}")

    async def _end_conversation(self) -> None:
        self.prompt.converse((), None)
