"""A list of commands: typing filters, enter runs the chosen one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.fuzzy import Matcher
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from tui_lab.core.sanitise import sanitise_line
from tui_lab.ui.commands import Command
from tui_lab.ui.dialogs.dialog import Dialog
from tui_lab.ui.widgets.steady_input import SteadyInput

KEY_CELLS = 14


class CommandList(Dialog[Command]):
    """Answers with the chosen command; whoever asked runs it."""

    HELP = "Type to filter, move with the arrows, enter runs the command under the cursor."
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "choose", "run it", id="commands.choose", priority=True),
        Binding("down,ctrl+n", "move(1)", "next", id="commands.next", show=False, priority=True),
        Binding(
            "up,ctrl+p", "move(-1)", "previous", id="commands.previous", show=False, priority=True
        ),
    ]
    DEFAULT_CSS = """
    CommandList {
        & > .box { max-width: 72; }
        & OptionList { height: auto; margin-top: 1; }
    }
    """

    def __init__(self, title: str, commands: Sequence[Command]) -> None:
        super().__init__(title)
        self._commands = commands
        self._shown: list[Command] = []

    def compose_box(self) -> ComposeResult:
        yield SteadyInput(placeholder="type to filter", id="filter")
        yield OptionList(id="list", markup=False)

    def on_mount(self) -> None:
        self.query_one("#list").can_focus = False
        self._fill("")

    @on(Input.Changed, "#filter")
    def _filter(self, message: Input.Changed) -> None:
        self._fill(message.value)

    @on(OptionList.OptionSelected)
    def _clicked(self) -> None:
        self.action_choose()

    def action_move(self, step: int) -> None:
        commands = self.query_one("#list", OptionList)
        if step > 0:
            commands.action_cursor_down()
        else:
            commands.action_cursor_up()

    def action_choose(self) -> None:
        index = self.query_one("#list", OptionList).highlighted
        if index is not None:
            self.dismiss(self._shown[index])

    def _fill(self, query: str) -> None:
        self._shown = matching(self._commands, query)
        commands = self.query_one("#list", OptionList)
        commands.clear_options()
        commands.add_options(Option(_line(command)) for command in self._shown)
        commands.highlighted = 0 if self._shown else None


def matching(commands: Sequence[Command], query: str) -> list[Command]:
    """The commands that match a query by key or words, the best first."""
    query = query.strip()
    if not query:
        return list(commands)
    matcher = Matcher(query)
    scored = [
        (2 + len(commands) if query in command.keys else matcher.match(command.words), command)
        for command in commands
    ]
    return [command for score, command in sorted(scored, key=lambda one: -one[0]) if score > 0]


def _line(command: Command) -> Content:
    return Content.assemble(
        (f"{' '.join(command.keys):<{KEY_CELLS}}", "bold $footer-key-foreground"),
        sanitise_line(command.words),
    )
