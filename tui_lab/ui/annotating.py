"""Screens that list runs and let a person say something of them: tags, a rating, a note."""

from __future__ import annotations

import asyncio
from concurrent.futures import Future
from typing import ClassVar

from textual import work
from textual.binding import Binding, BindingType

from tui_lab.core.errors import LabError
from tui_lab.core.record import RunRecord
from tui_lab.ui.deleting import DeletingScreen
from tui_lab.ui.past_runs import used_tags, whole_run


class AnnotatingScreen(DeletingScreen):
    """What is said is said of the marked runs, else of the one under the cursor; a note of that
    one. Marks stay: the next thing may be said of the same runs."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("t", "tag", "tag", id="history.tag", tooltip="tag this, or the marked"),
        Binding("asterisk", "rate", "rate", id="history.rate", tooltip="rate this, or the marked"),
        Binding("m", "note", "note", id="history.note", tooltip="write a note to this run"),
    ]

    @property
    def current_run(self) -> RunRecord | None:
        """The run under the cursor, as lists have it."""
        raise NotImplementedError

    async def runs_annotated(self) -> None:
        """Something else is said of runs now."""
        raise NotImplementedError

    @work(exclusive=True, group="annotate")
    async def action_tag(self) -> None:
        from tui_lab.ui.dialogs.tag_form import TagForm

        assert self._lab is not None
        try:
            ids = self.chosen_ids
            runs = [await whole_run(self._lab, run_id) for run_id in ids[:1]]
            used = await used_tags(self._lab)
        except LabError as error:
            self.host.say_error(error)
            return
        form = TagForm(used, runs[0].tags if len(ids) == 1 else (), of=len(ids))
        if (change := await self.app.push_screen_wait(form)) is not None:
            await self._say(self._lab.history.tag(ids, add=change.add, remove=change.remove))

    @work(exclusive=True, group="annotate")
    async def action_rate(self) -> None:
        from tui_lab.ui.dialogs.rating_form import RatingForm

        assert self._lab is not None
        ids = self.chosen_ids
        rating = await self.app.push_screen_wait(RatingForm(of=len(ids)))
        if rating is not None:
            await self._say(self._lab.history.rate(ids, rating or None))

    @work(exclusive=True, group="annotate")
    async def action_note(self) -> None:
        from tui_lab.ui.dialogs.text_form import TextForm

        assert self._lab is not None
        if (run := self.current_run) is None:
            return
        form = TextForm(
            "Note",
            "what is to be remembered of this run",
            help_text="Kept with the run, and found by has:note. An empty one takes it away.",
            written=run.note or "",
            may_be_empty=True,
        )
        if (text := await self.app.push_screen_wait(form)) is not None:
            await self._say(self._lab.history.note(run.id, text))

    async def _say(self, said: Future[None]) -> None:
        try:
            await asyncio.wrap_future(said)
        except LabError as error:
            self.host.say_error(error)
        else:
            await self.runs_annotated()
