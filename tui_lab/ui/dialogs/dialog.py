"""What all dialogs share: a box in the middle, with a title above and its keys below."""

from __future__ import annotations

from typing import ClassVar, TypeVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen

from tui_lab.ui.widgets.footer_bar import FooterBar, footer_line, key_hints

Result = TypeVar("Result")

SUBTITLE_MARGIN = 4


class Dialog(ModalScreen[Result | None]):
    """A dialog answers with a result, or with None when the person stepped back."""

    FOOTER: ClassVar[tuple[str, ...]] = ("dialog.back",)
    """Bindings by id in the order of the hints; those not named here come before them."""
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
            border-subtitle-background: $background;
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

    def on_mount(self) -> None:
        self.bindings_updated_signal.subscribe(self, lambda _: self._name_keys())
        self._name_keys()

    def on_resize(self) -> None:
        self._name_keys()

    def _name_keys(self) -> None:
        """In the box, where a person looks; the footer has them too, as on every screen."""
        box = self.query_one(".box")
        own = [hint for hint in key_hints(self) if not hint.always]
        box.border_subtitle = footer_line(own, box.size.width - SUBTITLE_MARGIN)

    def compose_box(self) -> ComposeResult:
        """The widgets in the box."""
        raise NotImplementedError
