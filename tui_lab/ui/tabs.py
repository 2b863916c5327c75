"""The screens of the frame, in the order of their digits. A new one is a function and a line.

Each is imported when it is opened first: the first paint is to wait for the Lab alone.
"""

from __future__ import annotations

from textual.binding import Binding

from tui_lab.ui.frame import FrameScreen, Tab
from tui_lab.ui.screens.lab import LabScreen


def _templates() -> FrameScreen:
    from tui_lab.ui.screens.templates import TemplatesScreen

    return TemplatesScreen()


def _history() -> FrameScreen:
    from tui_lab.ui.screens.history import HistoryScreen

    return HistoryScreen()


def _keys() -> FrameScreen:
    from tui_lab.ui.screens.keys import KeysScreen

    return KeysScreen()


def _stats() -> FrameScreen:
    from tui_lab.ui.screens.stats import StatsScreen

    return StatsScreen()


TABS = (
    Tab("lab", "Lab", LabScreen),
    Tab("templates", "Templates", _templates),
    Tab("history", "History", _history),
    Tab("keys", "Keys", _keys),
    Tab("stats", "Stats", _stats),
)

TAB_BINDINGS = tuple(
    Binding(
        str(digit), f"tab({tab.mode!r})", f"go to {tab.title}", id=f"app.tab_{tab.mode}", show=False
    )
    for digit, tab in enumerate(TABS, 1)
)
