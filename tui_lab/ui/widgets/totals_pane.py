"""The sums of a span, label over value where there is room, else one after the other."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget

from tui_lab.ui.text.stat_words import Fact

GAP = 3
NARROW_GAP = 2
LABEL, VALUE = "$foreground-muted", "bold"


class TotalsPane(Widget):
    DEFAULT_CLASSES = "pane"
    DEFAULT_CSS = """
    TotalsPane { height: auto; }
    """

    _facts: Sequence[Fact] = ()

    def show(self, facts: Sequence[Fact]) -> None:
        self._facts = facts
        self.refresh(layout=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return max(1, len(totals_lines(self._facts, width)))

    def render(self) -> Content:
        return Content("\n").join(totals_lines(self._facts, self.content_size.width))


def totals_lines(facts: Sequence[Fact], width: int) -> list[Content]:
    rows = [(fact.label, fact.value, fact.change) for fact in facts]
    columns = [max(map(len, texts)) for texts in rows]
    if sum(columns) + GAP * (len(columns) - 1) <= width:
        lines = [
            Content.styled((" " * GAP).join(map(str.ljust, texts, columns)).rstrip(), style)
            for texts, style in zip(zip(*rows, strict=True), (LABEL, VALUE, LABEL), strict=False)
        ]
        return [line for line in lines if line.plain]
    lines = []
    for label, value, change in rows:
        pair = Content.assemble((f"{label} ", LABEL), (value, VALUE))
        if change:
            pair = Content.assemble(pair, (" ", VALUE), change)
        if lines and lines[-1].cell_length + NARROW_GAP + pair.cell_length <= width:
            lines[-1] = Content.assemble(lines[-1], " " * NARROW_GAP, pair)
        else:
            lines.append(pair)
    return lines
