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

BESIDE = 3
"""Cells to the left of something within which the border around it can take its label."""


class JumpOverlay(ModalScreen["Widget | str | None"]):
    """Answers with the widget of the pressed label, or with the digit of a tab."""

    DEFAULT_CSS = """
    JumpOverlay {
        background: transparent;
        & > Static {
            position: absolute;
            width: 1;
            height: 1;
            background: $accent;
            color: $background;
            text-style: bold;
            &:ansi { color: ansi_black; }
        }
        & > #keys {
            position: relative;
            dock: bottom;
            width: 100%;
            padding: 0 1;
            background: $footer-background;
            color: $footer-description-foreground;
            text-style: none;
        }
    }
    """
    HELP = "Press the letter beside what you want to go to, or the digit of a screen."

    def __init__(self, targets: Sequence[Widget], tabs: int) -> None:
        super().__init__()
        self._targets = dict(zip(LETTERS, targets, strict=False))
        self._tabs = tuple(str(digit) for digit in range(1, tabs + 1))

    def compose(self) -> ComposeResult:
        for letter, target in self._targets.items():
            yield _label(letter, label_place(target))
        words = f"press a letter to go there  1–{len(self._tabs)} for a screen  esc back"
        yield Static(words, id="keys", markup=False)

    def on_key(self, event: events.Key) -> None:
        event.stop()
        key = event.character or ""
        if key in self._tabs:
            self.dismiss(key)
        else:
            self.dismiss(self._targets.get(key))


def label_place(target: Widget) -> Offset:
    """On the border that is around it, in its first row; without one just left of it."""
    x, y = target.region.offset
    for widget in target.ancestors_with_self:
        if isinstance(widget, Widget) and widget.styles.border_left[0]:
            left = widget.region.x
            return Offset(left, y) if x - left <= BESIDE else Offset(max(0, x - 1), y)
    return Offset(max(0, x - 1), y)


def _label(letter: str, at: Offset) -> Static:
    label = Static(letter, markup=False)
    label.styles.offset = at
    return label
