"""Choosing models: typing filters, space marks, enter takes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.fuzzy import Matcher
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from tui_lab.core.errors import LabError
from tui_lab.core.refs import ModelRef
from tui_lab.core.sanitise import sanitise_line
from tui_lab.ui.dialogs.dialog import Dialog
from tui_lab.ui.widgets.filter_input import FilterInput


@dataclass(frozen=True, slots=True)
class ModelChoice:
    """A model to choose from. `condition` says what it is or needs: `simulated`, `needs …_KEY`."""

    model: ModelRef
    usable: bool
    condition: str


class ModelPicker(Dialog[tuple[ModelRef, ...]]):
    """Answers with the marked models, or with the one under the cursor when none is marked."""

    HELP = (
        "Type to filter. Space marks a model, so that several can be asked at once; ^u clears "
        "all marks. Enter takes the marked ones, or the one under the cursor when none is. Any "
        "other model can be written out: provider/model."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "take", "take", id="models.take", priority=True),
        Binding("space", "mark", "mark", id="models.mark", priority=True),
        Binding("ctrl+u", "clear", "clear", id="models.clear", priority=True),
        Binding("down,ctrl+n", "move(1)", "next", id="models.next", show=False, priority=True),
        Binding(
            "up,ctrl+p", "move(-1)", "previous", id="models.previous", show=False, priority=True
        ),
    ]
    DEFAULT_CSS = """
    ModelPicker {
        & OptionList { height: auto; max-height: 20; margin-top: 1; }
        & #chosen { color: $foreground-muted; height: auto; max-height: 3; }
    }
    """

    def __init__(self, choices: Sequence[ModelChoice], chosen: Sequence[ModelRef]) -> None:
        super().__init__("Models")
        self._choices = list(choices)
        known = {choice.model for choice in choices}
        self._choices += [
            ModelChoice(model, True, "named by you") for model in chosen if model not in known
        ]
        self._marked: dict[ModelRef, None] = dict.fromkeys(chosen)

    def compose_box(self) -> ComposeResult:
        yield FilterInput("type to filter, or write provider/model", id="filter")
        yield OptionList(id="list", markup=False)
        yield Static(id="chosen", markup=False)

    def on_mount(self) -> None:
        self.query_one("#list").can_focus = False
        self.query_one("#filter").focus()
        self._fill()

    @on(Input.Changed, "#filter")
    def _filter(self) -> None:
        self._fill()

    @on(OptionList.OptionSelected)
    def _clicked(self) -> None:
        self.action_mark()

    def action_move(self, step: int) -> None:
        models = self.query_one("#list", OptionList)
        if step > 0:
            models.action_cursor_down()
        else:
            models.action_cursor_up()

    def action_mark(self) -> None:
        model = self._under_cursor
        if model is None:
            return
        if model in self._marked:
            del self._marked[model]
        else:
            self._marked[model] = None
        self._fill(keep=True)

    def action_clear(self) -> None:
        """What was typed, and if nothing was typed all marks: so two models are found by name."""
        typed = self.query_one("#filter", Input)
        if typed.value:
            typed.value = ""
        else:
            self._marked.clear()
        self._fill()

    def action_take(self) -> None:
        if self._marked:
            self.dismiss(tuple(self._marked))
        elif (model := self._under_cursor) is not None:
            self.dismiss((model,))

    @property
    def _under_cursor(self) -> ModelRef | None:
        models = self.query_one("#list", OptionList)
        if models.highlighted is None:
            return None
        return ModelRef.parse(models.get_option_at_index(models.highlighted).id or "")

    def _fill(self, *, keep: bool = False) -> None:
        models = self.query_one("#list", OptionList)
        cursor = models.highlighted if keep else None
        options = [Option(self._line(choice), id=str(choice.model)) for choice in self._matching()]
        models.clear_options()
        models.add_options(options)
        if options:
            first = next(
                (
                    n
                    for n, option in enumerate(options)
                    if ModelRef.parse(option.id or "") in self._marked
                ),
                0,
            )
            models.highlighted = first if cursor is None else min(cursor, len(options) - 1)
        marked = ", ".join(map(str, self._marked))
        self.query_one("#chosen", Static).update(
            sanitise_line(f"marked: {marked}" if marked else "")
        )

    def _matching(self) -> list[ModelChoice]:
        query = self.query_one("#filter", Input).value.strip()
        if not query:
            return sorted(self._choices, key=lambda choice: not choice.usable)
        matcher = Matcher(query)
        scored = [
            (matcher.match(f"{choice.model} {choice.condition}"), choice)
            for choice in self._choices
        ]
        found = sorted((pair for pair in scored if pair[0] > 0), key=lambda pair: -pair[0])
        matching = [choice for _, choice in found]
        written = _written_out(query)
        if written is not None and all(choice.model != written for choice in matching):
            matching.append(ModelChoice(written, True, "as written"))
        return matching

    def _line(self, choice: ModelChoice) -> Content:
        mark = "●" if choice.model in self._marked else "○"
        style = "" if choice.usable else "$foreground-muted"
        return Content.assemble(
            (f"{mark} {sanitise_line(str(choice.model)):<44} ", style),
            (sanitise_line(choice.condition), "$foreground-muted"),
        )


def _written_out(text: str) -> ModelRef | None:
    try:
        return ModelRef.parse(text)
    except LabError:
        return None
