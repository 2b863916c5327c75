"""The first line: name, tabs, workspace, runs in progress. Tabs are the last to go."""

from __future__ import annotations

from dataclasses import dataclass

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from tui_lab.core.sanitise import sanitise_line

NAME = "tui-lab"


@dataclass(frozen=True, slots=True)
class Heading:
    """What the header says. `tabs` are the titles in the order of their digits."""

    tabs: tuple[str, ...] = ()
    active: int = 0
    workspace: str = ""
    running: int = 0


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

    def show(self, heading: Heading) -> None:
        self.heading = heading

    def render(self) -> Content:
        return header_line(self.heading, self.content_size.width)


def header_line(heading: Heading, width: int) -> Content:
    """The line at this width; what does not fit is left out, from the right, tabs never."""
    tabs = Content("  ").join(
        Content.styled(f"{digit} {title}", "bold $primary" if digit - 1 == heading.active else "")
        for digit, title in enumerate(heading.tabs, 1)
    )
    left = Content.assemble((NAME, "bold $foreground"), "  ", tabs)
    if left.cell_length > width:
        left = tabs
    right = [f"{heading.running} running"] if heading.running else []
    if heading.workspace:
        right.insert(0, sanitise_line(heading.workspace))
    while right and left.cell_length + 2 + Content(" · ".join(right)).cell_length > width:
        # Runs in progress cost money: they stay longest.
        right.pop(0)
    words = Content(" · ".join(right))
    gap = max(0, width - left.cell_length - words.cell_length)
    return Content.assemble(left, " " * gap, words)
