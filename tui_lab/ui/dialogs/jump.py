"""Labels on everything that can have the focus: one key goes there."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.app import ComposeResult
from textual.geometry import Offset
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Static

LETTERS = "asdfghjklweruiopzxcvbnmqty"


class JumpOverlay(ModalScreen["Widget | str | None"]):
    """Answers with the widget of the pressed label, or with the digit of a tab."""

    DEFAULT_CSS = """
    JumpOverlay {
        background: transparent;
        & > Static {
            position: absolute;
            width: 3;
            height: 1;
            content-align: center middle;
            background: $accent;
            color: $background;
            text-style: bold;
            &:ansi { color: ansi_black; }
        }
        & > #keys {
            position: relative;
            dock: bottom;
            width: 100%;
            content-align: left middle;
            padding: 0 1;
            background: $footer-background;
            color: $footer-description-foreground;
            text-style: none;
        }
    }
    """
    HELP = "Press the letter on what you want to go to, or the digit of a tab."

    def __init__(self, targets: Sequence[Widget], tabs: int) -> None:
        super().__init__()
        self._targets = dict(zip(LETTERS, targets, strict=False))
        self._tabs = tuple(str(digit) for digit in range(1, tabs + 1))

    def compose(self) -> ComposeResult:
        for letter, target in self._targets.items():
            yield _label(letter, target.region.offset)
        yield Static(f"a–z go  1–{len(self._tabs)} screens  esc back", id="keys", markup=False)

    def on_key(self, event: events.Key) -> None:
        event.stop()
        key = event.character or ""
        if key in self._tabs:
            self.dismiss(key)
        else:
            self.dismiss(self._targets.get(key))


def _label(letter: str, at: Offset) -> Static:
    label = Static(letter, markup=False)
    label.styles.offset = at
    return label
