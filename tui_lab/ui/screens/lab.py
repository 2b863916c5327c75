"""The Lab: write a prompt, choose models, watch the answers."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.widget import Widget
from textual.widgets import Static

from tui_lab.core.draft import Draft
from tui_lab.core.errors import LabError
from tui_lab.core.messages import Message
from tui_lab.core.record import RunRecord, Source
from tui_lab.core.refs import ModelRef
from tui_lab.ui.dialogs.model_picker import ModelChoice, ModelPicker
from tui_lab.ui.frame import FrameScreen
from tui_lab.ui.painting import Painter, writes_waiting
from tui_lab.ui.screens.lab_guidance import guidance
from tui_lab.ui.widgets.lane import Lane
from tui_lab.ui.widgets.lane_grid import LaneGrid
from tui_lab.ui.widgets.prompt_pane import PromptPane

if TYPE_CHECKING:
    from tui_lab.lab import Lab

FIRST_MODEL = ModelRef("sandbox", "markdown")
"""Chosen where nothing else can be: it needs neither key nor network."""


class LabScreen(FrameScreen):
    MODE = "lab"
    CSS_PATH = "lab.tcss"
    HELP = "Write a prompt, choose models with ^l, run it with ^j."
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+j,ctrl+enter", "run", "run", id="lab.run"),
        Binding("ctrl+l", "models", "models", id="lab.models"),
        Binding("escape", "back", "back", id="lab.back", show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.prompt = PromptPane(id="prompt")
        self.grid = LaneGrid(id="answers")
        self._guidance = Static(id="guidance", markup=False)

    def compose_body(self) -> ComposeResult:
        with Container(id="bench"):
            yield self.prompt
            yield self._guidance
            yield self.grid

    def on_mount(self) -> None:
        self._painter = Painter(lambda: writes_waiting(self.app._driver))
        self.prompt.editor.focus()

    def on_unmount(self) -> None:
        self._painter.stop()

    def lab_opened(self, lab: Lab) -> None:
        self._choose((_first_choice(lab),))
        self._guidance.update(guidance(lab))

    def panes(self) -> list[Widget]:
        return [self.prompt.editor, *(lane.view for lane in self.grid.lanes)]

    # Running

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action in ("run", "models"):
            return self.lab_app.lab is not None
        return True

    @work(exclusive=True, group="run")
    async def action_run(self) -> None:
        try:
            draft = self._draft()
        except LabError as error:
            self.lab_app.say_error(error)
            return
        runs = await self.lab_app.start(draft)
        if runs is not None:
            await self._show_lanes(runs)

    def _draft(self) -> Draft:
        text = self.prompt.text
        return Draft(
            models=self.prompt.models,
            messages=(Message.of("user", text),) if text.strip() else (),
            workspace=self.lab_app.workspace,
            source=Source.TUI,
        )

    async def _show_lanes(self, runs: tuple[RunRecord, ...]) -> None:
        lanes = [Lane(run, self._painter) for run in runs]
        self.prompt.fold(True)
        self.add_class("-with-lanes")
        await self.grid.show(lanes)
        for lane in lanes:
            self.lab_app.follow(lane.record.id, lane.take)
        self.grid.go_to(lanes[0])

    def stop_focused(self) -> bool:
        """Stops the run in the current lane; false if none runs there."""
        lane = self.grid.current
        if lane is None or not lane.is_running:
            return False
        self.lab_app.stop(lane.record.id)
        return True

    # Models

    @work(exclusive=True, group="models")
    async def action_models(self) -> None:
        lab = self.lab_app.lab
        if lab is None:
            return
        choices = [
            ModelChoice(model, lab.is_usable(model), _condition(lab, model))
            for model in lab.known_models()
        ]
        chosen = await self.app.push_screen_wait(ModelPicker(choices, self.prompt.models))
        if chosen:
            self._choose(chosen)

    def _choose(self, models: tuple[ModelRef, ...]) -> None:
        lab = self.lab_app.lab
        simulated = {
            model
            for model in models
            if lab and model.provider in lab.providers and lab.providers[model.provider].simulated
        }
        self.prompt.choose(models, frozenset(simulated))

    # Moving

    def action_back(self) -> None:
        if self.grid.zoomed:
            self.grid.zoom(False)
        else:
            self.prompt.fold(False)
            self.prompt.editor.focus()

    @on(PromptPane.Unfolded)
    def _unfold(self) -> None:
        self.prompt.fold(False)

    @on(Lane.ZoomAsked)
    def _zoom(self, message: Lane.ZoomAsked) -> None:
        self.grid.zoom(not self.grid.zoomed)

    @on(Lane.Changed)
    def _lane_changed(self, message: Lane.Changed) -> None:
        self.grid.refresh_tabs()
        self.refresh_bindings()

    @on(Lane.AgainAsked)
    @work
    async def _again(self, message: Lane.AgainAsked) -> None:
        record = message.lane.record
        draft = Draft(
            models=(ModelRef.parse(record.model),),
            messages=record.messages,
            system=record.system,
            parameters=record.parameters,
            template=record.template,
            parent_id=record.parent_id,
            workspace=record.workspace,
            source=Source.RERUN,
        )
        runs = await self.lab_app.start(draft)
        if runs is not None:
            lane = Lane(replace(runs[0]), self._painter)
            await self.grid.replace(message.lane, lane)
            self.lab_app.follow(lane.record.id, lane.take)
            self.grid.go_to(lane)


def _first_choice(lab: Lab) -> ModelRef:
    """The default model, else one that has a key, else a simulated one."""
    if lab.default_model is not None:
        return ModelRef.parse(lab.default_model)
    for model in lab.usable_models():
        if lab.providers[model.provider].key_env:
            return model
    return FIRST_MODEL


def _condition(lab: Lab, model: ModelRef) -> str:
    provider = lab.providers[model.provider]
    if provider.simulated:
        return "simulated"
    if provider.local:
        return "local"
    return "ready" if lab.is_usable(model) else f"needs {provider.key_env[0]}"
