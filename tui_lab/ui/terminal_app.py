"""An app that trusts neither what it shows nor the terminal that it shows it on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.segment import Segment, Segments
from textual import events, on, work
from textual._compositor import ChopsUpdate, LayoutUpdate
from textual.app import App
from textual.driver import Driver
from textual.filter import LineFilter
from textual.screen import Screen
from textual.theme import Theme
from textual.widgets import Input, TextArea

from tui_lab.core.errors import LabError
from tui_lab.core.sanitise import sanitise
from tui_lab.core.secret import KnownSecrets
from tui_lab.ui.crash import crash_report
from tui_lab.ui.escape_delay import RoundTrip
from tui_lab.ui.key_queue import Follower, KeyQueue
from tui_lab.ui.paste_guard import PasteGuard
from tui_lab.ui.safety import UnsafeCharacters
from tui_lab.ui.shown_cells import ChangedCells, ShownCells
from tui_lab.ui.stylesheet import ThriftyStylesheet
from tui_lab.ui.terminal_input import STOPPED_EXIT, TerminalDriver
from tui_lab.ui.widgets.footer_bar import FooterBar, Severity

NOTICE_SECONDS = 5.0
ERROR_SECONDS = 10.0
"""There is more to read, and something to do."""


class TerminalApp(App[int]):
    """Keys, words, copies and crashes. Returns its exit code.

    `copies` is the folder for what no clipboard takes; `clipboard_route` as in `clipboard.copy`.
    `known_secrets` leave neither with a copy nor with the report of a crash.
    """

    _themed: tuple[Theme, dict[str, str]] | None = None

    def __init__(
        self,
        environ: Mapping[str, str],
        *,
        copies: Path,
        clipboard_route: str,
        known_secrets: KnownSecrets,
    ) -> None:
        super().__init__()
        # What there is to say is said in the footer, and what a key does in its help.
        self._disable_tooltips = self._disable_notifications = True
        self.known_secrets = known_secrets
        self.stylesheet = ThriftyStylesheet(variables=self.get_css_variables())
        self.environ = environ
        self._copies = copies
        self._clipboard_route = clipboard_route
        self._key_queue = KeyQueue(self, super().on_event)
        self._paste_guard = PasteGuard(self._key_queue.put)
        self._unsafe = UnsafeCharacters()
        self._shown = ShownCells()
        self._shown_size = self.size
        self._round_trip = RoundTrip()
        self.has_terminal = True

    def get_css_variables(self) -> dict[str, str]:
        # Textual makes them of the theme's colours each time it is asked.
        theme = self.current_theme
        if self._themed is None or self._themed[0] is not theme:
            self._themed = theme, super().get_css_variables()
        return self._themed[1]

    def lose_terminal(self) -> None:
        """Ends the program: nobody is there any more."""
        self.has_terminal = False
        self.exit(STOPPED_EXIT)

    def get_driver_class(self) -> type[Driver]:
        return TerminalDriver

    # Words for the person

    def say(self, text: str, *, warning: bool = False, seconds: float = NOTICE_SECONDS) -> None:
        """A short notice on the screen that is shown now; the text may be foreign."""
        self._say(text, Severity.WARNING if warning else Severity.PLAIN, seconds)

    def say_error(self, error: LabError) -> None:
        words = f"{error.message} → {error.hint}" if error.hint else error.message
        self._say(words, Severity.ERROR, ERROR_SECONDS)

    def _say(self, text: str, severity: Severity, seconds: float) -> None:
        for screen in reversed(self.screen_stack):
            if (footer := screen.query_one_optional(FooterBar)) is not None:
                footer.say(text, severity, seconds)
                return

    def copy_to_clipboard(self, text: str) -> None:
        """Copies by the best way there is, and says by which."""
        text = self.known_secrets.remove_from(text)
        self._clipboard = text
        self._copy(text)

    @work(thread=True)
    def _copy(self, text: str) -> None:
        from tui_lab import clipboard

        write = self._driver.write if self._driver is not None else None
        terminal = clipboard.Terminal(write, self.environ, self._copies)
        try:
            told = clipboard.copy(sanitise(text), terminal, route=self._clipboard_route)
        except OSError as error:
            told = f"not copied: {error.strerror or error}"
        self.call_from_thread(self.say, told)

    # Keys

    async def on_event(self, event: events.Event) -> None:
        if isinstance(event, events.Key) and not event.is_forwarded:
            await self._paste_guard.take(event, self._keys_are_quiet)
        elif isinstance(event, events.Paste) and not event.is_forwarded:
            await self._key_queue.put(event)
        else:
            await super().on_event(event)

    def _keys_are_quiet(self) -> None:
        # By way of the queue: keys that came meanwhile, and wait there, are looked at first.
        self.call_later(self._paste_guard.release)

    @on(Follower)
    async def _key_had_its_effect(self, follower: Follower) -> None:
        await self._key_queue.came_back(follower)

    @property
    def selected_text(self) -> str:
        """What is selected, in a field or on the screen."""
        focused = self.screen.focused
        if isinstance(focused, TextArea | Input) and focused.selected_text:
            unseen = isinstance(focused, Input) and focused.password
            return "" if unseen else focused.selected_text
        return self.screen.get_selected_text() or ""

    # The screen

    def on_mount(self) -> None:
        self.app_resume_signal.subscribe(self, lambda app: self._shown.forget())

    def on_terminal_supports_synchronized_output(self) -> None:
        self._round_trip.answered(self._driver)

    def _display(self, screen: Screen[Any], renderable: Any) -> None:
        if self.size != self._shown_size:
            self._shown.forget()
            self._shown_size = self.size
        if isinstance(renderable, LayoutUpdate | ChopsUpdate):
            renderable = ChangedCells(renderable, self._shown)
        super()._display(screen, renderable)

    def get_line_filters(self) -> Sequence[LineFilter]:
        return [*super().get_line_filters(), self._unsafe]

    def _fatal_error(self) -> None:
        """Textual's own report shows local variables, and a key may be in one."""
        error = self._exception
        report = crash_report(error, self.known_secrets) if error is not None else "tui-lab failed"
        self._exit_renderables.append(Segments([Segment(report)]))
        self._close_messages_no_wait()

    def _print_error_renderables(self) -> None:
        """Whole, and left to the terminal to wrap: Textual would cut its lines at the edge."""
        for report in self._exit_renderables[:1]:
            self.error_console.print(report, soft_wrap=True)
        self._exit_renderables.clear()
