"""The app: screens, theme, keys, and the lab behind them. Whatever happens, it cleans up."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Mapping, Sequence
from time import monotonic
from typing import TYPE_CHECKING, ClassVar

from textual import events, work
from textual.app import App
from textual.binding import Binding, BindingType
from textual.filter import LineFilter

from tui_lab.core.draft import Draft
from tui_lab.core.errors import LabError
from tui_lab.core.record import RunRecord
from tui_lab.core.sanitise import sanitise
from tui_lab.resources import themes_folder
from tui_lab.ui.frame import FrameScreen, Tab
from tui_lab.ui.paste_guard import GAP_S, PasteGuard, Verdict
from tui_lab.ui.running import Running, Watcher
from tui_lab.ui.safety import UnsafeCharacters
from tui_lab.ui.screens.lab import LabScreen
from tui_lab.ui.themes import DEFAULT_THEME, load_themes
from tui_lab.ui.widgets.header_bar import Heading

if TYPE_CHECKING:
    from tui_lab.lab import Lab

AGAIN_SECONDS = 2.0
"""Within this time a second ^c means more than the first."""

TABS = (Tab("lab", "Lab", LabScreen),)
"""The screens of the frame, in the order of their digits."""


class LabApp(App[int]):
    """The full-screen lab. Returns its exit code.

    The lab behind it is opened on a thread after the first paint, so that a slow disk or a heavy
    import never delays the first key.
    """

    TITLE = "tui-lab"
    CSS_PATH = "frame.tcss"
    ENABLE_COMMAND_PALETTE = False
    MODES: ClassVar = {tab.mode: tab.screen for tab in TABS}
    DEFAULT_MODE = TABS[0].mode
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+c", "interrupt", "stop", id="app.stop", priority=True),
        Binding("ctrl+n", "next_pane", "next pane", id="app.next_pane"),
        Binding("ctrl+q", "quit", "quit", id="app.quit", priority=True),
        *(
            Binding(
                str(digit), f"tab({tab.mode!r})", tab.title, id=f"app.tab.{tab.mode}", show=False
            )
            for digit, tab in enumerate(TABS, 1)
        ),
    ]

    def __init__(
        self, environ: Mapping[str, str] = os.environ, *, workspace: str | None = None
    ) -> None:
        super().__init__()
        self._environ = environ
        self._workspace = workspace
        self.lab: Lab | None = None
        self._runs: Running | None = None
        self._paste_guard = PasteGuard()
        self._held: tuple[events.Key, asyncio.TimerHandle] | None = None
        self._last_interrupt = float("-inf")
        self._unsafe = UnsafeCharacters()
        for theme in load_themes([themes_folder()]).themes.values():
            self.register_theme(theme)
        self.theme = DEFAULT_THEME

    # Opening and closing

    @property
    def workspace(self) -> str:
        if self.lab is not None:
            return self.lab.workspace
        return self._workspace or self._environ.get("TUI_LAB_WORKSPACE") or "default"

    def on_mount(self) -> None:
        for number in (signal.SIGHUP, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, self.exit, 130)
        self.call_after_refresh(self._open_lab)

    @work
    async def _open_lab(self) -> None:
        try:
            self.lab = await asyncio.to_thread(self._make_lab)
        except LabError as error:
            self.say_error(error)
            return
        self._runs = Running(self.lab, self._runs_changed)
        for mode in self._screen_stacks:
            for screen in self._screen_stacks[mode]:
                if isinstance(screen, FrameScreen):
                    screen.lab_opened(self.lab)
                    screen.refresh_header()
        self.refresh_bindings()

    def _make_lab(self) -> Lab:
        from tui_lab.lab import Lab

        return Lab(self._environ, workspace=self._workspace)

    def screen_mounted(self, screen: FrameScreen) -> None:
        """A screen of the frame is there; it gets the lab when that is open."""
        if self.lab is not None:
            screen.lab_opened(self.lab)
        screen.refresh_header()

    async def on_unmount(self) -> None:
        if self.lab is not None:
            await asyncio.to_thread(self.lab.close)

    # Runs

    async def start(self, draft: Draft) -> tuple[RunRecord, ...] | None:
        """Begins a batch; None, and a message for the person, when it cannot begin."""
        if self.lab is None or self._runs is None:
            return None
        record = self.lab.store_state.not_recording is None
        try:
            return await self._runs.start(draft, record=record)
        except LabError as error:
            self.say_error(error)
            return None

    def follow(self, run_id: str, watcher: Watcher) -> None:
        if self._runs is not None:
            self._runs.follow(run_id, watcher)

    def stop(self, run_id: str) -> None:
        if self._runs is not None:
            self._runs.cancel(run_id)

    def _runs_changed(self) -> None:
        if not self.is_running:
            return
        for screen in self.screen_stack:
            if isinstance(screen, FrameScreen):
                screen.refresh_header()
        self.refresh_bindings()

    def heading(self, mode: str) -> Heading:
        """What the header of a screen says now."""
        return Heading(
            tabs=tuple(tab.title for tab in TABS),
            active=[tab.mode for tab in TABS].index(mode),
            workspace=self.workspace,
            running=self._runs.count if self._runs else 0,
        )

    # Words for the person

    def say(self, text: str, *, warning: bool = False) -> None:
        """A short notice; the text may be foreign."""
        self.notify(sanitise(text), severity="warning" if warning else "information", markup=False)

    def say_error(self, error: LabError) -> None:
        words = f"{error.message}\n→ {error.hint}" if error.hint else error.message
        self.notify(sanitise(words), severity="error", markup=False)

    # Keys

    async def on_event(self, event: events.Event) -> None:
        if isinstance(event, events.Key) and not event.is_forwarded:
            await self._key(event)
        else:
            await super().on_event(event)

    async def _key(self, event: events.Key) -> None:
        """Passes keys on; a ^j only when it is clear that it is no newline of a paste."""
        if self._held is not None:
            held, timer = self._held
            self._held = None
            timer.cancel()
            pasted = self._paste_guard.goes_on(event.time)
            await super().on_event(_newline(held) if pasted else held)
        newline = event.key == "ctrl+j"
        verdict = self._paste_guard.key(event.time, newline=newline)
        if not newline:
            await super().on_event(event)
        elif verdict is Verdict.NEWLINE:
            await super().on_event(_newline(event))
        else:
            loop = asyncio.get_running_loop()
            self._held = (event, loop.call_later(GAP_S, self._release))

    def _release(self) -> None:
        """Nothing came after a ^j: it was typed."""
        self.call_later(self._release_now)

    async def _release_now(self) -> None:
        if self._held is not None:
            held, _ = self._held
            self._held = None
            await super().on_event(held)

    def action_interrupt(self) -> None:
        again = monotonic() - self._last_interrupt < AGAIN_SECONDS
        self._last_interrupt = monotonic()
        screen = self.screen
        if again and self._runs is not None and self._runs.count:
            self._runs.cancel_all()
        elif isinstance(screen, LabScreen) and screen.stop_focused():
            pass
        elif self._runs is not None and self._runs.count:
            self.say("^c again stops every run")
        elif again:
            self.exit(0)
        else:
            self.say("^c again quits")

    def action_next_pane(self) -> None:
        self.screen.focus_next()

    def action_tab(self, mode: str) -> None:
        self.switch_mode(mode)

    # The terminal

    def get_line_filters(self) -> Sequence[LineFilter]:
        return [*super().get_line_filters(), self._unsafe]


def _newline(event: events.Key) -> events.Key:
    key = events.Key("enter", "\r")
    key.time = event.time
    return key
