"""A line to type in whose cursor stands still: nothing on the screen moves by itself."""

from __future__ import annotations

from textual.reactive import reactive
from textual.widgets import Input


class SteadyInput(Input):
    cursor_blink = reactive(False, init=False)
