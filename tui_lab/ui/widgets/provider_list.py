"""Providers, those with a key first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar

from rich.cells import set_cell_size
from textual import on
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from tui_lab.core.sanitise import sanitise_line
from tui_lab.ui.text.key_facts import Need, ProviderKey, key_words
from tui_lab.ui.widgets.choice_list import ChoiceList

NAME_CELLS = 20
_GLYPHS = {Need.FOUND: ("✓ ", "$success"), Need.NONE: ("· ", ""), Need.MISSING: ("○ ", "$warning")}


class ProviderList(ChoiceList):
    BINDING_GROUP_TITLE = "Providers"
    HELP = (
        "Who can be asked, and whether there is a key: ✓ found, ○ missing, · none needed. "
        "Keys are read from the environment at each run, and never shown whole."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "select", "read", id="keys.read"),
    ]

    class Moved(Message):
        """Another provider is under the cursor."""

        def __init__(self, key: ProviderKey) -> None:
            super().__init__()
            self.key = key

    class Chosen(Message):
        """The provider under the cursor should be read."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._keys: dict[str, ProviderKey] = {}

    def show(self, keys: Sequence[ProviderKey]) -> None:
        """These, as they are now; the cursor stays on its provider."""
        kept = self.get_option_at_index(self.highlighted).id if self.highlighted else None
        self._keys = {key.provider.id: key for key in keys}
        self.clear_options()
        self.add_options(_options(keys))
        if keys:
            first = next(option.id for option in self.options if not option.disabled)
            self.highlighted = self.get_option_index(kept if kept in self._keys else first or "")

    @on(OptionList.OptionHighlighted)
    def _highlighted(self, message: OptionList.OptionHighlighted) -> None:
        message.stop()
        self.post_message(self.Moved(self._keys[message.option_id or ""]))

    @on(OptionList.OptionSelected)
    def _selected(self, message: OptionList.OptionSelected) -> None:
        message.stop()
        self.post_message(self.Chosen())


def _options(keys: Sequence[ProviderKey]) -> Iterator[Option]:
    for need in Need:
        group = [key for key in keys if key.need is need]
        if group:
            yield Option(Content(need.value), disabled=True)
        for key in group:
            name = set_cell_size(sanitise_line(key.provider.name), NAME_CELLS)
            words = (sanitise_line(f" {key_words(key)}"), "$foreground-muted")
            line = Content.assemble("  ", _GLYPHS[need], name, words)
            yield Option(line, id=key.provider.id)
