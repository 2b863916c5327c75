"""Choosing models: typing filters, space marks, enter takes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from tui_lab.core.errors import LabError
from tui_lab.core.refs import ModelRef
from tui_lab.core.sanitise import sanitise, sanitise_line
from tui_lab.ui.dialogs.dialog import Dialog
from tui_lab.ui.model_choices import ModelChoice, ModelSource, context_words, search
from tui_lab.ui.text.run_line import fitted
from tui_lab.ui.widgets.filter_input import FilterInput

MOST = 200
"""More are not listed: a few letters find what is meant."""

NAME_CELLS, SHORT_NAME_CELLS = 42, 28
PRICE_CELLS = 11
WIDE = 110
"""Columns of a terminal in which the longer names leave room for all else."""

CAPABILITY_MARKS = ("image", "document", "reasoning")


class ModelPicker(Dialog[tuple[ModelRef, ...]]):
    """Answers with the marked models, or with the one under the cursor when no mark was changed."""

    HELP = (
        "Type to filter. Space marks a model, so that several can be asked at once; ^u clears "
        "all marks. Enter takes the marked ones; when you changed no mark, the one under the "
        "cursor. Any other model can be written out: provider/model. With commas between, all of "
        "several words must hold: letters of a name, image, document, reasoning, schema, "
        "logprobs, or a least context window such as 200k. Prices are US dollars per million "
        "tokens, in/out; + says that long prompts cost more. f5 asks the providers what they serve."
    )
    FOOTER = ("models.take", "models.mark", "models.clear", "models.ask", "dialog.back")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "take", "take", id="models.take", priority=True),
        Binding("space", "mark", "mark", id="models.mark", priority=True),
        Binding("ctrl+u", "clear", "clear", id="models.clear", priority=True),
        Binding("f5", "ask", "ask providers", id="models.ask", priority=True),
        Binding("down,ctrl+n", "move(1)", "next", id="models.next", show=False, priority=True),
        Binding(
            "up,ctrl+p", "move(-1)", "previous", id="models.previous", show=False, priority=True
        ),
    ]
    DEFAULT_CSS = """
    ModelPicker {
        & > .box { height: 90%; max-height: 30; }
        & OptionList { height: 1fr; margin-top: 1; }
        & #chosen, & #lists { color: $foreground-muted; height: auto; max-height: 3; }
        & #wrong { color: $error; height: auto; max-height: 4; }
    }
    """

    def __init__(self, source: ModelSource, chosen: Sequence[ModelRef]) -> None:
        super().__init__("Models")
        self._source = source
        self._chosen = chosen
        self._choices = self._known()
        self._marked: dict[ModelRef, None] = dict.fromkeys(chosen)
        self._marks_changed = False

    def compose_box(self) -> ComposeResult:
        yield FilterInput(
            "type to filter (name, image, 200k), or write provider/model", id="filter"
        )
        yield OptionList(id="list", markup=False)
        yield Static(id="chosen", markup=False)
        yield Static(id="lists", markup=False)
        yield Static(id="wrong", markup=False)

    def _known(self) -> list[ModelChoice]:
        """Those that the lab knows, and those that were named."""
        choices = self._source.choices()
        known = {choice.model for choice in choices}
        named = (model for model in self._chosen if model not in known)
        return [*choices, *(ModelChoice(model, True, "named by you") for model in named)]

    def on_mount(self) -> None:
        self.query_one("#list").can_focus = False
        self.query_one("#filter").focus()
        self._fill()
        self._show_wrong([])
        self._find_local()

    @work
    async def _find_local(self) -> None:
        await self._source.find_local()
        await self._source.find_refused()
        await self._source.find_prices()
        self._choices = self._known()
        self._fill(keep=True)

    @work(exclusive=True)
    async def action_ask(self) -> None:
        """Has the providers tell what they serve."""
        self._show_wrong([])
        lists = self.query_one("#lists", Static)
        lists.update("asking the providers …")
        lists.display = True
        wrong = await self._source.ask(self.app)
        await self._source.find_refused()
        await self._source.find_prices()
        self._choices = self._known()
        self._show_wrong(wrong)
        self._fill(keep=True)

    def _show_wrong(self, wrong: Sequence[str]) -> None:
        words = self.query_one("#wrong", Static)
        words.update("\n".join(sanitise(f"✗ {one}") for one in wrong))
        words.display = bool(wrong)

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
        self._marks_changed = True
        self._fill(keep=True)

    def action_clear(self) -> None:
        """What was typed, and if nothing was typed all marks: so two models are found by name."""
        typed = self.query_one("#filter", Input)
        if typed.value:
            typed.value = ""
        else:
            self._marked.clear()
            self._marks_changed = True
        self._fill()

    def action_take(self) -> None:
        if self._marked and self._marks_changed:
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
        before = self._under_cursor if keep else None
        matching = self._matching()
        shown = [choice.model for choice in matching[:MOST]]
        options = [Option(self._line(one), id=str(one.model)) for one in matching[:MOST]]
        models.clear_options()
        models.add_options(options)
        if shown:
            wanted = (before, *self._marked, shown[0])
            models.highlighted = shown.index(next(one for one in wanted if one in shown))
        marked = ", ".join(map(str, self._marked))
        word = "marked" if self._marks_changed else "chosen now"
        self.query_one("#chosen", Static).update(
            sanitise_line(f"{word}: {marked}" if marked else "")
        )
        listed = self._source.listed()
        told = [f"{MOST} of {len(matching)} shown"] if len(matching) > MOST else []
        told += [f"listed: {listed}"] if listed else []
        lists = self.query_one("#lists", Static)
        lists.update(sanitise_line(" · ".join(told)))
        lists.display = bool(told)

    def _matching(self) -> list[ModelChoice]:
        query = self.query_one("#filter", Input).value.strip()
        matching = search(self._choices, query)
        written = _written_out(query)
        if written is not None and all(choice.model != written for choice in matching):
            matching.append(ModelChoice(written, True, "as written"))
        return matching

    def _line(self, choice: ModelChoice) -> Content:
        mark = "●" if choice.model in self._marked else "○"
        style = "" if choice.usable else "$foreground-muted"
        cells = NAME_CELLS if self.app.size.width >= WIDE else SHORT_NAME_CELLS
        name = fitted(sanitise_line(str(choice.model)), cells)
        able = [what for what in CAPABILITY_MARKS if what in choice.capabilities]
        window = context_words(choice.context_window) if choice.context_window else ""
        return Content.assemble(
            (f"{mark} {name} ", style),
            (f"{window:>5}  {choice.price:<{PRICE_CELLS}} ", "$foreground-muted"),
            (sanitise_line(choice.condition), "$foreground-muted"),
            (f" · {' '.join(able)}" if able else "", "$foreground-muted"),
        )


def _written_out(text: str) -> ModelRef | None:
    try:
        return ModelRef.parse(text)
    except LabError:
        return None
