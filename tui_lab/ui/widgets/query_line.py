"""The line above a list in which one types what to look for."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.suggester import Suggester

from tui_lab.ui.widgets.steady_input import SteadyInput


class QueryLine(SteadyInput):
    """The list follows each key; enter or ↓ goes there."""

    BINDING_GROUP_TITLE = "Search"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,down", "leave", "to the list", id="query.leave"),
    ]
    DEFAULT_CSS = """
    QueryLine {
        height: 1;
        border: none;
        padding: 0;
        margin-bottom: 1;
        background: $surface;
        &:focus { border: none; background: $panel; background-tint: transparent; }
    }
    """

    class Left(Message):
        """What is typed is enough: on to the list."""

    class FocusChanged(Message):
        """One began or ceased to type here."""

    def __init__(
        self, placeholder: str, *, id: str, help_text: str, suggester: Suggester | None = None
    ) -> None:
        super().__init__(placeholder=placeholder, compact=True, id=id, suggester=suggester)
        self.help_text = help_text

    def action_leave(self) -> None:
        self.post_message(self.Left())

    def on_focus(self, event: events.Focus) -> None:
        self.post_message(self.FocusChanged())

    def on_blur(self, event: events.Blur) -> None:
        self.post_message(self.FocusChanged())
