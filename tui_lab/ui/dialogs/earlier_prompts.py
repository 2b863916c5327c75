"""Prompts of the past: typing searches, enter takes one."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from tui_lab.core.errors import LabError
from tui_lab.core.record import RunRecord
from tui_lab.core.sanitise import sanitise_line
from tui_lab.core.summary import GLYPHS
from tui_lab.ui.dialogs.dialog import Dialog
from tui_lab.ui.text.run_line import when
from tui_lab.ui.widgets.steady_input import SteadyInput

if TYPE_CHECKING:
    from tui_lab.lab import Lab

MOST = 50


class EarlierPrompts(Dialog[RunRecord]):
    """Answers with the run whose prompt was chosen, as lists have it."""

    HELP = "Type words of a prompt or an answer; enter brings that prompt back."
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "choose", "take", id="earlier.choose", priority=True),
        Binding("down,ctrl+n", "move(1)", "next", id="earlier.next", show=False, priority=True),
        Binding(
            "up,ctrl+r", "move(-1)", "previous", id="earlier.previous", show=False, priority=True
        ),
    ]
    DEFAULT_CSS = """
    EarlierPrompts {
        & OptionList { height: auto; margin-top: 1; }
        & #empty { color: $foreground-muted; margin-top: 1; }
    }
    """

    def __init__(self, lab: Lab) -> None:
        super().__init__("Earlier prompts")
        self._lab = lab
        self._runs: list[RunRecord] = []

    def compose_box(self) -> ComposeResult:
        yield SteadyInput(placeholder="type to search", id="words")
        yield OptionList(id="list", markup=False)
        yield Static("Nothing found.", id="empty", markup=False)

    def on_mount(self) -> None:
        self.query_one("#list").can_focus = False
        self.query_one("#empty").display = False
        self._search("")

    @on(Input.Changed, "#words")
    def _changed(self, message: Input.Changed) -> None:
        self._search(message.value)

    @on(OptionList.OptionSelected)
    def _clicked(self) -> None:
        self.action_choose()

    def action_move(self, step: int) -> None:
        runs = self.query_one("#list", OptionList)
        if step > 0:
            runs.action_cursor_down()
        else:
            runs.action_cursor_up()

    def action_choose(self) -> None:
        index = self.query_one("#list", OptionList).highlighted
        if index is not None:
            self.dismiss(self._runs[index])

    @work(exclusive=True)
    async def _search(self, words: str) -> None:
        from tui_lab.store.pages import RunFilter

        wanted = RunFilter(workspace=self._lab.workspace)
        query = self._lab.history.query(words, typing=True)
        asked = self._lab.history.search(query, wanted, limit=MOST)
        empty = self.query_one("#empty", Static)
        try:
            page = await asyncio.wrap_future(asked)
        except LabError as error:
            empty.update(sanitise_line(error.message))
            self._runs = []
        else:
            empty.update("Nothing found." if words.strip() else "No runs yet.")
            self._runs = list({run.prompt: run for run in reversed(page.items)}.values())[::-1]
        runs = self.query_one("#list", OptionList)
        runs.clear_options()
        now = datetime.now().astimezone()
        runs.add_options(Option(_line(run, now)) for run in self._runs)
        runs.highlighted = 0 if self._runs else None
        empty.display = not self._runs


def _line(run: RunRecord, now: datetime) -> Content:
    first = next((line for line in run.prompt.splitlines() if line.strip()), "")
    return Content.assemble(
        (f"{GLYPHS[run.status]} {when(run.created_at, now)} ", "$foreground-muted"),
        sanitise_line(first),
    )
