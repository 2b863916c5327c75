"""The frame around every screen: header, body, footer, and the page for terminals too small."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, cast

from textual import events, on
from textual.app import ComposeResult
from textual.geometry import Region, Size
from textual.screen import Screen
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import Static

from tui_lab.core.sanitise import sanitise_line
from tui_lab.ui.mouse_selection import SelectingScreen
from tui_lab.ui.widgets.footer_bar import FooterBar
from tui_lab.ui.widgets.ground import background_lines
from tui_lab.ui.widgets.header_bar import HeaderBar

if TYPE_CHECKING:
    from tui_lab.lab import Lab
    from tui_lab.ui.commands import Command
    from tui_lab.ui.host import Host
    from tui_lab.ui.stylesheet import ThriftyStylesheet

SMALLEST = (60, 16)
"""Columns and rows below which nothing but the plain page is shown."""

SIDE_BY_SIDE = 150
"""Columns from which prompt and answers, or list and detail, stand beside each other."""


@dataclass(frozen=True, slots=True)
class Tab:
    """A screen of the frame: its mode, the word on its tab, and how it is made."""

    mode: str
    title: str
    screen: Callable[[], FrameScreen]


class FrameScreen(SelectingScreen):
    """A screen in the frame: give it a `MODE`, a body, and what it does when the lab is open.

    `HELP`, here and on widgets (or `help_text` of one widget), is the text of `f1`. Panes are
    widgets of the class `pane`: their border and title show the focus.
    """

    MODE: str
    FOOTER: ClassVar[tuple[str, ...]] = (
        "app.stop",
        "app.next_pane",
        "app.template",
        "app.jump",
        "app.keys",
        "app.quit",
    )
    """Bindings by id in the order of the footer; those not named here come before them."""
    AUTO_FOCUS = ""
    HORIZONTAL_BREAKPOINTS = [  # noqa: RUF012
        (0, "-too-narrow"),
        (SMALLEST[0], "-narrow"),
        (80, "-normal"),
        (120, "-wide"),
        (SIDE_BY_SIDE, "-side-by-side"),
    ]
    VERTICAL_BREAKPOINTS = [  # noqa: RUF012
        (0, "-too-low"),
        (SMALLEST[1], "-low"),
        (30, "-high"),
    ]

    _focused_before: Widget | None = None
    """What had the focus before the terminal became too small."""

    @property
    def host(self) -> Host:
        return cast("Host", self.app)

    def compose(self) -> ComposeResult:
        # The first event of a size comes later, and would have every widget styled once more.
        width, height = self.app.size
        self.add_class(
            _reached(self.HORIZONTAL_BREAKPOINTS, width),
            _reached(self.VERTICAL_BREAKPOINTS, height),
        )
        yield HeaderBar()
        yield Static(id="banner", markup=False)
        yield from self.compose_body()
        yield FooterBar()

    def compose_body(self) -> ComposeResult:
        """The widgets between header and footer."""
        raise NotImplementedError

    def lab_opened(self, lab: Lab) -> None:
        """The lab is open: called once, when this screen is mounted and the lab is there."""

    def workspace_changed(self, lab: Lab) -> None:
        """Another workspace was chosen: what is listed of the one before is out of date."""

    def engine_died(self) -> None:
        """The engine is no more: what is running on this screen will get no more news."""

    def stop_focused(self) -> bool:
        """Stops the run that has the focus; false if there is none. What `^c` does first."""
        return False

    def panes(self) -> list[Widget]:
        """What `^n` goes through, in reading order."""
        return list(self.focus_chain)

    def go_to_pane(self, pane: Widget) -> None:
        pane.focus()

    def commands(self) -> list[Command]:
        """What the palette offers here besides the keys."""
        return []

    def _update_auto_focus(self) -> None:
        # Textual would style all around what gets the focus, where only that it is focused is new.
        stylesheet = cast("ThriftyStylesheet", self.app.stylesheet)
        with stylesheet.held():
            super()._update_auto_focus()
        if self.focused is not None:
            stylesheet.update_nodes(self.focused.ancestors_with_self)

    def _screen_resized(self, size: Size) -> None:
        # Textual does it with every event of a size, three times before the first picture.
        if not (self.app._batch_count and size == self._compositor.size):
            super()._screen_resized(size)

    def _compositor_refresh(self) -> None:
        # Textual draws the first picture while the app may not paint yet, and throws it away.
        if not self.app._batch_count:
            super()._compositor_refresh()

    @contextmanager
    def styled_once(self) -> Iterator[None]:
        """What changes meanwhile is styled at the end, all together."""
        with cast("ThriftyStylesheet", self.app.stylesheet).held():
            yield
        self.update_node_styles(animate=False)

    def render_lines(self, crop: Region) -> list[Strip]:
        return background_lines(self, crop)

    def on_mount(self) -> None:
        if self.host.lab is not None:
            self.lab_opened(self.host.lab)
        self.refresh_frame()

    @on(events.ScreenResume)
    def _resumed(self, event: events.ScreenResume) -> None:
        # The first time everything has just been styled.
        event.refresh_styles = self.stack_updates > 0
        self.refresh_frame()

    def on_screen_suspend(self) -> None:
        # What was said here is about what was done here.
        self.query_one(FooterBar).hush()

    def on_resize(self, event: events.Resize) -> None:
        width, height = event.size
        columns, rows = SMALLEST
        if width >= columns and height >= rows:
            if (focused := self._focused_before) is not None:
                self._focused_before = None
                self.call_after_refresh(focused.focus)
            return
        # What is not shown loses the focus.
        self._focused_before = self._focused_before or self.focused
        page = self.query_one_optional("#too-small", Static)
        if page is None:
            page = Static(id="too-small", markup=False)
            self.mount(page)
        page.update(
            f"tui-lab needs {columns}×{rows} characters,\n"
            f"this terminal has {width}×{height}.\n"
            "\n^q quit"
        )

    def refresh_frame(self) -> None:
        """Header and banner, after something that they tell has changed."""
        self.query_one(HeaderBar).show(self.host.heading(self.MODE))
        words = self.host.banner
        banner = self.query_one("#banner", Static)
        if words or banner.display:
            banner.display = bool(words)
            banner.update(sanitise_line(words))

    def next_pane(self) -> None:
        panes = self.panes()
        focused = self.focused
        now = next(
            (
                number
                for number, pane in enumerate(panes)
                if focused is not None and (pane is focused or pane in focused.ancestors)
            ),
            -1,
        )
        if panes:
            self.go_to_pane(panes[(now + 1) % len(panes)])


def _reached(breakpoints: Sequence[tuple[int, str]], cells: int) -> str:
    return [name for least, name in breakpoints if cells >= least][-1]


def help_of(screen: Screen[Any]) -> tuple[str, str]:
    """Title and text of the help for what has the focus: its own, else that of what it is in."""
    nodes = screen.focused.ancestors_with_self if screen.focused is not None else [screen]
    for node in nodes:
        if text := getattr(node, "help_text", None) or node.HELP:
            return node.BINDING_GROUP_TITLE or "Help", text
    return "Help", ""
