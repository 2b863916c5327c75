"""Screens with a list and what is chosen in it: side by side, or one over the other."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widget import Widget

from tui_lab.ui.frame import FrameScreen

TWO_PANES = 100
"""Columns from which the list and what is chosen in it stand beside each other."""


class TwoPanes(FrameScreen):
    """Name the two in `chooser` and `reader`; `#panes` holds them.

    Where there is room for one only, the reader takes the place of the list while it is read.
    """

    HORIZONTAL_BREAKPOINTS = sorted(
        [*FrameScreen.HORIZONTAL_BREAKPOINTS, (TWO_PANES, "-two-panes")]
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", "back", id="panes.back"),
    ]
    DEFAULT_CSS = """
    TwoPanes {
        & #panes { height: 1fr; layout: horizontal; }
        & .chooser { width: 45%; max-width: 84; }
        & .reader { width: 1fr; }
        &.-narrow, &.-normal {
            & .chooser { width: 100%; max-width: 100%; }
            & .reader { width: 100%; display: none; }
        }
        &.-narrow.-reading, &.-normal.-reading {
            & .chooser { display: none; }
            & .reader { display: block; }
        }
    }
    """

    @property
    def chooser(self) -> Widget:
        """What takes the focus in the list."""
        raise NotImplementedError

    @property
    def reader(self) -> Widget:
        raise NotImplementedError

    @property
    def is_reading(self) -> bool:
        return self.reader.has_focus_within

    def panes(self) -> list[Widget]:
        return [self.chooser, self.reader]

    def go_to_pane(self, pane: Widget) -> None:
        if pane is self.reader:
            self.read()
        else:
            self.choose()

    def read(self) -> None:
        """Goes to what is chosen."""
        self.add_class("-reading")
        self.reader.focus()

    def choose(self) -> None:
        """Goes back to the list."""
        self.remove_class("-reading")
        self.chooser.focus()

    def action_back(self) -> None:
        self.choose()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return self.is_reading if action == "back" else True
