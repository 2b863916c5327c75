"""A run as the record that it is: JSON, to be scrolled, searched and copied."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from tui_lab.core.record import RunRecord
from tui_lab.ui.copying_runs import record_text
from tui_lab.ui.dialogs.dialog import Dialog
from tui_lab.ui.painting import Painter
from tui_lab.ui.widgets.answer_view import AnswerView
from tui_lab.ui.widgets.find_bar import FindBar


class RawRecord(Dialog[None]):
    """Shows every field, also those that are empty."""

    HELP = "The record as it is kept and exported. ^f finds, y copies."
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "copy", "copy", id="record.copy"),
        Binding("ctrl+f,slash", "find", "find", id="record.find", key_display="^f"),
        Binding("w", "wrap", "wrap", id="record.wrap"),
        Binding("i", "dismiss(None)", "back", id="record.back", show=False),
        Binding("j", "scroll('down')", "down", id="record.down", show=False),
        Binding("k", "scroll('up')", "up", id="record.up", show=False),
        Binding("g", "scroll('home')", "top", id="record.top", show=False),
        Binding("G", "scroll('end')", "bottom", id="record.bottom", show=False),
    ]
    DEFAULT_CSS = """
    RawRecord {
        & > .box { width: 96%; max-width: 130; height: 92%; max-height: 100%; }
        & AnswerView { height: 1fr; background: $background; }
    }
    """

    def __init__(self, record: RunRecord) -> None:
        super().__init__(f"Record {record.id}")
        self._text = record_text(record)
        self.view = AnswerView(Painter(), thinks=False)

    def compose_box(self) -> ComposeResult:
        yield self.view
        yield FindBar()

    def on_mount(self) -> None:
        self.view.focus()
        self.call_after_refresh(self._show)

    def _show(self) -> None:
        self.view.append(self._text)
        self.view.end()
        self.view.show_as("json")
        self.view.scroll_home(animate=False)

    def action_copy(self) -> None:
        self.app.copy_to_clipboard(self._text)

    def action_find(self) -> None:
        self.query_one(FindBar).open(self.view, "the record")

    def action_wrap(self) -> None:
        self.view.action_toggle_wrap()

    def action_scroll(self, where: str) -> None:
        match where:
            case "down":
                self.view.action_scroll_down()
            case "up":
                self.view.action_scroll_up()
            case "home":
                self.view.action_scroll_home()
            case _:
                self.view.action_scroll_end()
