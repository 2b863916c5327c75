"""One line of a form: a label and a value; enter opens what changes it."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from tui_lab.core.sanitise import sanitise_line

LABEL_CELLS = 12


class FieldRow(Widget, can_focus=True):
    """Says what it was opened for by its id."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,space", "open", "change", id="field.open"),
    ]
    DEFAULT_CSS = """
    FieldRow {
        height: 1;
        &:focus { background: $block-cursor-background; color: $block-cursor-foreground; }
    }
    """

    class Opened(Message):
        def __init__(self, row: FieldRow) -> None:
            super().__init__()
            self.row = row

        @property
        def control(self) -> FieldRow:
            return self.row

    value: reactive[str] = reactive("")

    def __init__(self, label: str, *, id: str | None = None, help_text: str) -> None:
        super().__init__(id=id)
        self._label = label
        self.help_text = help_text

    def render(self) -> Content:
        style = "" if self.has_focus else "$foreground-muted"
        return Content.assemble(
            (f"{self._label:<{LABEL_CELLS}}", style), sanitise_line(self.value)
        ).truncate(self.content_size.width, ellipsis=True)

    def action_open(self) -> None:
        self.post_message(self.Opened(self))

    def on_click(self) -> None:
        self.action_open()
