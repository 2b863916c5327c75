"""Tagging runs: tags are written one after the other, those used before are offered."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, NamedTuple

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from tui_lab.core.annotations import normal_tag
from tui_lab.core.errors import LabError
from tui_lab.core.sanitise import sanitise_line
from tui_lab.ui.dialogs.dialog import Dialog
from tui_lab.ui.widgets.steady_input import SteadyInput


class TagChange(NamedTuple):
    add: tuple[str, ...]
    remove: tuple[str, ...]


class TagForm(Dialog[TagChange]):
    """Answers with the tags that runs are to have, and those that they are not to have."""

    HELP = (
        "Tags with spaces between; -tag takes one away. tab writes the one that is offered first, "
        "the arrows choose another. Searches find them by tag:name."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "take", "tag", id="tags.take", priority=True),
        Binding("tab", "complete", "complete", id="tags.complete", priority=True),
        Binding("down,ctrl+n", "move(1)", "next", id="tags.next", show=False, priority=True),
        Binding("up,ctrl+p", "move(-1)", "previous", id="tags.previous", show=False, priority=True),
    ]
    DEFAULT_CSS = """
    TagForm {
        & > .box { max-width: 60; }
        & #now { color: $foreground-muted; }
        & #wrong { color: $error; }
        & OptionList { height: auto; max-height: 10; margin-top: 1; }
    }
    """

    def __init__(self, used: Sequence[str], now: Sequence[str], *, of: int) -> None:
        """`used` tags are offered, `now` are those of the run; `of` how many runs."""
        super().__init__("Tag" if of == 1 else f"Tag {of} runs")
        self._used = used
        self._now = now

    def compose_box(self) -> ComposeResult:
        yield SteadyInput(placeholder="keep to-show -draft", id="tags", compact=True)
        words = f"now: {' '.join(self._now)}" if self._now else ""
        yield Static(sanitise_line(words), id="now", markup=False)
        yield OptionList(id="list", markup=False)
        yield Static(id="wrong", markup=False)

    def on_mount(self) -> None:
        self.query_one("#list").can_focus = False
        self._offer("")

    @on(Input.Changed, "#tags")
    def _typed(self, message: Input.Changed) -> None:
        self.query_one("#wrong", Static).update("")
        self._offer(message.value)

    def _offer(self, written: str) -> None:
        """Tags that the last word is the beginning of; of those to be taken away the run's own."""
        word = _last_word(written)
        known = self._now if word.startswith("-") and self._now else self._used
        start = word.removeprefix("-").casefold()
        found = [tag for tag in known if tag.startswith(start) and tag != start]
        tags = self.query_one("#list", OptionList)
        tags.clear_options()
        tags.add_options(Option(Content(sanitise_line(tag)), id=tag) for tag in found)
        tags.display = bool(found)

    @on(OptionList.OptionSelected)
    def _clicked(self, message: OptionList.OptionSelected) -> None:
        self._write(message.option.id or "")

    def action_move(self, step: int) -> None:
        tags = self.query_one("#list", OptionList)
        if step > 0:
            tags.action_cursor_down()
        else:
            tags.action_cursor_up()

    def action_complete(self) -> None:
        tags = self.query_one("#list", OptionList)
        if tags.option_count:
            self._write(tags.get_option_at_index(tags.highlighted or 0).id or "")

    def _write(self, tag: str) -> None:
        field = self.query_one("#tags", Input)
        word = _last_word(field.value)
        minus = "-" if word.startswith("-") else ""
        field.value = f"{field.value.removesuffix(word)}{minus}{tag} "
        field.cursor_position = len(field.value)

    def action_take(self) -> None:
        if self.query_one("#list", OptionList).highlighted is not None:
            self.action_complete()
            return
        words = self.query_one("#tags", Input).value.replace(",", " ").split()
        try:
            add = tuple(normal_tag(word) for word in words if not word.startswith("-"))
            remove = tuple(normal_tag(word) for word in words if word.startswith("-"))
        except LabError as error:
            wrong = sanitise_line(f"✗ {error.message}: {error.hint}")
            self.query_one("#wrong", Static).update(wrong)
            return
        self.dismiss(TagChange(add, remove) if add or remove else None)


def _last_word(written: str) -> str:
    return "" if written[-1:].isspace() else (written.split() or [""])[-1]
