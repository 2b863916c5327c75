"""Two runs beside each other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget
from textual.widgets import Static

from tui_lab.core.record import RunRecord
from tui_lab.core.run_diff import Pair, RunDiff, Told
from tui_lab.core.text_diff import TextDiff
from tui_lab.ui.dialogs.dialog import Dialog
from tui_lab.ui.text.blocks import row_beside
from tui_lab.ui.text.diff_rows import DiffRow, pair_rows, text_rows

TITLES = {"system": "System", "prompt": "Prompt", "reasoning": "Reasoning", "answer": "Answer"}


class DiffRows(Widget):
    """Rows of a width, as tall as they need to be."""

    DEFAULT_CSS = """
    DiffRows { width: 1fr; height: auto; }
    """

    def __init__(self, rows: Callable[[int], Sequence[DiffRow]]) -> None:
        super().__init__()
        self._rows = rows
        self._width = -1
        self._laid: Sequence[DiffRow] = ()

    def laid(self, width: int) -> Sequence[DiffRow]:
        if width != self._width:
            self._width, self._laid = width, self._rows(width)
        return self._laid

    @property
    def changes(self) -> list[int]:
        """The rows with which changes begin, from its own top."""
        rows = self._laid
        return [
            number
            for number, row in enumerate(rows)
            if row.is_change and not (number and rows[number - 1].is_change)
        ]

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return len(self.laid(width))

    def render(self) -> Content:
        return Content("\n").join(row.content for row in self.laid(self.content_size.width))


class RunComparison(Dialog[None]):
    """What was asked and measured side by side, the texts word by word."""

    HELP = (
        "≠ marks what is not the same. Of the texts, [-this-] is only in the first run and "
        "{+this+} only in the second. n goes to the next change, N to the one before."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n", "change(1)", "next change", id="diff.next"),
        Binding("N", "change(-1)", "change before", id="diff.previous"),
        Binding("j", "scroll('down')", "down", id="diff.down", show=False),
        Binding("k", "scroll('up')", "up", id="diff.up", show=False),
        Binding("g", "scroll('home')", "top", id="diff.top", show=False),
        Binding("G", "scroll('end')", "bottom", id="diff.bottom", show=False),
        Binding("equals_sign", "dismiss(None)", "back", id="diff.back", show=False),
    ]
    DEFAULT_CSS = """
    RunComparison {
        & > .box { width: 96%; max-width: 140; height: 92%; max-height: 100%; }
        & VerticalScroll { height: 1fr; scrollbar-size-vertical: 1; background: $background; }
        & .heading { color: $text-primary; text-style: bold; margin-top: 1; }
        & .same { color: $foreground-muted; }
    }
    """

    def __init__(self, before: RunRecord, after: RunRecord, found: RunDiff) -> None:
        super().__init__("Compare")
        self._runs = (before, after)
        self._found = found

    def compose_box(self) -> ComposeResult:
        found = self._found
        facts = (self._when, *found.asked, *found.measured)
        with VerticalScroll():
            yield DiffRows(lambda width: tuple(pair_rows(facts, width)))
            for name, diff in found.texts.items():
                if diff.segments:
                    yield from _text(TITLES[name], diff)

    @property
    def _when(self) -> Pair:
        before, after = (
            Told(run.id, f"{run.created_at.astimezone():%d %b %Y %H:%M:%S}") for run in self._runs
        )
        return Pair("when", before, after)

    def on_mount(self) -> None:
        self._scroll.focus()

    @property
    def _scroll(self) -> VerticalScroll:
        return self.query_one(VerticalScroll)

    @property
    def changes(self) -> list[int]:
        """The rows of all changes, from the top of what is scrolled."""
        texts = self.query(DiffRows)
        return [text.virtual_region.y + row for text in texts for row in text.changes]

    def action_change(self, step: int) -> None:
        row = row_beside(self.changes, self._scroll.scroll_offset.y, step)
        if row is not None:
            self._scroll.scroll_to(y=row, animate=False)

    def action_scroll(self, where: str) -> None:
        match where:
            case "down":
                self._scroll.scroll_down(animate=False)
            case "up":
                self._scroll.scroll_up(animate=False)
            case "home":
                self._scroll.scroll_home(animate=False)
            case _:
                self._scroll.scroll_end(animate=False)


def _text(title: str, diff: TextDiff) -> ComposeResult:
    if diff.is_same:
        yield Static(Content(f"{title}: the same"), classes="heading", markup=False)
        return
    coarse = " (parts too long to compare word by word)" if diff.is_coarse else ""
    yield Static(Content(f"{title}{coarse}"), classes="heading", markup=False)
    yield DiffRows(lambda width: tuple(text_rows(diff, width)))
