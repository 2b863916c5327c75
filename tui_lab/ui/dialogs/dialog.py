"""What all dialogs share: a box in the middle with a title, and a line of its keys."""

from __future__ import annotations

from typing import ClassVar, TypeVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen

from tui_lab.ui.widgets.footer_bar import FooterBar

Result = TypeVar("Result")


class Dialog(ModalScreen[Result | None]):
    """A dialog answers with a result, or with None when the person stepped back."""

    DEFAULT_CSS = """
    Dialog {
        align: center middle;
        background: $background 60%;
        &:ansi { background: transparent; }
        & > .box {
            width: 90%;
            max-width: 100;
            height: auto;
            max-height: 90%;
            border: round $border;
            border-title-color: $block-cursor-foreground;
            border-title-background: $block-cursor-background;
            border-title-style: bold;
            border-subtitle-color: $foreground-muted;
            background: $background;
            padding: 0 1;
        }
        & OptionList {
            border: none;
            padding: 0;
            background: $background;
            max-height: 100%;
            text-wrap: nowrap;
            text-overflow: ellipsis;
            &:focus { border: none; background-tint: transparent; }
        }
        & Input {
            border: none;
            height: 1;
            padding: 0;
            background: $panel;
            &:focus { border: none; background-tint: transparent; }
        }
        & FooterBar { dock: bottom; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", "back", id="dialog.back"),
        Binding("f1", "app.help", "help", id="dialog.help"),
    ]

    def __init__(self, title: str) -> None:
        super().__init__()
        self._title = Content(title)

    def compose(self) -> ComposeResult:
        with Vertical(classes="box") as box:
            box.border_title = self._title
            yield from self.compose_box()
        yield FooterBar()

    def compose_box(self) -> ComposeResult:
        """The widgets in the box."""
        raise NotImplementedError
