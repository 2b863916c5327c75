"""What a screen, or a bar of its frame, may ask of the app that it is in."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from textual.binding import Binding
from textual.theme import Theme

from tui_lab.core.draft import Draft
from tui_lab.core.errors import LabError
from tui_lab.core.problem import Problem
from tui_lab.core.record import RunRecord
from tui_lab.core.refs import ModelRef
from tui_lab.directories import Directories
from tui_lab.ui.budget_watch import BudgetWatch
from tui_lab.ui.painting import Painter
from tui_lab.ui.running import Watcher
from tui_lab.ui.themes import Themes
from tui_lab.ui.widgets.header_bar import Heading

if TYPE_CHECKING:
    from tui_lab.lab import Lab


class Host(Protocol):
    @property
    def lab(self) -> Lab | None:
        """None until it is open, which is soon after the first paint."""

    @property
    def workspace(self) -> str: ...

    def work_in(self, workspace: str) -> None:
        """Changes the workspace of everything that is begun from now on."""

    @property
    def chosen_models(self) -> tuple[ModelRef, ...]:
        """Those that the prompt in the Lab would be run against."""

    @property
    def prompt_texts(self) -> tuple[str, str]:
        """The prompt in the Lab and its system prompt, as they are written."""

    @property
    def budgets(self) -> BudgetWatch:
        """Every limit that holds in the workspace, as it was seen last."""

    # Runs

    async def start(self, draft: Draft) -> tuple[RunRecord, ...] | None:
        """Begins a batch; None when it cannot begin, which is told, or the person steps back.

        To be awaited in a worker: it may have to ask.
        """

    def follow(self, run_id: str, watcher: Watcher) -> None:
        """Has the news of a run, from its beginning, brought to the watcher."""

    def stop(self, run_id: str) -> bool:
        """Stops a run; false if it is none that this process has in progress."""

    def switch_outage(self, name: str) -> None:
        """Begins the simulated outage of a provider, or ends it."""

    # Words

    def say(self, text: str, *, warning: bool = False, seconds: float = ...) -> None:
        """A short notice on the screen that is shown now; the text may be foreign."""

    def say_error(self, error: LabError) -> None: ...

    def heading(self, mode: str) -> Heading:
        """What the header of a screen says now."""

    @property
    def banner(self) -> str:
        """What has to be said as long as it holds; empty if nothing has."""

    def key_of(self, binding_id: str) -> str:
        """The key of a binding, as it is printed."""

    def key_word(self, binding: Binding) -> str:
        """What a key of the app does now, for the footer; empty if nothing."""

    # What it was set up with

    @property
    def folders(self) -> Directories: ...

    @property
    def clock(self) -> Callable[[], float]:
        """Seconds, monotonic."""

    @property
    def painter(self) -> Painter: ...

    def read_themes(self) -> Themes:
        """The themes as their files are now; a file that is wrong is told once."""

    def read_templates(self) -> None:
        """Reads them as their files are now; what is newly wrong is told."""

    def wear(self, theme: Theme) -> None:
        """Changes the theme, unless it cannot be read here, which is told."""

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What is wrong in a person's files."""
