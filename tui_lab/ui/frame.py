"""The frame around every screen: header, body, footer, and the page for terminals too small."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, cast

from textual import events
from textual.app import ComposeResult
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Static

from tui_lab.ui.widgets.footer_bar import FooterBar
from tui_lab.ui.widgets.header_bar import HeaderBar

if TYPE_CHECKING:
    from tui_lab.lab import Lab
    from tui_lab.ui.app import LabApp

SMALLEST = (60, 16)
"""Columns and rows below which nothing but the plain page is shown."""


@dataclass(frozen=True, slots=True)
class Tab:
    """A screen of the frame: its mode, the word on its tab, and how it is made."""

    mode: str
    title: str
    screen: Callable[[], FrameScreen]


class FrameScreen(Screen[None]):
    """A screen in the frame. Give it a body, and what it does when the lab is open.

    `TITLE_ID` is the mode of its tab. `HELP` is a text for `f1` when the focused widget has none.
    """

    MODE: ClassVar[str]
    AUTO_FOCUS = ""
    HORIZONTAL_BREAKPOINTS = [  # noqa: RUF012
        (0, "-too-narrow"),
        (SMALLEST[0], "-narrow"),
        (80, "-normal"),
        (120, "-wide"),
        (150, "-side-by-side"),
    ]
    VERTICAL_BREAKPOINTS = [  # noqa: RUF012
        (0, "-too-low"),
        (SMALLEST[1], "-low"),
        (30, "-high"),
    ]

    @property
    def lab_app(self) -> LabApp:
        return cast("LabApp", self.app)

    def compose(self) -> ComposeResult:
        yield HeaderBar()
        yield from self.compose_body()
        yield FooterBar()
        yield Static(id="too-small", markup=False)

    def compose_body(self) -> ComposeResult:
        """The widgets between header and footer."""
        raise NotImplementedError

    def lab_opened(self, lab: Lab) -> None:
        """The lab is open: called once, when this screen is mounted and the lab is there."""

    def panes(self) -> list[Widget]:
        """What `next pane` goes through and jump labels are put on, in reading order."""
        return list(self.focus_chain)

    def on_mount(self) -> None:
        self.lab_app.screen_mounted(self)

    def on_screen_resume(self) -> None:
        self.refresh_header()

    def on_resize(self, event: events.Resize) -> None:
        columns, rows = SMALLEST
        self.query_one("#too-small", Static).update(
            f"tui-lab needs {columns}×{rows} characters\n"
            f"this terminal has {event.size.width}×{event.size.height}\n"
            "\n^q quit"
        )

    def refresh_header(self) -> None:
        self.query_one(HeaderBar).show(self.lab_app.heading(self.MODE))
