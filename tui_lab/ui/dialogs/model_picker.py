"""Choosing whom to ask: models, strategies that find one, and who is asked if that fails."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from tui_lab.core.asked import Asked
from tui_lab.core.errors import LabError
from tui_lab.core.refs import ModelRef
from tui_lab.core.routing import Strategy
from tui_lab.core.sanitise import sanitise, sanitise_line
from tui_lab.ui.dialogs.dialog import Dialog
from tui_lab.ui.model_choices import ModelChoice, ModelSource, context_words, search
from tui_lab.ui.text.run_line import fitted
from tui_lab.ui.widgets.filter_input import FilterInput

MOST = 200
"""More are not listed: a few letters find what is meant."""

NAME_CELLS, SHORT_NAME_CELLS = 42, 28
STRATEGY_CELLS = 9
PRICE_CELLS = 11
WIDE = 110
"""Columns of a terminal in which the longer names leave room for all else."""

CAPABILITY_MARKS = ("image", "document", "reasoning")


HEALTH_SECONDS = 1.0

STRATEGIES = (Strategy.AUTO, *(one for one in Strategy if one is not Strategy.AUTO))

Lane = ModelRef | Strategy


class ModelPicker(Dialog[Asked]):
    """Answers with what is marked, or with what is under the cursor when no mark was changed."""

    HELP = (
        "Type to filter. Space marks a model, so that several can be asked at once; ^u clears "
        "all marks. Enter takes the marked ones; when you changed no mark, the one under the "
        "cursor. The first lines are strategies: the best model by each is found when it runs. f7 "
        "marks who is asked if the others fail before they say anything; a strategy finds more. "
        "Any other model can be written out: provider/model. With commas between, all of "
        "several words must hold: letters of a name, image, document, reasoning, schema, "
        "logprobs, or a least context window such as 200k. Prices are US dollars per million "
        "tokens, in/out; + says that long prompts cost more. f5 asks the providers what they serve."
        " ok 98 % is how many calls of the last hour succeeded, ✗ fails that it is left alone."
    )
    FOOTER = (
        "models.take",
        "models.mark",
        "models.instead",
        "models.clear",
        "models.ask",
        "dialog.back",
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "take", "take", id="models.take", priority=True),
        Binding("space", "mark", "mark", id="models.mark", priority=True),
        Binding(
            "f7",
            "instead",
            "if it fails",
            id="models.instead",
            tooltip="ask this one if the others fail",
            priority=True,
        ),
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

    def __init__(self, source: ModelSource, asked: Asked) -> None:
        super().__init__("Models")
        self._source = source
        self._repeat = asked.repeat
        self._named = (*asked.models, *asked.fallbacks)
        self._choices = self._known()
        self._marked: dict[Lane, None] = dict.fromkeys((*asked.models, *asked.routes))
        self._instead: dict[Lane, None] = dict.fromkeys(asked.fallbacks)
        if asked.strategy is not None:
            self._instead[asked.strategy] = None
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
        named = (model for model in self._named if model not in known)
        return [*choices, *(ModelChoice(model, True, "named by you") for model in named)]

    def on_mount(self) -> None:
        self.query_one("#list").can_focus = False
        self.query_one("#filter").focus()
        self._fill()
        self._show_wrong([])
        self._find_local()
        self.set_interval(HEALTH_SECONDS, self._tick)

    @work(exclusive=True, group="health")
    async def _tick(self) -> None:
        """Counts down to when a model is tried again."""
        if self._source.changes:
            await self._source.find_health()
            self._choices = self._known()
            self._fill(keep=True)

    @work
    async def _find_local(self) -> None:
        await self._source.find_local()
        await self._source.find_refused()
        await self._source.find_prices()
        await self._source.find_health()
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
        await self._source.find_health()
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
        self._toggle(self._marked)

    def action_instead(self) -> None:
        self._toggle(self._instead)

    def _toggle(self, marks: dict[Lane, None]) -> None:
        lane = self._under_cursor
        if lane is None:
            return
        if lane in marks:
            del marks[lane]
        else:
            if (
                isinstance(lane, Strategy) and marks is self._instead
            ):  # one finds all that others do
                for other in [one for one in marks if isinstance(one, Strategy)]:
                    del marks[other]
            marks[lane] = None
        self._marks_changed = True
        self._fill(keep=True)

    def action_clear(self) -> None:
        """What was typed, and if nothing was typed all marks: so two models are found by name."""
        typed = self.query_one("#filter", Input)
        if typed.value:
            typed.value = ""
        else:
            self._marked.clear()
            self._instead.clear()
            self._marks_changed = True
        self._fill()

    def action_take(self) -> None:
        if self._marked and self._marks_changed:
            self.dismiss(self._asked(self._marked))
        elif (lane := self._under_cursor) is not None:
            self.dismiss(self._asked((lane,)))

    def _asked(self, lanes: Iterable[Lane]) -> Asked:
        lanes, instead = tuple(lanes), tuple(self._instead)
        return Asked(
            tuple(one for one in lanes if isinstance(one, ModelRef)),
            tuple(one for one in lanes if isinstance(one, Strategy)),
            tuple(one for one in instead if isinstance(one, ModelRef) and one not in lanes),
            next((one for one in instead if isinstance(one, Strategy)), None),
            self._repeat,
        )

    @property
    def _under_cursor(self) -> Lane | None:
        models = self.query_one("#list", OptionList)
        if models.highlighted is None:
            return None
        name = models.get_option_at_index(models.highlighted).id or ""
        return ModelRef.parse(name) if "/" in name else Strategy(name)

    def _fill(self, *, keep: bool = False) -> None:
        models = self.query_one("#list", OptionList)
        before = self._under_cursor if keep else None
        query = self.query_one("#filter", Input).value.strip().lower()
        matching = self._matching()
        strategies = [one for one in STRATEGIES if one.startswith(query)]
        options = [Option(self._strategy_line(one), id=one.value) for one in strategies]
        options += [Option(self._line(one), id=str(one.model)) for one in matching[:MOST]]
        shown: list[Lane] = [*strategies, *(choice.model for choice in matching[:MOST])]
        models.clear_options()
        models.add_options(options)
        if shown:
            named = strategies if query else ()
            wanted = (before, *named, *self._marked, shown[0])
            models.highlighted = shown.index(next(one for one in wanted if one in shown))
        self._show_marks()
        listed = self._source.listed()
        told = [f"{MOST} of {len(matching)} shown"] if len(matching) > MOST else []
        told += [f"listed: {listed}"] if listed else []
        lists = self.query_one("#lists", Static)
        lists.update(sanitise_line(" · ".join(told)))
        lists.display = bool(told)

    def _show_marks(self) -> None:
        word = "marked" if self._marks_changed else "chosen now"
        told = [f"{word}: {', '.join(map(str, self._marked))}"] if self._marked else []
        instead = [str(one) for one in self._instead if one not in self._marked]
        told += [f"if it fails: {', '.join(instead)}"] if instead else []
        self.query_one("#chosen", Static).update(sanitise_line(" · ".join(told)))

    def _matching(self) -> list[ModelChoice]:
        query = self.query_one("#filter", Input).value.strip()
        matching = search(self._choices, query)
        written = _written_out(query)
        if written is not None and all(choice.model != written for choice in matching):
            matching.append(ModelChoice(written, True, "as written"))
        return matching

    def _mark(self, lane: Lane) -> str:
        if lane in self._marked:
            return "●"
        return "↳" if lane in self._instead else "○"

    def _strategy_line(self, strategy: Strategy) -> Content:
        words = f"{strategy.words}, found when it runs"
        return Content.assemble(
            f"{self._mark(strategy)} {strategy.value:<{STRATEGY_CELLS}} ",
            (words, "$foreground-muted"),
        )

    def _line(self, choice: ModelChoice) -> Content:
        mark = self._mark(choice.model)
        style = "" if choice.usable else "$foreground-muted"
        cells = NAME_CELLS if self.app.size.width >= WIDE else SHORT_NAME_CELLS
        name = fitted(sanitise_line(str(choice.model)), cells)
        condition = choice.condition
        if (health := choice.health) is not None:
            wide = self.app.size.width >= WIDE
            condition = (health.words if wide else health.brief) or condition
        able = [what for what in CAPABILITY_MARKS if what in choice.capabilities]
        window = context_words(choice.context_window) if choice.context_window else ""
        return Content.assemble(
            (f"{mark} {name} ", style),
            (f"{window:>5}  {choice.price:<{PRICE_CELLS}} ", "$foreground-muted"),
            (sanitise_line(condition), "$foreground-muted"),
            (f" · {' '.join(able)}" if able else "", "$foreground-muted"),
        )


def _written_out(text: str) -> ModelRef | None:
    try:
        return ModelRef.parse(text)
    except LabError:
        return None
