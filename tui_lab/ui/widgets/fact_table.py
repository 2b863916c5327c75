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
    """Takes foreign text: the strings that it shows are sanitised and literal.

    `label` is the style of the labels, `cells` their width.
    """

    DEFAULT_CSS = """
    FactTable { height: auto; }
    """

    def __init__(
        self,
        facts: Iterable[tuple[str, str | Content]] = (),
        *,
        label: str = "$foreground-muted",
        cells: int = LABEL_CELLS,
        id: str | None = None,
    ) -> None:
        super().__init__(id=id)
        self._facts = tuple(facts)
        self._label = label
        self._cells = cells

    def show(self, facts: Iterable[tuple[str, str | Content]]) -> None:
        self._facts = tuple(facts)
        self.refresh(layout=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return len(fact_lines(self._facts, width, cells=self._cells))

    def render(self) -> Content:
        return Content("\n").join(
            fact_lines(
                self._facts, self.content_size.width, label_style=self._label, cells=self._cells
            )
        )


def fact_lines(
    facts: Iterable[tuple[str, str | Content]],
    width: int,
    *,
    label_style: str = "",
    cells: int = LABEL_CELLS,
) -> list[Content]:
    """The table in lines of at most `width` cells, `cells` of them for the label."""
    room = max(NARROWEST_VALUE, width - cells)
    lines: list[Content] = []
    for label, value in facts:
        shown = f"{sanitise_line(label):<{cells}}"
        content = Content(sanitise_line(value)) if isinstance(value, str) else value
        for part in content.wrap(room):
            lines.append(Content.assemble((shown, label_style), part.rstrip()))
            shown = " " * cells
    return lines
