"""Who would answer a prompt, and why: candidates, those left out, how hard it is. Asks nobody."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from itertools import groupby
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from tui_lab.core.errors import LabError
from tui_lab.core.refs import ModelRef
from tui_lab.core.routing import Candidate, Exclusion, RoutePlan, Strategy
from tui_lab.core.sanitise import sanitise, sanitise_line
from tui_lab.ui.dialogs.dialog import Dialog
from tui_lab.ui.text.run_line import fitted
from tui_lab.ui.widgets.choice_list import ChoiceList

MOST_NAMED = 3
"""Models that a line of those left out names; the others it counts."""

NAME_CELLS, SHORT_NAME_CELLS = 44, 32
COST_CELLS = 11
WIDE = 110

Planner = Callable[[Strategy], Awaitable[RoutePlan]]


class RoutePanel(Dialog[ModelRef | Strategy]):
    """Answers with the model to be pinned, or with the strategy to be left to."""

    HELP = (
        "Who would answer this prompt by the strategy in the title, the best first, each with its "
        "score (at most 1) and what this prompt is likely to cost there; below, what the score is "
        "made of, and why. Models that cannot answer stand at the end with the reason. Nobody is "
        "asked for this. Enter takes the model; a leaves the choice to the strategy."
    )
    FOOTER = ("route.pin", "route.leave", "route.next", "dialog.back")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "pin", "pin", id="route.pin", tooltip="ask this model", priority=True),
        Binding("a", "leave", "use strategy", id="route.leave", tooltip="leave it to the strategy"),
        Binding("s,right", "strategy(1)", "next strategy", id="route.next"),
        Binding("S,left", "strategy(-1)", "strategy before", id="route.before", show=False),
    ]
    DEFAULT_CSS = """
    RoutePanel {
        & > .box { height: 90%; max-height: 34; max-width: 118; }
        & #asks { height: auto; max-height: 3; color: $foreground-muted; margin-bottom: 1; }
        & #why { height: 4; color: $foreground-muted; margin-top: 1; }
    }
    """

    def __init__(self, plan: Planner, strategy: Strategy) -> None:
        super().__init__("Who would answer?")
        self._planner = plan
        self._strategy = strategy
        self._plan = RoutePlan(())

    def compose_box(self) -> ComposeResult:
        yield Static(id="asks", markup=False)
        yield ChoiceList(id="candidates")
        yield Static(id="why", markup=False)

    def on_mount(self) -> None:
        self.query_one("#candidates").focus()
        self._look()

    @work(exclusive=True)
    async def _look(self) -> None:
        self.query_one(".box").border_title = Content(
            f"Who would answer? · {self._strategy}: {self._strategy.words}"
        )
        try:
            self._plan = await self._planner(self._strategy)
        except LabError as error:
            self._plan = RoutePlan(())
            self.query_one("#asks", Static).update(sanitise(f"✗ {error.message}"))
            return
        self.query_one("#asks", Static).update(_complexity(self._plan))
        choices = self.query_one("#candidates", ChoiceList)
        choices.clear_options()
        wide = self.app.size.width >= WIDE
        choices.add_options(_candidates(self._plan, NAME_CELLS if wide else SHORT_NAME_CELLS))
        choices.add_options(_left_out(self._plan))
        if self._plan.candidates:
            choices.highlighted = 0
        self._tell_why()

    @on(OptionList.OptionHighlighted)
    def _tell_why(self) -> None:
        one = self._current
        self.query_one("#why", Static).update(_why(one) if one is not None else "")

    @property
    def _current(self) -> Candidate | None:
        place = self.query_one("#candidates", ChoiceList).highlighted
        found = self._plan.candidates
        return found[place] if place is not None and place < len(found) else None

    def action_pin(self) -> None:
        if (one := self._current) is not None:
            self.dismiss(one.model)

    @on(OptionList.OptionSelected)
    def _clicked(self) -> None:
        self.action_pin()

    def action_leave(self) -> None:
        self.dismiss(self._strategy)

    def action_strategy(self, step: int) -> None:
        every = [*Strategy]
        self._strategy = every[(every.index(self._strategy) + step) % len(every)]
        self._look()


def _complexity(plan: RoutePlan) -> str:
    """`complex (score 5.2, 80 % sure): asks for code; two constraints`."""
    found = plan.complexity
    if found is None:
        return ""
    sure = f"score {found.score:.1f}, {found.confidence * 100:.0f} % sure"
    reasons = "; ".join(found.reasons)
    return sanitise_line(f"{found.level.word} ({sure}): {reasons}")


def _candidates(plan: RoutePlan, cells: int) -> Iterator[Option]:
    if not plan.candidates:
        yield Option(Content("nobody can be asked"), disabled=True)
    for place, one in enumerate(plan.candidates, 1):
        cost = one.estimate.likely_words if one.estimate is not None else "?"
        yield Option(
            Content.assemble(
                f"{place:>3}. {fitted(sanitise_line(str(one.model)), cells)} {one.score:.3f}  ",
                (f"{cost:<{COST_CELLS}} {one.tier or ''}", "$foreground-muted"),
            )
        )


def _left_out(plan: RoutePlan) -> Iterator[Option]:
    """A line for each reason, under a heading."""

    def reason(one: Exclusion) -> str:
        return one.reason

    if plan.excluded:
        yield Option(Content("left out"), disabled=True)
    for why, group in groupby(sorted(plan.excluded, key=reason), key=reason):
        models = [str(one.model) for one in group]
        more = f" and {len(models) - MOST_NAMED} more" if len(models) > MOST_NAMED else ""
        words = f"{why}: {', '.join(models[:MOST_NAMED])}{more}"
        yield Option(Content(f"  {sanitise_line(words)}"), disabled=True)


def _why(one: Candidate) -> str:
    made_of = " + ".join(f"{name} {part:.3f}" for name, part in one.parts.items())
    others = f"\nalso at {', '.join(map(str, one.equivalents))}" if one.equivalents else ""
    return sanitise(f"{one.score:.3f} = {made_of}\n{'; '.join(one.reasons)}{others}")
