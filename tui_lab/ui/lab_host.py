"""The app's lab: opened after the first paint, watched while it is there, closed at the end."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from importlib import import_module
from typing import TYPE_CHECKING

from textual import work

from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.core.problem import Problem
from tui_lab.core.secret import KnownSecrets
from tui_lab.directories import Directories
from tui_lab.ui.budget_watch import BudgetWatch
from tui_lab.ui.frame import FrameScreen
from tui_lab.ui.opening import LabOpening
from tui_lab.ui.preferences import Preferences
from tui_lab.ui.terminal_app import TerminalApp
from tui_lab.ui.terminal_input import STOPPED_EXIT
from tui_lab.ui.troubles import Troubles

if TYPE_CHECKING:
    from tui_lab.core.draft import Draft
    from tui_lab.core.record import RunRecord
    from tui_lab.lab import Lab
    from tui_lab.ui.running import Running, Watcher

POLL_SECONDS = 1.0
"""How often the app looks whether the history still records."""

RECOVERY_SECONDS = 10.0
"""How often it ends the runs of processes that are gone, and tries to record again."""


class LabHost(TerminalApp):
    """An app with a lab, which is None until it is open.

    It is opened on a thread after the first paint, so that a slow disk does not delay the first
    key. `when_open` is called once that has been done, or has failed.
    """

    def __init__(
        self,
        environ: Mapping[str, str],
        *,
        folders: Directories,
        preferences: Preferences,
        workspace: str | None,
        when_open: Callable[[], None],
        known_secrets: KnownSecrets,
    ) -> None:
        super().__init__(
            environ,
            copies=folders.data,
            clipboard_route=preferences.clipboard,
            known_secrets=known_secrets,
        )
        self.folders = folders
        self.preferences = preferences
        self._workspace = workspace
        self._when_open = when_open
        self.lab: Lab | None = None
        self._opening: LabOpening | None = None
        self.troubles = Troubles()
        self.budgets = BudgetWatch(self._frame_changed, self.say)
        self._runs: Running | None = None

    @property
    def problems(self) -> tuple[Problem, ...]:
        return self.troubles.problems

    @property
    def banner(self) -> str:
        return self.troubles.banner or self._outages

    @property
    def _outages(self) -> str:
        names = sorted(self.lab.outages.names) if self.lab is not None else []
        return f"simulated outage of {', '.join(names)} · ^p, outage: ends it" if names else ""

    def switch_outage(self, name: str) -> None:
        """Begins the simulated outage of a provider, or ends it."""
        if self.lab is not None:
            begun = self.lab.outages.switch(name)
            told = (
                f"{name} cannot be reached from now on, as it seems" if begun else f"{name} is back"
            )
            self.say(told)
            self._frame_changed()

    # Opening and closing

    @property
    def workspace(self) -> str:
        if self.lab is not None:
            return self.lab.workspace
        return self._workspace or self.environ.get("TUI_LAB_WORKSPACE") or "default"

    def work_in(self, workspace: str) -> None:
        """Changes the workspace of everything that is begun from now on."""
        if self.lab is not None:
            self.lab.workspace = workspace
            for screen in self._frame_screens():
                screen.workspace_changed(self.lab)
            self._look_at_budgets()
            self._frame_changed()

    def on_mount(self) -> None:
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGHUP, self.lose_terminal)
        loop.add_signal_handler(signal.SIGTERM, self.exit, STOPPED_EXIT)
        self.set_interval(POLL_SECONDS, self._look_at_history)
        self.set_interval(RECOVERY_SECONDS, self._recover)
        self.call_after_refresh(self._open_lab)

    @work
    async def _open_lab(self) -> None:
        loop = asyncio.get_running_loop()

        def on_death(error: BaseException) -> None:
            loop.call_soon_threadsafe(self._engine_died, error)

        self._opening = LabOpening(
            self.environ,
            workspace=self._workspace,
            on_death=on_death,
            known_secrets=self.known_secrets,
        )
        try:
            self.lab = await self._opening.lab()
        except LabError as error:
            self.say_error(error)
            return
        finally:
            self._when_open()
        from tui_lab.ui.running import Running  # what it imports, the lab has imported by now

        self._runs = Running(self.lab, self._frame_changed)
        self.troubles.found("files", self.lab.problems)
        for screen in self._frame_screens():
            screen.lab_opened(self.lab)
        self._look_at_history()
        self._frame_changed()
        if self.problems:
            first, *others = self.problems
            more = f" · {len(others)} more: ^p, problems" if others else ""
            self.say(f"{first}{more}", warning=True)
        # The first stream should not wait for what shows it.
        await asyncio.to_thread(import_module, "tui_lab.ui.widgets.lane")

    async def on_unmount(self) -> None:
        self.lab = None
        if self._opening is not None:
            await self._opening.close(interrupted=not self.has_terminal)

    def _frame_screens(self) -> Iterator[FrameScreen]:
        for stack in self._screen_stacks.values():
            yield from (screen for screen in stack if isinstance(screen, FrameScreen))

    def read_templates(self) -> None:
        """Reads them as their files are now; what is newly wrong is told."""
        if self.lab is not None:
            self.lab.templates.read()
            for problem in self.troubles.found("files", self.lab.problems):
                self.say(str(problem), warning=True)

    # Runs

    async def start(self, draft: Draft) -> tuple[RunRecord, ...] | None:
        """Begins a batch; None when it cannot begin, which is told, or the person steps back."""
        try:
            from tui_lab.ui.before_sending import may_send
            from tui_lab.ui.cost_question import cost_accepted

            if self.lab is None or self._runs is None:
                raise LabError(ErrorKind.USAGE, "the lab is still being opened", "try again")
            if self.troubles.engine_stopped:
                raise LabError(ErrorKind.STORAGE, "the engine has stopped", "quit and start again")
            if not await may_send(self, self.lab, draft):
                return None
            if not await cost_accepted(self, self.lab, draft):
                return None
            recorded = self.lab.history.state.not_recording is None
            return await self._runs.start(draft, record=recorded)
        except LabError as error:
            self.say_error(error)
            return None

    def follow(self, run_id: str, watcher: Watcher) -> None:
        """Has the news of a run, from its beginning, brought to the watcher."""
        if self._runs is not None:
            self._runs.follow(run_id, watcher)

    def stop(self, run_id: str) -> bool:
        """Stops a run; false if it is none that this process has in progress."""
        return self._runs is not None and self._runs.cancel(run_id)

    @property
    def running(self) -> int:
        """Runs in progress."""
        return self._runs.count if self._runs is not None else 0

    def _engine_died(self, error: BaseException) -> None:
        self.troubles.engine_stopped = True
        for screen in self._frame_screens():
            screen.engine_died()
        self._frame_changed()

    def _look_at_history(self) -> None:
        if self.lab is None or self.troubles.engine_stopped:
            return
        state = self.lab.history.state
        before, self.troubles.not_recording = self.troubles.not_recording, state.not_recording
        if before != state.not_recording:
            self._frame_changed()
        if notice := self.troubles.told(state.notices):
            self.say(notice, warning=True)
        self._look_at_budgets()

    @work(exclusive=True, group="recovery")
    async def _recover(self) -> None:
        if self.lab is not None and not self.troubles.engine_stopped:
            with suppress(LabError):  # the banner says why, if nothing can be recorded
                await asyncio.wrap_future(self.lab.history.recover())

    @work(exclusive=True, group="budgets")
    async def _look_at_budgets(self) -> None:
        if self.lab is not None:
            await self.budgets.look(self.lab)

    def _frame_changed(self) -> None:
        if not self.is_running:
            return
        for screen in self._frame_screens():
            screen.refresh_frame()
        self.screen.refresh_bindings()
