"""How the answers of each model of a batch are spread."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from tui_lab.core.batch_comparison import Repeats
from tui_lab.ui.dialogs.dialog import Dialog
from tui_lab.ui.text.comparison_words import repeats_rows
from tui_lab.ui.widgets.reading_scroll import ReadingScroll


class RepeatsTable(Dialog[None]):
    HELP = (
        "Mean, median and 95th percentile of the answers that are whole; ~ rests on our own "
        "counting, – was not told. Distinct answers differ in at least one character."
    )
    DEFAULT_CSS = """
    RepeatsTable {
        & > .box { max-width: 66; }
        & ReadingScroll { height: auto; max-height: 100%; }
        & Static { height: auto; margin-bottom: 1; }
    }
    """

    def __init__(self, found: Sequence[Repeats]) -> None:
        super().__init__("Repeats")
        self._found = found

    def compose_box(self) -> ComposeResult:
        with ReadingScroll():
            for one in self._found:
                title, headings, *rows = repeats_rows(one)
                yield Static(
                    Content.assemble(
                        (title, "bold"),
                        "\n",
                        (headings, "$foreground-muted"),
                        "\n",
                        "\n".join(rows),
                    ),
                    markup=False,
                )
