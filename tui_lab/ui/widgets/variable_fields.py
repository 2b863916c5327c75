"""A field for each `{{variable}}` of a prompt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from textual import on
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static

from tui_lab.core.sanitise import sanitise_line
from tui_lab.core.template_variables import Variable
from tui_lab.ui.widgets.field_row import LABEL_CELLS
from tui_lab.ui.widgets.steady_input import SteadyInput


class VariableFields(VerticalScroll, can_focus=False):
    """Keeps the value of a variable while its name is being edited away and back."""

    DEFAULT_CSS = """
    VariableFields {
        height: auto;
        max-height: 6;
        &.-empty { display: none; }
        & > Horizontal { height: 1; }
        & Static { width: 12; color: $accent; }
        & Input {
            width: 1fr;
            height: 1;
            border: none;
            padding: 0;
            background: $surface;
            &:focus { border: none; background: $panel; background-tint: transparent; }
        }
    }
    """

    class Changed(Message):
        """A value was edited."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id, classes="-empty")
        self._variables: tuple[Variable, ...] = ()
        self._values: dict[str, str] = {}

    @property
    def values(self) -> dict[str, str]:
        """The values that were given, of the variables that are asked for now."""
        asked = [variable.name for variable in self._variables]
        return {name: self._values[name] for name in asked if self._values.get(name)}

    @property
    def missing(self) -> list[str]:
        """Variables with neither value nor default."""
        return [
            variable.name
            for variable in self._variables
            if variable.default is None and not self._values.get(variable.name)
        ]

    def fill(self, values: Mapping[str, str]) -> None:
        self._values.update(values)
        self._show()

    def ask(self, variables: Sequence[Variable]) -> None:
        """Shows these fields."""
        if tuple(variables) != self._variables:
            self._variables = tuple(variables)
            self._show()

    def focus_on(self, name: str) -> None:
        for field in self.query(VariableInput):
            if field.variable == name:
                field.focus()

    def _show(self) -> None:
        self.set_class(not self._variables, "-empty")
        self.remove_children()
        self.mount_all(
            Horizontal(
                Static(_label(variable.name), markup=False),
                VariableInput(variable, self._values.get(variable.name, "")),
            )
            for variable in self._variables
        )

    @on(Input.Changed)
    def _edited(self, message: Input.Changed) -> None:
        message.stop()
        assert isinstance(message.input, VariableInput)
        self._values[message.input.variable] = message.value
        self.post_message(self.Changed())


CURSOR_CELLS = 1


class VariableInput(SteadyInput):
    HELP = "A value that takes the place of {{variable}} in the prompt. Empty: its default."

    def __init__(self, variable: Variable, value: str) -> None:
        hint = "needs a value" if variable.default is None else f"{variable.default} (default)"
        super().__init__(value, placeholder=sanitise_line(hint), compact=True)
        self.variable = variable.name
        self._hint = Content(sanitise_line(hint))

    def on_resize(self) -> None:
        cells = self.content_size.width - CURSOR_CELLS
        self.placeholder = self._hint.truncate(max(1, cells), ellipsis=True).plain


def _label(name: str) -> Content:
    cells = LABEL_CELLS - 2
    return Content(name if len(name) <= cells else name[: cells - 1] + "…")
