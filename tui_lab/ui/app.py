"""The app: its screens, its theme, and the keys that work everywhere."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from time import monotonic
from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.binding import Binding, BindingType

from tui_lab.core.problem import Problem
from tui_lab.core.secret import KnownSecrets
from tui_lab.directories import directories
from tui_lab.resources import themes_folder
from tui_lab.ui.chosen_keys import ChosenKeys
from tui_lab.ui.frame import FrameScreen
from tui_lab.ui.interrupts import Interrupts, Meaning
from tui_lab.ui.lab_host import LabHost
from tui_lab.ui.painting import LOW_BANDWIDTH, RATES, Painter, writes_waiting
from tui_lab.ui.preferences import read_preferences
from tui_lab.ui.screens.lab import LabScreen
from tui_lab.ui.tabs import TAB_BINDINGS, TABS
from tui_lab.ui.themes import AUTO, Themes, load_themes, suited_theme
from tui_lab.ui.widgets.header_bar import Heading

if TYPE_CHECKING:
    from textual.theme import Theme

    from tui_lab.core.refs import ModelRef

STORAGE_EXIT = 5


class LabApp(LabHost):
    """The full-screen lab. Returns its exit code.

    Dialogs are imported when they are asked for: no heavy import delays the first key.
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
        folders = directories(environ)
        super().__init__(
            environ,
            folders=folders,
            preferences=read_preferences(folders.config_file, environ),
            workspace=workspace,
            when_open=when_open,
            known_secrets=known_secrets or KnownSecrets(),
        )
        self.clock = clock
        slow = low_bandwidth or self.preferences.low_bandwidth
        self.painter = Painter(
            lambda: writes_waiting(self._driver), rates=LOW_BANDWIDTH if slow else RATES
        )
        self._interrupts = Interrupts(clock)
        self._keys = ChosenKeys(LabApp, self.preferences.keys)
        self.set_keymap(dict(self._keys.keymap.keys))
        self._dress()
        self.troubles.found("keys", self._keys.keymap.problems)

    def _dress(self) -> None:
        suited = suited_theme(None if self.no_color else self.console.color_system)
        chosen = self.preferences.theme
        wanted = self.read_themes().named(suited if chosen == AUTO else chosen)
        if isinstance(wanted, Problem):
            self.troubles.found("theme", [wanted])
            self.theme = suited
        else:
            self.theme = suited if self._loses_colours(wanted) else wanted.name

    def wear(self, theme: Theme) -> None:
        """Changes the theme, unless it cannot be read here, which is told."""
        if self._loses_colours(theme):
            self.say(f"theme {theme.name}: not with NO_COLOR, nothing could be read", warning=True)
        else:
            self.theme = theme.name

    def _loses_colours(self, theme: Theme) -> bool:
        # Made grey, the terminal's own colours would all be black on black.
        return self.no_color and theme.ansi

    def read_themes(self) -> Themes:
        """The themes as their files are now; a file that is wrong is told once."""
        themes = load_themes([themes_folder(), self.folders.themes])
        for theme in themes.themes.values():
            self.register_theme(theme)
        for problem in self.troubles.found("themes", themes.problems):
            if self.lab is not None:
                self.say(str(problem), warning=True)
        return themes

    async def on_unmount(self) -> None:
        self.painter.stop()

    @property
    def chosen_models(self) -> tuple[ModelRef, ...]:
        """Those that the prompt in the Lab would be run against."""
        return next((screen.prompt.models for screen in self._labs()), ())

    @property
    def prompt_texts(self) -> tuple[str, str]:
        """The prompt in the Lab and its system prompt, as they are written."""
        return next((screen.prompt.texts for screen in self._labs()), ("", ""))

    def _labs(self) -> Iterator[LabScreen]:
        return (screen for screen in self._frame_screens() if isinstance(screen, LabScreen))

    def heading(self, mode: str) -> Heading:
        """What the header of a screen says now."""
        return Heading(
            tabs=tuple(tab.title for tab in TABS),
            active=[tab.mode for tab in TABS].index(mode),
            workspace=self.workspace,
            running=self.running,
            budget=self.budgets.words,
        )

    # Keys

    def key_of(self, binding_id: str) -> str:
        """The key of a binding, as it is printed."""
        return self._keys.name(binding_id)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "template":
            return self.lab is not None
        return super().check_action(action, parameters)

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
                self.say("every run is stopped")
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
            self.read_templates()
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
