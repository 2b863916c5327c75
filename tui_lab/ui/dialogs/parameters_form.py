"""The parameters of a run. An empty field is not sent: the model's own default holds."""

from __future__ import annotations

import json
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widgets import Input, Static

from tui_lab.core.draft import MOST_RUNS
from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.core.parameters import PARAMETER_NAMES, REASONING_EFFORTS, Parameters
from tui_lab.core.sanitise import sanitise_line
from tui_lab.ui.dialogs.dialog import Dialog
from tui_lab.ui.widgets.steady_input import SteadyInput

FORMS = {
    "temperature": "0 to 2",
    "top_p": "0 to 1",
    "top_k": "a whole number",
    "max_tokens": "1 or more",
    "stop": "commas between; \\n works",
    "seed": "a whole number",
    "reasoning": f"{REASONING_EFFORTS[0]} to {REASONING_EFFORTS[-1]}, or tokens",
    "schema": "JSON schema of the answer",
    "logprobs": "0 to 20 alternatives a token",
}
REPEATS = "repeats"


class ParametersForm(Dialog[tuple[Parameters, int]]):
    """Answers with the parameters, and how often each model is asked, when all can be read."""

    HELP = (
        "What is left empty is not sent. ^u empties a field. Enter takes all, esc changes "
        "nothing. A model that cannot take a parameter says so in its lane. With repeats each "
        "model is asked so often, in lanes of their own; m there tells how they are spread."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "take", "take", id="parameters.take", priority=True),
        Binding("down", "app.focus_next", "next", id="parameters.next", show=False),
        Binding("up", "app.focus_previous", "previous", id="parameters.previous", show=False),
    ]
    DEFAULT_CSS = """
    ParametersForm {
        & > .box { max-width: 86; }
        & Horizontal { height: 1; }
        & .name { width: 13; }
        & Input { width: 24; background: $surface; &:focus { background: $panel; } }
        & .form {
            width: 1fr;
            padding: 0 0 0 1;
            color: $foreground-muted;
            text-wrap: nowrap;
            text-overflow: ellipsis;
        }
        & #wrong { height: auto; min-height: 1; color: $error; }
    }
    """

    def __init__(self, parameters: Parameters, repeats: int) -> None:
        super().__init__("Parameters")
        self._given = parameters
        self._repeats = repeats

    def compose_box(self) -> ComposeResult:
        given = self._given.as_dict()
        for name in PARAMETER_NAMES:
            yield _field(name, _words(given.get(name)), "not sent", FORMS[name])
        repeats = str(self._repeats) if self._repeats > 1 else ""
        yield _field(REPEATS, repeats, "once", "how often each model is asked")
        yield Static(id="wrong", markup=False)

    @on(Input.Changed)
    def _check(self) -> None:
        self._read()

    def action_take(self) -> None:
        if (read := self._read()) is not None:
            self.dismiss(read)

    def _read(self) -> tuple[Parameters, int] | None:
        """All fields, or None and what is wrong with the first bad one."""
        wrong = self.query_one("#wrong", Static)
        parameters = Parameters()
        try:
            for name in PARAMETER_NAMES:
                text = self._text(name)
                for part in text.split(",") if name == "stop" else [text.strip()]:
                    if part:
                        parameters = parameters.with_text(name, part)
            repeats = _times(self._text(REPEATS).strip())
        except LabError as error:
            wrong.update(sanitise_line(f"✗ {error.message}: {error.hint}"))
            return None
        wrong.update("")
        return parameters, repeats

    def _text(self, name: str) -> str:
        return self.query_one(f"#p-{name}", Input).value


def _field(name: str, value: str, placeholder: str, form: str) -> Horizontal:
    return Horizontal(
        Static(name, classes="name", markup=False),
        SteadyInput(value, placeholder=placeholder, id=f"p-{name}", compact=True),
        Static(form, classes="form", markup=False),
    )


def _times(text: str) -> int:
    if not text:
        return 1
    if not (text.isdecimal() and 1 <= int(text[:9]) <= MOST_RUNS):
        hint = f"a whole number from 1 to {MOST_RUNS:,}"
        raise LabError(ErrorKind.USAGE, f"repeats cannot be {text!r}", hint)
    return int(text)


def _words(value: object) -> str:
    match value:
        case None:
            return ""
        case list():
            return ",".join(part.encode("unicode_escape").decode("ascii") for part in value)
        case dict():
            return json.dumps(value, ensure_ascii=False)
        case _:
            return str(value)
