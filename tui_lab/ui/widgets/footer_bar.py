"""The last line: the keys that work now, most useful first, and what has just to be said."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from textual import events
from textual.binding import ActiveBinding
from textual.content import Content
from textual.reactive import reactive
from textual.screen import Screen
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import Input, TextArea
from textual.widgets.input import Selection as InputSelection
from textual.widgets.text_area import Selection as TextAreaSelection

from tui_lab.core.sanitise import sanitise_line
from tui_lab.ui.key_names import key_name

if TYPE_CHECKING:
    from tui_lab.ui.host import Host

ALWAYS = ("app.keys", "app.commands", "app.help", "dialog.help")
"""Bindings by id that stay when there is no room for others: they lead to everything else."""

MOST_ROWS = 3
"""Of a notice that is too long to stand beside keys."""


class Severity(Enum):
    """Of a notice: its mark, for terminals without colours, and its style."""

    PLAIN = ("", "bold")
    WARNING = ("! ", "bold $warning")
    ERROR = ("✗ ", "bold $error")


SEPARATOR = Content.styled("  │  ", "$foreground-muted")
"""Between a notice and keys."""


class KeyHint(NamedTuple):
    key: str
    word: str
    always: bool = False


class FooterBar(Widget):
    """Shows the bindings of the focused widget first, then the others in the screen's order.

    A notice stands before them for a while, one at a time, or above them if it is long.
    """

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
    notice: reactive[Content] = reactive(Content)
    _forgets: Timer | None = None
    _can_copy = False
    """Whether something was selected in the focused field when it changed last."""

    def on_mount(self) -> None:
        self.screen.bindings_updated_signal.subscribe(self, self._update)
        self.watch(self.screen, "selections", self.screen.refresh_bindings, init=False)
        self.watch(self.screen, "focused", self._field_focused, init=False)
        self._field_focused(self.screen.focused)
        self._update(self.screen)

    def _field_focused(self, focused: Widget | None) -> None:
        # What is selected in a field is in no selection of the screen.
        if isinstance(focused, TextArea | Input):
            self.watch(focused, "selection", self._field_selection, init=False)

    def _field_selection(self, selection: TextAreaSelection | InputSelection) -> None:
        if self._can_copy is selection.is_empty:
            self._can_copy = not selection.is_empty
            self.screen.refresh_bindings()

    def say(self, text: str, severity: Severity, seconds: float) -> None:
        """Tells something for so long, or until something else is told. The text may be foreign."""
        self.hush()
        mark, style = severity.value
        self.notice = Content.styled(mark + sanitise_line(text), style)
        self._forgets = self.set_timer(seconds, self.hush)

    def hush(self) -> None:
        """The notice has been there for long enough."""
        self.notice = Content()
        if self._forgets is not None:
            self._forgets.stop()

    def watch_hints(self) -> None:
        self._make_room()

    def watch_notice(self) -> None:
        self._make_room()

    def on_resize(self, event: events.Resize) -> None:
        self._make_room()

    def _make_room(self) -> None:
        self.styles.height = len(self._rows()) if self.size else 1

    def _update(self, screen: Screen[Any]) -> None:
        if screen.is_attached:
            self.hints = key_hints(screen)

    def render(self) -> Content:
        return Content("\n").join(self._rows())

    def _rows(self) -> list[Content]:
        return footer_rows(self.notice, self.hints, self.content_size.width)


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


def footer_rows(notice: Content, hints: Sequence[KeyHint], width: int) -> list[Content]:
    """The notice and the keys, in one row if those of `ALWAYS` still fit."""
    if not notice:
        return [footer_line(hints, width)]
    room = width - notice.cell_length - SEPARATOR.cell_length
    keys = footer_line(hints, room)
    if keys.cell_length <= room:
        return [Content.assemble(notice, SEPARATOR, keys)]
    rows = notice.wrap(width)
    if len(rows) > MOST_ROWS:
        last = rows[MOST_ROWS - 1].rstrip().truncate(width - 2) + Content(" …")
        rows = [*rows[: MOST_ROWS - 1], last]
    return [*(row.rstrip() for row in rows), footer_line(hints, width)]


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
