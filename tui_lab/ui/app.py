"""The app: screens, theme, keys, and the lab behind them. Whatever happens, it cleans up."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from importlib import import_module
from time import monotonic
from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.binding import Binding, BindingType

from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.core.problem import Problem
from tui_lab.core.secret import KnownSecrets
from tui_lab.directories import directories
from tui_lab.resources import themes_folder
from tui_lab.ui.budget_watch import BudgetWatch
from tui_lab.ui.chosen_keys import ChosenKeys
from tui_lab.ui.frame import FrameScreen
from tui_lab.ui.interrupts import Interrupts, Meaning
from tui_lab.ui.painting import LOW_BANDWIDTH, RATES, Painter, writes_waiting
from tui_lab.ui.preferences import read_preferences
from tui_lab.ui.screens.lab import LabScreen
from tui_lab.ui.tabs import TAB_BINDINGS, TABS
from tui_lab.ui.terminal_app import TerminalApp
from tui_lab.ui.themes import AUTO, Themes, load_themes, suited_theme
from tui_lab.ui.troubles import Troubles
from tui_lab.ui.widgets.header_bar import Heading

if TYPE_CHECKING:
    from tui_lab.core.draft import Draft
    from tui_lab.core.record import RunRecord
    from tui_lab.core.refs import ModelRef
    from tui_lab.lab import Lab
    from tui_lab.ui.running import Running, Watcher

POLL_SECONDS = 1.0
"""How often the app looks whether the history still records."""

RECOVERY_SECONDS = 10.0
"""How often it ends the runs of processes that are gone, and tries to record again."""

STORAGE_EXIT = 5
STOPPED_EXIT = 130


class LabApp(TerminalApp):
    """The full-screen lab. Returns its exit code.

    The lab behind it is opened on a thread after the first paint, and dialogs are imported when
    they are asked for, so that neither a slow disk nor a heavy import delays the first key.
    `when_open` is called once all that has been done.
    """

    TITLE = "tui-lab"
    CSS_PATH = "frame.tcss"
    ENABLE_COMMAND_PALETTE = False
    MODES: ClassVar = {tab.mode: tab.screen for tab in TABS}
    DEFAULT_MODE = TABS[0].mode
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "ctrl+c",
            "interrupt",
            "stop",
            id="app.stop",
            tooltip="stop, or copy what is selected",
            priority=True,
        ),
        Binding("ctrl+n", "next_pane", "next pane", id="app.next_pane"),
        Binding("ctrl+o", "jump", "jump", id="app.jump", tooltip="go anywhere by a label"),
        Binding("ctrl+t", "template", "template", id="app.template", tooltip="take a template"),
        Binding("ctrl+p", "commands", "commands", id="app.commands", tooltip="all commands"),
        Binding("question_mark", "keys", "keys", id="app.keys", tooltip="all keys that work now"),
        Binding("f1", "help", "help", id="app.help", tooltip="what has the focus, and its keys"),
        Binding("ctrl+q", "quit", "quit", id="app.quit", priority=True),
        *TAB_BINDINGS,
    ]

    def __init__(
        self,
        environ: Mapping[str, str] = os.environ,
        *,
        workspace: str | None = None,
        low_bandwidth: bool = False,
        clock: Callable[[], float] = monotonic,
        when_open: Callable[[], None] = lambda: None,
        known_secrets: KnownSecrets | None = None,
    ) -> None:
        self.folders = directories(environ)
        self.preferences = read_preferences(self.folders.config_file, environ)
        super().__init__(
            environ,
            copies=self.folders.data,
            clipboard_route=self.preferences.clipboard,
            known_secrets=known_secrets or KnownSecrets(),
        )
        self.clock = clock
        self._when_open = when_open
        self._workspace = workspace
        slow = low_bandwidth or self.preferences.low_bandwidth
        self.painter = Painter(
            lambda: writes_waiting(self._driver), rates=LOW_BANDWIDTH if slow else RATES
        )
        self.lab: Lab | None = None
        self.troubles = Troubles()
        self._runs: Running | None = None
        self.budgets = BudgetWatch(self._frame_changed, self.say)
        self._interrupts = Interrupts(clock)
        self._keys = ChosenKeys(LabApp, self.preferences.keys)
        self.set_keymap(dict(self._keys.keymap.keys))
        self._dress()
        self.troubles.found("keys", self._keys.keymap.problems)

    def _dress(self) -> None:
        # Made grey, the terminal's own colours would all be black on black.
        suited = suited_theme(None if self.no_color else self.console.color_system)
        chosen = self.preferences.theme
        wanted = self.read_themes().named(suited if chosen == AUTO else chosen)
        if isinstance(wanted, Problem):
            self.troubles.found("theme", [wanted])
            self.theme = suited
        else:
            self.theme = suited if self.no_color and wanted.ansi else wanted.name

    def read_themes(self) -> Themes:
        """The themes as their files are now; a file that is wrong is told once."""
        themes = load_themes([themes_folder(), self.folders.themes])
        for theme in themes.themes.values():
            self.register_theme(theme)
        for problem in self.troubles.found("themes", themes.problems):
            if self.lab is not None:
                self.say(str(problem), warning=True)
        return themes

    @property
    def problems(self) -> tuple[Problem, ...]:
        return self.troubles.problems

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
        for number in (signal.SIGHUP, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, self.exit, STOPPED_EXIT)
        self.set_interval(POLL_SECONDS, self._look_at_history)
        self.set_interval(RECOVERY_SECONDS, self._recover)
        self.call_after_refresh(self._open_lab)

    @work
    async def _open_lab(self) -> None:
        loop = asyncio.get_running_loop()

        def on_death(error: BaseException) -> None:
            loop.call_soon_threadsafe(self._engine_died, error)

        def make() -> Lab:
            from tui_lab.lab import Lab

            return Lab(
                self.environ,
                workspace=self._workspace,
                on_death=on_death,
                known_secrets=self.known_secrets,
            )

        try:
            self.lab = await asyncio.to_thread(make)
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
        self.painter.stop()
        lab, self.lab = self.lab, None
        if lab is not None and not self.troubles.engine_stopped:
            await asyncio.to_thread(lab.close)

    def _frame_screens(self) -> Iterator[FrameScreen]:
        for stack in self._screen_stacks.values():
            yield from (screen for screen in stack if isinstance(screen, FrameScreen))

    @property
    def chosen_models(self) -> tuple[ModelRef, ...]:
        """Those that the prompt in the Lab would be run against."""
        labs = (screen for screen in self._frame_screens() if isinstance(screen, LabScreen))
        return next((screen.prompt.models for screen in labs), ())

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

    def heading(self, mode: str) -> Heading:
        """What the header of a screen says now."""
        return Heading(
            tabs=tuple(tab.title for tab in TABS),
            active=[tab.mode for tab in TABS].index(mode),
            workspace=self.workspace,
            running=self.running,
            budget=self.budgets.words,
        )

    @property
    def banner(self) -> str:
        return self.troubles.banner

    # Keys

    def key_of(self, binding_id: str) -> str:
        """The key of a binding, as it is printed."""
        return self._keys.name(binding_id)

    def key_word(self, binding: Binding) -> str:
        """What a key of the app does now, for the footer; empty if nothing."""
        if binding.id == "app.next_pane":
            screen = self.screen
            several = isinstance(screen, FrameScreen) and len(screen.panes()) > 1
            return binding.description if several else ""
        if binding.id != "app.stop":
            return binding.description
        if self.selected_text:
            return "copy"
        return "stop" if self.running else ""

    def action_interrupt(self) -> None:
        if selected := self.selected_text:
            self.copy_to_clipboard(selected)
            self.screen.clear_selection()
            return
        match self._interrupts.next(running=self.running > 0):
            case Meaning.STOP:
                screen = self.screen
                if not (isinstance(screen, FrameScreen) and screen.stop_focused()):
                    self.say("^c again stops every run")
            case Meaning.STOP_ALL if self._runs is not None:
                self._runs.cancel_all()
            case Meaning.QUIT_NEXT:
                self.say("^c again quits")
            case Meaning.QUIT:
                self.exit(self._exit_code)

    @property
    def _exit_code(self) -> int:
        return STORAGE_EXIT if self.troubles.engine_stopped else 0

    @work
    async def action_quit(self) -> None:  # type: ignore[override]
        if self.running and not self.troubles.engine_stopped:
            from tui_lab.ui.dialogs.question import Question

            runs = "1 run is" if self.running == 1 else f"{self.running} runs are"
            text = f"{runs} in progress. Stop and quit? What has come is kept."
            if not await self.push_screen_wait(Question("Quit", text)):
                return
        self.exit(self._exit_code)

    def action_next_pane(self) -> None:
        if isinstance(self.screen, FrameScreen):
            self.screen.next_pane()

    def action_tab(self, mode: str) -> None:
        self.switch_mode(mode)

    @work
    async def action_template(self) -> None:
        from tui_lab.ui.template_use import pick_template

        if self.lab is not None:
            await pick_template(self, self.lab, self.chosen_models)

    @work
    async def action_jump(self) -> None:
        from tui_lab.ui.dialogs.jump import JumpOverlay

        screen = self.screen
        found = await self.push_screen_wait(JumpOverlay(screen.focus_chain, len(TABS)))
        if isinstance(found, str):
            self.switch_mode(TABS[int(found) - 1].mode)
        elif found is not None:
            found.focus()

    @work
    async def action_commands(self) -> None:
        from tui_lab.ui.palette import offer_commands

        await offer_commands(self, self.screen)

    @work
    async def action_keys(self) -> None:
        from tui_lab.ui.palette import offer_keys

        await offer_keys(self.screen)

    def action_help(self) -> None:
        from tui_lab.ui.palette import show_help

        show_help(self.screen)
