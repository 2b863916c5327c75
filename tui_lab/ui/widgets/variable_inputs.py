"""The fields for the values of variables: a line, several lines, a choice."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import TextArea

from tui_lab.core.sanitise import sanitise_line
from tui_lab.core.template_variables import Variable, VariableType
from tui_lab.ui.widgets.steady_input import SteadyInput

CURSOR_CELLS = 1


def field_for(variable: Variable, value: str) -> Widget:
    match variable.type:
        case VariableType.TEXT | VariableType.NUMBER | VariableType.FILE:
            return VariableInput(variable, value)
        case VariableType.MULTILINE:
            return VariableLines(variable, value)
        case VariableType.CHOICE:
            return VariableChoice(variable, value)


class VariableInput(SteadyInput):
    """A text of one line, a number, the path of a file."""

    def __init__(self, variable: Variable, value: str) -> None:
        hint = _hint(variable)
        super().__init__(value, placeholder=hint, compact=True)
        self.variable = variable.name
        self.help_text = _help(variable)
        self._hint = Content(hint)

    def on_resize(self) -> None:
        cells = self.content_size.width - CURSOR_CELLS
        self.placeholder = self._hint.truncate(max(1, cells), ellipsis=True).plain


class VariableLines(TextArea):
    """A text of several lines."""

    def __init__(self, variable: Variable, value: str) -> None:
        super().__init__(value, soft_wrap=True, compact=True, placeholder=_hint(variable))
        self.cursor_blink = False
        self.variable = variable.name
        self.help_text = _help(variable)


class VariableChoice(Widget, can_focus=True):
    """One of a few words; all of them stand there."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("right,space,enter", "move(1)", "next", id="variable.next"),
        Binding("left", "move(-1)", "previous", id="variable.previous", show=False),
    ]

    class Changed(Message):
        def __init__(self, variable: str, value: str) -> None:
            super().__init__()
            self.variable = variable
            self.value = value

    def __init__(self, variable: Variable, value: str) -> None:
        super().__init__()
        self.variable = variable.name
        self.help_text = _help(variable)
        self._choices = variable.choices
        self._chosen = value or variable.default

    def render(self) -> Content:
        words = [
            Content.styled(f"‹{sanitise_line(choice)}›", "bold")
            if choice == self._chosen
            else Content.styled(f" {sanitise_line(choice)} ", "$foreground-muted")
            for choice in self._choices
        ]
        if self._chosen is None:
            words.append(Content.styled(" choose one", "$warning"))
        return Content("").join(words).truncate(self.content_size.width, ellipsis=True)

    def action_move(self, step: int) -> None:
        here = self._choices.index(self._chosen) if self._chosen in self._choices else -1
        self._chosen = self._choices[(here + step) % len(self._choices)]
        self.refresh()
        self.post_message(self.Changed(self.variable, self._chosen))

    def on_click(self) -> None:
        self.action_move(1)


def _hint(variable: Variable) -> str:
    default = variable.default
    words = (
        "needs a value"
        if default is None
        else f"{' '.join(default.split()) or 'nothing'} (default)"
    )
    return sanitise_line(" · ".join(filter(None, (words, variable.form))))


def _help(variable: Variable) -> str:
    told = "A value that takes the place of {{variable}} in the prompt. Empty: its default."
    form = f"It is {variable.form}." if variable.form else ""
    return sanitise_line(" ".join(filter(None, (variable.description, form, told))))
