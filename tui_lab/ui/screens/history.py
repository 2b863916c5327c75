"""The history: every run, found again by its words, read as it was, taken further."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.widget import Widget
from textual.widgets import Static

from tui_lab.core.errors import LabError
from tui_lab.core.query import Query
from tui_lab.core.record import RunRecord, Status
from tui_lab.ui.exporting_runs import ExportingRuns
from tui_lab.ui.past_runs import whole_run
from tui_lab.ui.run_feed import RunFeed
from tui_lab.ui.text.history_words import EMPTY
from tui_lab.ui.widgets.found_runs import FoundRuns
from tui_lab.ui.widgets.query_line import QueryLine
from tui_lab.ui.widgets.run_list import RunList
from tui_lab.ui.widgets.run_view import RunView

if TYPE_CHECKING:
    from tui_lab.lab import Lab
    from tui_lab.store.pages import RunFilter

POLL_SECONDS = 1.0
"""How often the screen looks whether anyone has written to the history."""


def local_now() -> datetime:
    return datetime.now().astimezone()


class HistoryScreen(ExportingRuns):
    MODE = "history"
    CSS_PATH = "history.tcss"
    FOOTER = (
        "run.open",
        "history.undo",
        "panes.back",
        "history.compare",
        "run.reasoning",
        "history.search",
        "history.rank",
        "history.open",
        "history.open_batch",
        "history.again",
        "history.continue",
        "history.copy",
        "history.judge",
        "history.delete",
        "app.stop",
        "history.replay",
        "history.tag",
        "history.rate",
        "history.copy_part",
        "history.export",
        "history.again_on",
        "run.answer",
        "run.find_next",
        "run.next_block",
        "run.raw",
        "run.wrap",
        "history.record",
        "history.note",
        "history.keep",
        "history.date",
        "list.mark_all",
        "app.next_pane",
        "app.template",
        "app.jump",
        "app.keys",
        "app.quit",
    )
    HELP = "Every run of this workspace. Type / to search, enter to read, o to open one in the Lab."
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "search", "search", id="history.search"),
        Binding(
            "s", "rank", "best first", id="history.rank", tooltip="best first, or newest first"
        ),
        Binding("D", "date", "date", id="history.date", tooltip="go to a day, or a time"),
    ]

    def __init__(self, now: Callable[[], datetime] = local_now) -> None:
        super().__init__()
        self.found = FoundRuns(now, id="history-list", classes="pane chooser")
        self.query_line, self.runs = self.found.query_line, self.found.runs
        self.view = RunView(now, id="history-run")
        self.view.add_class("reader")

    def compose_body(self) -> ComposeResult:
        with Container(id="panes"):
            yield self.found
            yield self.view
        yield Static(EMPTY, id="history-empty", markup=False)

    def on_mount(self) -> None:
        self.runs.focus()
        self.set_interval(POLL_SECONDS, self._poll)

    def lab_opened(self, lab: Lab) -> None:
        self._lab = lab
        self.found.read_from(RunFeed(lab))

    def engine_died(self) -> None:
        """The history is read on the engine's thread: what is shown stays, nothing more comes."""
        self._lab = None
        self.found.read_from(None)
        self.refresh_bindings()

    def on_screen_resume(self) -> None:
        self._poll()

    @property
    def chooser(self) -> Widget:
        return self.runs

    @property
    def reader(self) -> Widget:
        return self.view

    def panes(self) -> list[Widget]:
        return [] if self.has_class("-empty") else super().panes()

    # The list

    @work(exclusive=True, group="poll")
    async def _poll(self) -> None:
        await self._bring_in()

    async def _bring_in(self, *, changed: bool = False) -> None:
        """What this and other processes have written."""
        new = self.is_current and await self.found.bring_in(changed=changed)
        shown = self.view.record
        if new and shown is not None and shown.status is Status.RUNNING:
            self._read_run(shown.id)

    @on(FoundRuns.Changed)
    def _list_changed(self) -> None:
        """Guidance stands in place of both panes as long as there is nothing to show in them."""
        empty = self.found.is_empty
        if empty is not self.has_class("-empty"):
            self.set_class(empty, "-empty")
            if not empty:
                self.choose()
        self.refresh_bindings()

    @on(QueryLine.Changed)
    def _typed(self) -> None:
        """How the list before is now is of no interest any more: its search would be waited for."""
        self.workers.cancel_group(self, "poll")

    @on(QueryLine.Left)
    def _searched(self) -> None:
        self.choose()

    # The run

    @on(RunList.Moved)
    def _moved(self, message: RunList.Moved) -> None:
        if message.record is None:
            self.view.show(None)
        else:
            self._read_run(message.record.id)
        self.refresh_bindings()

    @work(exclusive=True, group="run")
    async def _read_run(self, run_id: str) -> None:
        if self._lab is None:
            return
        try:
            record = await whole_run(self._lab, run_id)
        except LabError as error:
            self.found.tell(error)
        else:
            self.view.show(record, self.found.query_now)
            self.refresh_bindings()

    @on(RunList.RunChosen)
    def _chosen(self) -> None:
        self.read()

    @on(RunView.OpenAsked)
    def _open_asked(self) -> None:
        self.action_open()

    # What is done with runs

    @property
    def chosen_ids(self) -> Sequence[str]:
        """The marked runs, else the one under the cursor."""
        if self.runs.marked:
            return list(self.runs.marked)
        return [self.runs.current.id] if self.runs.current is not None else []

    @property
    def listed(self) -> tuple[Query, RunFilter | None]:
        return self.found.query_now, self.found.wanted

    @property
    def current_run(self) -> RunRecord | None:
        return self.runs.current

    async def runs_annotated(self) -> None:
        await self._bring_in()
        if (run := self.runs.current) is not None:
            self._read_run(run.id)

    async def runs_begun(self) -> None:
        self.runs.clear_marks()
        await self._bring_in()

    async def runs_changed(self) -> None:
        self.runs.clear_marks()
        await self._bring_in(changed=True)

    # Moving about

    def stop_focused(self) -> bool:
        run = self.runs.current
        if run is None or run.status is not Status.RUNNING:
            return False
        return self.host.stop(run.id)

    def search(self, words: str) -> None:
        """Lists what these words find, in place of what was listed."""
        self.query_line.value = words
        self.choose()

    def action_search(self) -> None:
        self.remove_class("-reading")
        self.query_line.focus()

    def action_rank(self) -> None:
        self.found.rank()

    @work(exclusive=True, group="date")
    async def action_date(self) -> None:
        from tui_lab.ui.dialogs.date_form import DateForm

        if self._lab is not None:
            cursor = await self.app.push_screen_wait(DateForm(self._lab))
            if cursor is not None:
                self.found.go_to(cursor)

    def action_back(self) -> None:
        if self.is_reading or self.query_line.has_focus:
            self.choose()
        elif self.is_exporting:
            self.give_export_up()
        elif self.runs.marked:
            self.runs.clear_marks()
        else:
            self.query_line.value = ""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        run = self.runs.current if self._lab is not None else None
        match action:
            case "open_batch":
                return run is not None and self.runs.is_joined
            case "delete":
                return run is not None and (
                    bool(self.runs.marked) or run.status is not Status.RUNNING
                )
            case "rank":
                return self.found.can_rank
            case "date":
                return run is not None
            case "search":
                return not (self.query_line.has_focus or self.has_class("-empty"))
            case "back":
                away = self.is_reading or self.query_line.has_focus
                return away or self.is_exporting or bool(self.found.words or self.runs.marked)
            case _:
                return super().check_action(action, parameters)
