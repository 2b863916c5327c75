"""The last line: the keys that work now, most useful first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from textual.binding import ActiveBinding
from textual.content import Content
from textual.reactive import reactive
from textual.screen import Screen
from textual.widget import Widget

from tui_lab.ui.key_names import key_name

if TYPE_CHECKING:
    from tui_lab.ui.host import Host

ALWAYS = ("app.commands", "app.help", "dialog.help")
"""Bindings by id that stay when there is no room for others: they lead to everything else."""


class KeyHint(NamedTuple):
    key: str
    word: str
    always: bool = False


class FooterBar(Widget):
    """Shows the bindings of the focused widget first, then the others in the screen's order."""

    DEFAULT_CSS = """
    FooterBar {
        dock: bottom;
        height: 1;
        padding: 0 1;
        background: $footer-background;
        color: $footer-description-foreground;
    }
    """

    hints: reactive[tuple[KeyHint, ...]] = reactive(())

    def on_mount(self) -> None:
        self.screen.bindings_updated_signal.subscribe(self, self._update)
        self._update(self.screen)

    def _update(self, screen: Screen[Any]) -> None:
        if screen.is_attached:
            self.hints = key_hints(screen)

    def render(self) -> Content:
        return footer_line(self.hints, self.content_size.width)


def key_hints(screen: Screen[Any]) -> tuple[KeyHint, ...]:
    """What works now and is meant to be shown; one key for each action."""
    host = cast("Host", screen.app)
    order = {name: number for number, name in enumerate(getattr(screen, "FOOTER", ()))}

    def placed(active: ActiveBinding) -> int:
        if active.binding.id == "app.stop":
            return -2
        return order.get(active.binding.id or "", len(order) if active.node is screen.app else -1)

    hints: dict[str, KeyHint] = {}
    for active in sorted(screen.active_bindings.values(), key=placed):
        binding = active.binding
        word = host.key_word(binding) if active.node is screen.app else binding.description
        if binding.show and active.enabled and word and binding.action not in hints:
            name = binding.key_display or key_name(binding.key)
            hints[binding.action] = KeyHint(name, word, binding.id in ALWAYS)
    return tuple(hints.values())


def footer_line(hints: Sequence[KeyHint], width: int) -> Content:
    """As many as fit; those of `ALWAYS` at the end, and the first to get room."""
    last = [_shown(hint) for hint in hints if hint.always]
    room = width - sum(shown.cell_length + 2 for shown in last)
    line: list[Content] = []
    for hint in hints:
        if hint.always:
            continue
        shown = _shown(hint)
        room -= shown.cell_length + 2
        if room < 0:
            break
        line.append(shown)
    return Content("  ").join([*line, *last])


def _shown(hint: KeyHint) -> Content:
    return Content.assemble((hint.key, "bold $footer-key-foreground"), " ", hint.word)
