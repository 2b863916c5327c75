"""The first line: name, tabs, workspace, runs in progress. Tabs are the last to go.

The digit of a tab is a key. Where digits are text, the key to press before one stands there too.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from textual.content import Content
from textual.reactive import reactive
from textual.screen import Screen
from textual.widget import Widget

from tui_lab.core.sanitise import sanitise_line

if TYPE_CHECKING:
    from tui_lab.ui.host import Host

if TYPE_CHECKING:
    from tui_lab.ui.text.budget_words import BudgetWords

NAME = "tui-lab"
KEY = "bold $footer-key-foreground"


@dataclass(frozen=True, slots=True)
class Heading:
    """What the header says. `tabs` are the titles in the order of their digits."""

    tabs: tuple[str, ...] = ()
    active: int = 0
    workspace: str = ""
    running: int = 0
    budget: BudgetWords | None = None


class HeaderBar(Widget):
    DEFAULT_CSS = """
    HeaderBar {
        height: 1;
        padding: 0 1;
        background: $background;
        color: $foreground-muted;
    }
    """

    heading: reactive[Heading] = reactive(Heading())

    before_digit: reactive[str] = reactive("")
    """The key that has to come before a digit now; empty when digits alone will do."""

    def on_mount(self) -> None:
        self.screen.bindings_updated_signal.subscribe(self, self._update)
        self._update(self.screen)

    def _update(self, screen: Screen[Any]) -> None:
        alone = "1" in screen.active_bindings
        self.before_digit = "" if alone else cast("Host", self.app).key_of("app.jump")

    def show(self, heading: Heading) -> None:
        self.heading = heading

    def render(self) -> Content:
        return header_line(self.heading, self.content_size.width, self.before_digit)


def header_line(heading: Heading, width: int, before_digit: str = "") -> Content:
    """The line at this width; what does not fit is left out, from the right, tabs never."""
    tabs = Content("  ").join(
        Content.assemble(
            (f"{digit}", KEY), (f" {title}", "bold $primary" if digit - 1 == heading.active else "")
        )
        for digit, title in enumerate(heading.tabs, 1)
    )
    if before_digit:
        tabs = Content.assemble((before_digit, KEY), " ", tabs)
    named = Content.assemble((NAME, "bold $foreground"), "  ", tabs)
    left, words = named, _fitting(heading, width - named.cell_length)
    if named.cell_length > width or (heading.running and not words):
        left, words = tabs, _fitting(heading, width - tabs.cell_length)
    gap = max(0, width - left.cell_length - words.cell_length)
    return Content.assemble(left, " " * gap, words)


def _fitting(heading: Heading, room: int) -> Content:
    return next((words for words in _right(heading) if words.cell_length + 2 <= room), Content())


def _right(heading: Heading) -> Iterator[Content]:
    """What may stand to the right, the longest first: what is being spent stays longest."""
    workspace = Content(sanitise_line(heading.workspace))
    running = Content(f"{heading.running} running" if heading.running else "")
    spent = brief = Content()
    if (words := heading.budget) is not None:
        spent, brief = (Content.styled(text, words.ink) for text in (words.long, words.short))
    for parts in ((workspace, spent, running), (spent, running), (brief, running), (running,)):
        yield Content(" · ").join(part for part in parts if part.cell_length)
