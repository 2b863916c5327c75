"""Which key every binding has: the one that a person chose, else its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from textual.dom import DOMNode

from tui_lab.ui.key_names import key_name
from tui_lab.ui.keymap import Keymap, bindings_of, make_keymap


class ChosenKeys:
    """The keys of the app and of all that is in it; `chosen` maps ids of bindings to keys."""

    def __init__(self, app: type[DOMNode], chosen: Mapping[str, str]) -> None:
        bindings = bindings_of([app, *_places(chosen)])
        self.keymap: Keymap = make_keymap(chosen, bindings)
        self._keys = {name: one.key for name, one in bindings.items()} | {**self.keymap.keys}

    def name(self, binding_id: str) -> str:
        """The key of a binding, as it is printed."""
        return key_name(self._keys[binding_id])


def _places(chosen: Mapping[str, str]) -> Sequence[type[DOMNode]]:
    """Everywhere that keys can be chosen; only looked at, which is slow, if any are."""
    if not chosen:
        from tui_lab.ui.composing import ComposingScreen
        from tui_lab.ui.screens.lab import LabScreen

        return (LabScreen, ComposingScreen)
    from tui_lab.ui.remappable import REMAPPABLE

    return REMAPPABLE
