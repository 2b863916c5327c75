"""Labels and values, one below the other; long values go on under themselves."""

from __future__ import annotations

from collections.abc import Iterable

from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget

from tui_lab.core.sanitise import sanitise_line

LABEL_CELLS = 12
NARROWEST_VALUE = 10


class FactTable(Widget):
    """Takes foreign text: what it shows is sanitised and literal."""

    DEFAULT_CSS = """
    FactTable { height: auto; }
    """

    def __init__(self, facts: Iterable[tuple[str, str]] = (), *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._facts = tuple(facts)

    def show(self, facts: Iterable[tuple[str, str]]) -> None:
        self._facts = tuple(facts)
        self.refresh(layout=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return len(fact_lines(self._facts, width))

    def render(self) -> Content:
        return Content("\n").join(fact_lines(self._facts, self.content_size.width))


def fact_lines(facts: Iterable[tuple[str, str]], width: int) -> list[Content]:
    """The table in lines of at most so many cells."""
    room = max(NARROWEST_VALUE, width - LABEL_CELLS)
    lines: list[Content] = []
    for label, value in facts:
        shown = f"{sanitise_line(label):<{LABEL_CELLS}}"
        for part in Content(sanitise_line(value)).wrap(room):
            lines.append(Content.assemble((shown, "$foreground-muted"), part.rstrip()))
            shown = " " * LABEL_CELLS
    return lines
