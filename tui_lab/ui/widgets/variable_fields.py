"""A field for each `{{variable}}` of a prompt."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static, TextArea

from tui_lab.core.errors import LabError
from tui_lab.core.sanitise import sanitise_line
from tui_lab.core.template_variables import Variable, VariableType
from tui_lab.ui.widgets.field_row import LABEL_CELLS
from tui_lab.ui.widgets.variable_inputs import (
    VariableChoice,
    VariableInput,
    VariableLines,
    field_for,
)


class VariableFields(VerticalScroll, can_focus=False):
    """Keeps the value of a variable while its name is being edited away and back."""

    DEFAULT_CSS = """
    VariableFields {
        height: auto;
        max-height: 6;
        &.-empty { display: none; }
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

    @property
    def wrong(self) -> list[str]:
        """Variables with a value that they cannot have."""
        return [one.name for one in self._variables if not self._may_be(one)]

    @property
    def puts_files_in(self) -> bool:
        """Whether a file, of whatever size, is named by one of them."""
        return any(
            one.type is VariableType.FILE and bool(self._values.get(one.name) or one.default)
            for one in self._variables
        )

    def fill(self, values: Mapping[str, str]) -> None:
        self._values.update(values)
        self._show()

    def offer(self, values: Mapping[str, str]) -> bool:
        """Fills fields that are empty, as far as the values are right; whether any is filled."""
        asked = {variable.name: variable for variable in self._variables}
        fitting = {
            name: value
            for name, value in values.items()
            if name in asked and not self._values.get(name) and _is_right(asked[name], value)
        }
        self.fill(fitting)
        return bool(fitting)

    def ask(self, variables: Sequence[Variable]) -> None:
        """Shows these fields."""
        if tuple(variables) != self._variables:
            self._variables = tuple(variables)
            self._show()

    def focus_on(self, name: str) -> None:
        for row in self.query(VariableRow):
            if row.variable == name:
                row.field.focus()

    def _show(self) -> None:
        self.set_class(not self._variables, "-empty")
        self.remove_children()
        self.mount_all(self._rows())

    def _rows(self) -> Iterator[VariableRow]:
        for variable in self._variables:
            row = VariableRow(variable, self._values.get(variable.name, ""))
            row.wrong = not self._may_be(variable)
            yield row

    @on(Input.Changed)
    def _line_edited(self, message: Input.Changed) -> None:
        message.stop()
        assert isinstance(message.input, VariableInput)
        self._edited(message.input.variable, message.value)

    @on(TextArea.Changed)
    def _lines_edited(self, message: TextArea.Changed) -> None:
        message.stop()
        assert isinstance(message.text_area, VariableLines)
        self._edited(message.text_area.variable, message.text_area.text)

    @on(VariableChoice.Changed)
    def _chosen(self, message: VariableChoice.Changed) -> None:
        message.stop()
        self._edited(message.variable, message.value)

    def _edited(self, name: str, value: str) -> None:
        if self._values.get(name, "") == value:
            return  # a field that comes says what it holds
        self._values[name] = value
        wrong = self.wrong
        for row in self.query(VariableRow):
            row.wrong = row.variable in wrong
        self.post_message(self.Changed())

    def _may_be(self, variable: Variable) -> bool:
        value = self._values.get(variable.name)
        return not value or _is_right(variable, value)


class VariableRow(Horizontal):
    """Its name, marked where its value is wrong, and its field."""

    DEFAULT_CSS = """
    VariableRow {
        height: auto;
        & Static { width: 12; color: $accent; }
        & Static.-wrong { color: $error; }
        & Input {
            width: 1fr;
            height: 1;
            border: none;
            padding: 0;
            background: $surface;
            &:focus { border: none; background: $panel; background-tint: transparent; }
        }
        & TextArea {
            width: 1fr;
            height: auto;
            min-height: 2;
            max-height: 4;
            background: $surface;
            &:focus { background: $panel; background-tint: transparent; }
        }
        & VariableChoice {
            width: 1fr;
            height: 1;
            background: $surface;
            &:focus { background: $panel; }
        }
    }
    """

    def __init__(self, variable: Variable, value: str) -> None:
        super().__init__()
        self.variable = variable.name
        self.field = field_for(variable, value)
        self._label = Static(markup=False)
        self.wrong = False

    def compose(self) -> ComposeResult:
        yield self._label
        yield self.field

    @property
    def wrong(self) -> bool:
        return self._label.has_class("-wrong")

    @wrong.setter
    def wrong(self, wrong: bool) -> None:
        self._label.set_class(wrong, "-wrong")
        self._label.update(_label(f"✗ {self.variable}" if wrong else self.variable))


def _is_right(variable: Variable, value: str) -> bool:
    try:
        variable.check(value)
    except LabError:
        return False
    return True


def _label(name: str) -> Content:
    cells = LABEL_CELLS - 2
    safe = sanitise_line(name)
    return Content(safe if len(safe) <= cells else safe[: cells - 1] + "…")
