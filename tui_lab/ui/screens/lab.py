"""The Lab: write a prompt, choose models, watch the answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar, cast

from textual import events, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import Static

from tui_lab.core.errors import LabError
from tui_lab.ui.drafting import DraftingScreen
from tui_lab.ui.frame import SIDE_BY_SIDE
from tui_lab.ui.room_made import room_made
from tui_lab.ui.screens.lab_guidance import guidance
from tui_lab.ui.widgets.answers import Answers
from tui_lab.ui.widgets.ground import Ground

if TYPE_CHECKING:
    from tui_lab.core.record import RunRecord
    from tui_lab.lab import Lab
    from tui_lab.ui.commands import Command
    from tui_lab.ui.widgets.lane import Lane

GUIDED_ROWS = 22
"""With fewer, the prompt needs the room that the words for the first run would take."""


BOTH_ROWS = 30
"""With fewer, and less than two columns of panes, the answers step aside for a prompt."""


class LabScreen(DraftingScreen):
    MODE = "lab"
    AUTO_FOCUS = "#prompt-editor"
    CSS_PATH = "lab.tcss"
    FOOTER = (
        "lane.copy",
        "answers.judge",
        "answers.compare",
        "answers.repeats",
        "lane.again",
        "lane.continue",
        "lane.zoom",
        "answers.lock",
        "lane.copy_code",
        "lane.reasoning",
        "lane.raw",
        "lane.wrap",
        "lane.next_block",
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
        "lab.route",
        "lab.attach",
        "lab.editor",
    )
    HELP = "Write a prompt, choose models with ^l, run it with ^j, watch the answers stream."
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+j,ctrl+enter", "run", "run", id="lab.run", tooltip="run the prompt"),
        Binding("ctrl+f", "find", "find", id="lab.find", tooltip="find in an answer", show=False),
        Binding("escape", "back", "back", id="lab.back", tooltip="one step back", show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.answers = Answers(id="answers")
        self._runs_when_open = False
        self._guidance = Static(id="guidance", markup=False)

    def compose_body(self) -> ComposeResult:
        self.prompt.run_key = self.host.key_of("lab.run")
        with Ground(id="bench"):
            yield self.prompt
            yield self._guidance

    def lab_opened(self, lab: Lab) -> None:
        super().lab_opened(lab)
        self._guidance.update(guidance(lab, self.host.key_of))
        if self._runs_when_open:
            self.action_run()

    def workspace_changed(self, lab: Lab) -> None:
        self._guidance.update(guidance(lab, self.host.key_of))

    def on_screen_resume(self) -> None:
        """Keys may have been added meanwhile."""
        if (lab := self.host.lab) is not None and not self.answers.lanes:
            self._guidance.update(guidance(lab, self.host.key_of))

    def engine_died(self) -> None:
        self.answers.interrupt()

    def panes(self) -> list[Widget]:
        return [self.prompt, *self.answers.lanes]

    def go_to_pane(self, pane: Widget) -> None:
        if pane is self.prompt:
            self.prompt.editor.focus()
        else:
            self.answers.go_to(cast("Lane", pane))

    def commands(self) -> list[Command]:
        lane = self.answers.current
        commands = super().commands()
        if lane is not None and not lane.has_focus_within:
            from tui_lab.ui.commands import node_commands

            commands += [*node_commands(lane), *node_commands(self.answers)]
        return commands

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        match action:
            case "find":
                return bool(self.answers.lanes)
            case _:
                return super().check_action(action, parameters)

    # Running

    @work(exclusive=True, group="run")
    async def action_run(self) -> None:
        if self.host.lab is None:
            self._runs_when_open = True
            self.host.say("the lab is being opened: this runs as soon as it is")
            return
        try:
            draft = self.prompt.draft(self.host.workspace)
        except LabError as error:
            self.host.say_error(error)
            self.unfold()
            self.prompt.focus_missing()
            return
        if not await room_made(self.app, self.host, self.answers.lanes):
            return
        runs = await self.host.start(draft)
        if runs is not None:
            await self.show_runs(runs)

    async def open_batch(self, batch: Sequence[RunRecord]) -> None:
        """Everything of the runs of a batch, or of one, as it was: the prompt, the answers.

        To be awaited in a worker: asks what becomes of answers that still come.
        """
        if await room_made(self.app, self.host, self.answers.lanes):
            self.restore(*batch)
            await self.show_runs(batch)

    async def show_runs(self, runs: Sequence[RunRecord]) -> None:
        with self.styled_once():
            self.add_class("-with-lanes")
            self.fold(not self._side_by_side)
        if not self.answers.is_attached:  # the first picture does without
            await self.query_one("#bench").mount(self.answers)
        await self.answers.show_runs(runs)

    def stop_focused(self) -> bool:
        return self.answers.stop_current()

    def refresh_frame(self) -> None:
        super().refresh_frame()
        self.prompt.limit(self.host.budgets.states)

    # Moving about

    def action_back(self) -> None:
        if self.answers.zoomed:
            self.answers.zoom(False)
        else:
            self.unfold()
            self.prompt.editor.focus()

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        if self.answers in event.widget.ancestors:
            self.fold(not self._side_by_side)

    def fold(self, folded: bool) -> None:
        super().fold(folded)
        alone = not folded and not self._side_by_side and self.app.size.height < BOTH_ROWS
        self.answers.step_aside(alone)

    @property
    def _side_by_side(self) -> bool:
        return self.app.size.width >= SIDE_BY_SIDE

    def on_resize(self, event: events.Resize) -> None:
        self.set_class(event.size.height < GUIDED_ROWS, "-unguided")
        self.fold(self.prompt.folded and not self._side_by_side)

    async def action_find(self) -> None:
        from tui_lab.ui.widgets.find_bar import FindBar

        if (lane := self.answers.current) is None:
            return
        self.fold(not self._side_by_side)
        bar = self.query_one_optional(FindBar)
        if bar is None:
            bar = FindBar()
            await self.mount(bar, after="#bench")
        bar.open(lane.view, lane.record.model)

    def on_lane_go_on_asked(self, message: Lane.GoOnAsked) -> None:
        self.continue_run(message.lane.record)
