"""The Lab: write a prompt, choose models, watch the answers."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar, cast

from textual import events, on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.widget import Widget
from textual.widgets import Static

from tui_lab.core.errors import LabError
from tui_lab.core.refs import ModelRef
from tui_lab.ui.commands import Command, node_commands
from tui_lab.ui.frame import SIDE_BY_SIDE, FrameScreen
from tui_lab.ui.room_made import room_made
from tui_lab.ui.screens.lab_guidance import guidance
from tui_lab.ui.suggestions import first_choice, nothing_taken, suggested_model, suggestions
from tui_lab.ui.widgets.attachment_rows import AttachmentRow
from tui_lab.ui.widgets.field_row import FieldRow
from tui_lab.ui.widgets.lane_grid import LaneGrid
from tui_lab.ui.widgets.prompt_pane import PromptPane

if TYPE_CHECKING:
    from tui_lab.core.record import RunRecord
    from tui_lab.lab import Lab
    from tui_lab.templates.library import Template
    from tui_lab.ui.widgets.lane import Lane


GUIDED_ROWS = 22
"""With fewer, the prompt needs the room that the words for the first run would take."""


class LabScreen(FrameScreen):
    MODE = "lab"
    AUTO_FOCUS = "#prompt-editor"
    CSS_PATH = "lab.tcss"
    FOOTER = (
        "lab.run",
        "app.stop",
        "app.next_pane",
        "app.template",
        "lab.models",
        "app.jump",
        "lab.earlier",
        "app.quit",
        "lab.system",
        "lab.parameters",
        "lab.attach",
        "lab.editor",
    )
    HELP = "Write a prompt, choose models with ^l, run it with ^j, watch the answers stream."
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+j,ctrl+enter", "run", "run", id="lab.run", tooltip="run the prompt"),
        Binding("ctrl+l", "models", "models", id="lab.models", tooltip="choose models"),
        Binding("f2", "system", "system prompt", id="lab.system", tooltip="the system prompt"),
        Binding("f3", "parameters", "parameters", id="lab.parameters", tooltip="set parameters"),
        Binding("f4", "attach", "attach", id="lab.attach", tooltip="attach an image or a document"),
        Binding("ctrl+r", "earlier", "earlier", id="lab.earlier", tooltip="earlier prompts"),
        Binding("ctrl+g", "editor", "editor", id="lab.editor", tooltip="write in your editor"),
        Binding("ctrl+f", "find", "find", id="lab.find", tooltip="find in an answer", show=False),
        Binding("f5", "new", "new", id="lab.new", tooltip="begin a new prompt", show=False),
        Binding("escape", "back", "back", id="lab.back", tooltip="one step back", show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.prompt = PromptPane(id="prompt")
        self.grid = LaneGrid(id="answers")
        self._guidance = Static(id="guidance", markup=False)

    def compose_body(self) -> ComposeResult:
        self.prompt.run_key = self.host.key_of("lab.run")
        with Container(id="bench"):
            yield self.prompt
            yield self._guidance
            yield self.grid

    def lab_opened(self, lab: Lab) -> None:
        self.prompt.reads = lambda model, kind: lab.models.facts(model).reads(kind)
        if not self.prompt.models:
            self._choose((first_choice(lab),))
        self._guidance.update(guidance(lab, self.host.key_of))

    def workspace_changed(self, lab: Lab) -> None:
        self._guidance.update(guidance(lab, self.host.key_of))

    def engine_died(self) -> None:
        for lane in self.grid.lanes:
            lane.interrupt()

    def panes(self) -> list[Widget]:
        return [self.prompt, *self.grid.lanes]

    def go_to_pane(self, pane: Widget) -> None:
        if pane is self.prompt:
            self.prompt.editor.focus()
        else:
            self.grid.go_to(cast("Lane", pane))

    def commands(self) -> list[Command]:
        lane = self.grid.current
        commands = []
        if self.prompt.turns:
            commands.append(Command("end the conversation", self._end_conversation))
        if lane is not None and not lane.has_focus_within:
            commands += node_commands(lane)
        return commands

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        match action:
            case "run" | "models" | "earlier":
                return self.host.lab is not None
            case "find":
                return bool(self.grid.lanes)
            case _:
                return True

    # Running

    @work(exclusive=True, group="run")
    async def action_run(self) -> None:
        try:
            draft = self.prompt.draft(self.host.workspace)
        except LabError as error:
            self.host.say_error(error)
            self._unfold()
            self.prompt.focus_missing()
            return
        if not await room_made(self.app, self.host, self.grid.lanes):
            return
        runs = await self.host.start(draft)
        if runs is not None:
            await self._show_lanes(runs)

    async def _show_lanes(self, runs: Sequence[RunRecord]) -> None:
        lanes = [self._lane(run) for run in runs]
        self.add_class("-with-lanes")
        self.prompt.fold(not self._side_by_side)
        await self.grid.show(lanes)
        for lane in lanes:
            self._follow(lane)
        self.grid.go_to(lanes[0])

    def _lane(self, run: RunRecord) -> Lane:
        from tui_lab.ui.widgets.lane import Lane

        return Lane(run, self.host.painter, clock=self.host.clock)

    def _follow(self, lane: Lane) -> None:
        if lane.is_running:
            self.host.follow(lane.record.id, lane.take)

    def stop_focused(self) -> bool:
        lane = self.grid.current
        if lane is None or not lane.is_running:
            return False
        return self.host.stop(lane.record.id)

    @work
    async def on_lane_again_asked(self, message: Lane.AgainAsked) -> None:
        from tui_lab.core.draft import repeat

        runs = await self.host.start(repeat(message.lane.record, self.host.workspace))
        if runs is not None:
            lane = self._lane(runs[0])
            await self.grid.replace(message.lane, lane)
            self._follow(lane)
            self.grid.go_to(lane)

    # What others bring here

    async def open_run(self, record: RunRecord) -> None:
        """Everything of a run as it was: prompt, system, turns, parameters, model, answer."""
        if await room_made(self.app, self.host, self.grid.lanes):
            self._restore(record)
            await self._show_lanes([record])

    def continue_run(self, record: RunRecord) -> None:
        """A conversation that goes on from this run's answer."""
        from tui_lab.core.draft import continue_messages

        self._restore(record)
        self.prompt.write("", system=record.system)
        self.prompt.converse(continue_messages(record, "")[:-1], record.id)
        self._unfold()
        self.prompt.editor.focus()

    def use_template(self, template: Template) -> None:
        """Fills the prompt, and takes a suggested model if one can be asked."""
        self.prompt.write(template.prompt, system=template.system)
        self.prompt.use_template(template.id, template.version)
        lab = self.host.lab
        if lab is not None and template.suggested_models:
            self._take_suggested(lab, template)
        self._unfold()
        self.call_after_refresh(self.prompt.focus_missing)

    def _take_suggested(self, lab: Lab, template: Template) -> None:
        chosen = self.prompt.models
        model = suggested_model(lab, template, chosen)
        if model is not None:
            self._choose((model,))
        else:
            suggested = suggestions(lab, template, chosen)
            self.host.say(nothing_taken(suggested, chosen), warning=True)

    def _restore(self, record: RunRecord) -> None:
        self.prompt.restore(record, self._template_of(record))
        self._choose((ModelRef.parse(record.model),))

    def _template_of(self, record: RunRecord) -> Template | None:
        if self.host.lab is None or record.template is None:
            return None
        every = self.host.lab.templates.templates
        return next((one for one in every if one.id == record.template.id), None)

    # What the prompt is made of

    @work(exclusive=True, group="dialog")
    async def action_models(self) -> None:
        from tui_lab.ui.dialogs.model_picker import ModelPicker
        from tui_lab.ui.model_choices import ModelSource

        lab = self.host.lab
        if lab is None:
            return
        picker = ModelPicker(ModelSource(lab), self.prompt.models)
        chosen = await self.app.push_screen_wait(picker)
        if chosen:
            self._choose(chosen)

    def _choose(self, models: tuple[ModelRef, ...]) -> None:
        providers = self.host.lab.models.providers if self.host.lab is not None else {}
        simulated = {
            model
            for model in models
            if model.provider in providers and providers[model.provider].simulated
        }
        self.prompt.choose(models, frozenset(simulated))

    @work(exclusive=True, group="dialog")
    async def action_parameters(self) -> None:
        from tui_lab.ui.dialogs.parameters_form import ParametersForm

        chosen = await self.app.push_screen_wait(ParametersForm(self.prompt.parameters))
        if chosen is not None:
            self.prompt.set_parameters(chosen)

    @work(exclusive=True, group="dialog")
    async def action_attach(self, place: int | None = None) -> None:
        """Attaches something, at the end or in the place of what is there."""
        from tui_lab.ui.dialogs.attach_form import AttachForm

        part = await self.app.push_screen_wait(AttachForm())
        if part is not None:
            rows = self.prompt.attached
            rows.put(len(rows.parts) if place is None else place, part)
            self._unfold()

    @on(FieldRow.Opened, "AttachmentRow")
    def _attachment_opened(self, message: FieldRow.Opened) -> None:
        assert isinstance(message.row, AttachmentRow)
        self.action_attach(message.row.place)

    @on(FieldRow.Opened, "#models-row")
    def _models_row_opened(self) -> None:
        self.action_models()

    @on(FieldRow.Opened, "#parameters-row")
    def _parameters_row_opened(self) -> None:
        self.action_parameters()

    def action_system(self) -> None:
        self._unfold()
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
        self._restore(record)
        self._unfold()
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
        self._unfold()
        self.prompt.editor.focus()

    async def _end_conversation(self) -> None:
        self.prompt.converse((), None)

    # Moving about

    def action_back(self) -> None:
        if self.grid.zoomed:
            self.grid.zoom(False)
        else:
            self._unfold()
            self.prompt.editor.focus()

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        if self.grid in event.widget.ancestors:
            self.prompt.fold(not self._side_by_side)

    @property
    def _side_by_side(self) -> bool:
        return self.size.width >= SIDE_BY_SIDE

    def on_resize(self, event: events.Resize) -> None:
        self.set_class(event.size.height < GUIDED_ROWS, "-unguided")
        if event.size.width >= SIDE_BY_SIDE:
            self._unfold()

    @on(PromptPane.Unfolded)
    def _unfold(self) -> None:
        self.prompt.fold(False)

    async def action_find(self) -> None:
        from tui_lab.ui.widgets.find_bar import FindBar

        if (lane := self.grid.current) is None:
            return
        bar = self.query_one_optional(FindBar)
        if bar is None:
            bar = FindBar()
            await self.mount(bar, after="#bench")
        bar.open(lane.view)

    def on_lane_zoom_asked(self) -> None:
        self.grid.zoom(not self.grid.zoomed)

    def on_lane_copy_asked(self, message: Lane.CopyAsked) -> None:
        self.app.copy_to_clipboard(message.lane.copied_text)

    @work
    async def on_lane_copy_code_asked(self, message: Lane.CopyCodeAsked) -> None:
        blocks = message.lane.view.code_blocks()
        code: str | None = blocks[0][1] if blocks else None
        if len(blocks) > 1:
            from tui_lab.ui.dialogs.code_blocks import CodeBlocks

            code = await self.app.push_screen_wait(CodeBlocks(blocks))
        if code is not None:
            self.app.copy_to_clipboard(code)

    def on_lane_go_on_asked(self, message: Lane.GoOnAsked) -> None:
        self.continue_run(message.lane.record)

    def on_lane_changed(self) -> None:
        self.grid.refresh_tabs()
        self.refresh_bindings()
