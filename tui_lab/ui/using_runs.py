"""Screens that list runs: what a run of the past is good for."""

from __future__ import annotations

import asyncio
from typing import ClassVar

from textual import work
from textual.binding import Binding, BindingType

from tui_lab.core.asked import Asked
from tui_lab.core.errors import LabError
from tui_lab.core.record import RunRecord, Status
from tui_lab.ui.annotating import AnnotatingScreen
from tui_lab.ui.past_runs import lab_screen, run_again, whole_batch, whole_run


class UsingRuns(AnnotatingScreen):
    """The run under the cursor is opened, gone on with, copied or kept as a template; it, or the
    marked ones, are run again."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("o", "open", "open", id="history.open", tooltip="open this run in the Lab"),
        Binding(
            "O",
            "open_batch",
            "open batch",
            id="history.open_batch",
            tooltip="open all runs of this batch in the Lab, side by side",
        ),
        Binding("r", "again", "again", id="history.again", tooltip="run this again, or the marked"),
        Binding(
            "R",
            "again_on",
            "other models",
            id="history.again_on",
            tooltip="run this, or the marked, on other models",
        ),
        Binding("c", "go_on", "continue", id="history.continue", tooltip="go on as a conversation"),
        Binding("y", "copy", "copy", id="history.copy", tooltip="copy the answer"),
        Binding(
            "Y",
            "copy_part",
            "copy …",
            id="history.copy_part",
            tooltip="copy the prompt, code, curl, a command, the record …",
        ),
        Binding(
            "b", "judge", "judge", id="history.judge", tooltip="judge answers never compared, blind"
        ),
        Binding("i", "record", "record", id="history.record", tooltip="the raw record, as JSON"),
        Binding("p", "replay", "replay", id="history.replay", tooltip="replay it as it came"),
        Binding(
            "equals_sign",
            "compare",
            "compare",
            id="history.compare",
            tooltip="compare two marked runs, or the marked with this",
        ),
        Binding(
            "T",
            "keep",
            "as template",
            id="history.keep",
            tooltip="keep this prompt as a template",
        ),
    ]

    async def whole_current(self) -> RunRecord | None:
        """The run under the cursor, whole; None, and a message, when it cannot be read."""
        if self._lab is None or self.current_run is None:
            return None
        try:
            return await whole_run(self._lab, self.current_run.id)
        except LabError as error:
            self.host.say_error(error)
            return None

    async def runs_begun(self) -> None:
        """Runs were run again."""
        raise NotImplementedError

    @work(exclusive=True, group="do")
    async def action_open(self) -> None:
        if (record := await self.whole_current()) is not None:
            await (await lab_screen(self.app)).open_batch([record])

    @work(exclusive=True, group="do")
    async def action_open_batch(self) -> None:
        if self._lab is None or self.current_run is None:
            return
        try:
            batch, in_progress = await whole_batch(self._lab, self.current_run)
        except LabError as error:
            self.host.say_error(error)
            return
        if batch:
            await (await lab_screen(self.app)).open_batch(batch)
        if in_progress:
            self.host.say(f"{in_progress} still in progress: open again when over", warning=True)

    @work(exclusive=True, group="do")
    async def action_go_on(self) -> None:
        if (record := await self.whole_current()) is not None:
            (await lab_screen(self.app)).continue_run(record)

    @work(exclusive=True, group="do")
    async def action_again(self) -> None:
        await self._run_again()

    @work(exclusive=True, group="do")
    async def action_again_on(self) -> None:
        from tui_lab.ui.dialogs.model_picker import ModelPicker
        from tui_lab.ui.model_choices import ModelSource

        if self._lab is None or self.current_run is None:
            return
        picker = ModelPicker(ModelSource(self._lab), Asked(self.host.chosen_models))
        if asked := await self.app.push_screen_wait(picker):
            await self._run_again(asked)

    async def _run_again(self, asked: Asked | None = None) -> None:
        if self._lab is None:
            return
        try:
            if await run_again(self.app, self.host, self._lab, self.chosen_ids, asked):
                await self.runs_begun()
        except LabError as error:
            self.host.say_error(error)

    @work(exclusive=True, group="do")
    async def action_copy(self) -> None:
        if (record := await self.whole_current()) is not None:
            self.app.copy_to_clipboard(record.text or record.refusal or "")

    @work(exclusive=True, group="do")
    async def action_copy_part(self) -> None:
        from tui_lab.ui.copying_runs import copyables
        from tui_lab.ui.dialogs.copy_form import CopyForm

        if self._lab is not None and (record := await self.whole_current()) is not None:
            form = CopyForm(list(copyables(record, self._lab)))
            if (text := await self.app.push_screen_wait(form)) is not None:
                self.app.copy_to_clipboard(text)

    @work(exclusive=True, group="do")
    async def action_judge(self) -> None:
        from tui_lab.ui.judging import judge_history

        if self._lab is not None:
            await judge_history(self.app, self.host, self._lab)

    @work(exclusive=True, group="do")
    async def action_record(self) -> None:
        from tui_lab.ui.dialogs.raw_record import RawRecord

        if (record := await self.whole_current()) is not None:
            await self.app.push_screen_wait(RawRecord(record))

    @work(exclusive=True, group="do")
    async def action_replay(self) -> None:
        from tui_lab.ui.dialogs.replay import Replay

        if self._lab is None or (record := await self.whole_current()) is None:
            return
        try:
            told = await asyncio.wrap_future(self._lab.history.timeline(record))
        except LabError as error:
            self.host.say_error(error)
            return
        replay = Replay(record, told, self.host.painter, self.host.clock)
        await self.app.push_screen_wait(replay)

    @property
    def _compared_ids(self) -> list[str]:
        """The two marked runs, or the marked one and the one under the cursor, the older first."""
        ids = dict.fromkeys(self.chosen_ids)
        if len(ids) == 1 and self.current_run is not None:
            ids[self.current_run.id] = None
        return sorted(ids)

    @work(exclusive=True, group="do")
    async def action_compare(self) -> None:
        from tui_lab.core.run_diff import run_diff
        from tui_lab.ui.dialogs.run_comparison import RunComparison

        ids = self._compared_ids
        if self._lab is None or len(ids) != 2:
            return
        try:
            before, after = [await whole_run(self._lab, run_id) for run_id in ids]
        except LabError as error:
            self.host.say_error(error)
            return
        found = await asyncio.to_thread(run_diff, before, after)
        await self.app.push_screen_wait(RunComparison(before, after, found))

    @work(exclusive=True, group="do")
    async def action_keep(self) -> None:
        from tui_lab.ui.template_use import keep_prompt

        if self._lab is None or (record := await self.whole_current()) is None:
            return
        kept = await keep_prompt(self.app, self._lab, record.prompt, record.system or "")
        if kept is not None:
            self.host.say(f"{kept.id} is a template now: ^t finds it")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        run = self.current_run if self._lab is not None else None
        match action:
            case "again" | "again_on" | "tag" | "rate" | "note" | "copy_part" | "record" | "keep":
                return run is not None
            case "judge":
                return run is not None
            case "open":
                return run is not None and run.status is not Status.RUNNING
            case "replay":
                over = run is not None and run.status is not Status.RUNNING
                return over and bool(run and (run.text or run.refusal))
            case "compare":
                return run is not None and len(self._compared_ids) == 2
            case "go_on":
                return run is not None and run.status is not Status.RUNNING and bool(run.text)
            case "copy":
                return run is not None and bool(run.text or run.refusal)
            case "undo":
                return self.can_undo
            case _:
                return super().check_action(action, parameters)
