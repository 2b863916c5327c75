"""A field to filter a list with, while the list keeps its cursor and its keys."""

from __future__ import annotations

from tui_lab.ui.widgets.steady_input import SteadyInput


class FilterInput(SteadyInput):
    """Leaves the space bar to the list: it marks there."""

    def __init__(self, placeholder: str, *, id: str) -> None:
        super().__init__(placeholder=placeholder, id=id, compact=True)

    def check_consume_key(self, key: str, character: str | None) -> bool:
        return key != "space" and super().check_consume_key(key, character)
