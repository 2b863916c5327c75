"""One recorded run, whole, to be read from top to bottom."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import ClassVar, NamedTuple

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from tui_lab.core.matching import Finder, finder
from tui_lab.core.query import Query
from tui_lab.core.record import RunRecord, Status
from tui_lab.core.run_facts import (
    arrival_facts,
    asked_facts,
    error_details,
    headline,
    measured_facts,
)
from tui_lab.core.sanitise import sanitise_line
from tui_lab.ui.text.blocks import row_beside
from tui_lab.ui.text.tool_calls import raw_tool_calls_text
from tui_lab.ui.widgets.fact_table import FactTable
from tui_lab.ui.widgets.lane import ending
from tui_lab.ui.widgets.recorded_text import RecordedText

EVERY_RUN = Query()
ERROR, ANSWER, CALLS = "Error", "Answer", "Tool calls"
SECTIONS = (
    "System",
    "Conversation before",
    "Prompt",
    ANSWER,
    "Refusal",
    CALLS,
    "Logprobs",
    ERROR,
)
"""The texts of a run in reading order, by the headings over them."""


class _Section(NamedTuple):
    heading: Static
    text: RecordedText


class RunView(VerticalScroll, can_focus=True):
    """Shows a record exactly as it is: what was asked, what came, what it took."""

    BINDING_GROUP_TITLE = "Run"
    HELP = (
        "The run as it was recorded: what was asked, what came, what it took. ~ marks our own "
        "estimates, ? what nobody told."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", "open in Lab", id="run.open", tooltip="open this run in the Lab"),
        Binding("a", "answer", "answer", id="run.answer", tooltip="go to the answer"),
        Binding("f", "reasoning", "reasoning", id="run.reasoning", tooltip="fold the reasoning"),
        Binding("v", "raw", "raw", id="run.raw", tooltip="exactly what came, and back"),
        Binding("w", "wrap", "wrap", id="run.wrap", tooltip="long lines wrapped or cut off"),
        Binding(
            "right_square_bracket",
            "block(1)",
            "next block",
            id="run.next_block",
            tooltip="to the next heading, paragraph or piece of code",
        ),
        Binding(
            "left_square_bracket", "block(-1)", "block before", id="run.block_before", show=False
        ),
        Binding("h,left", "scroll_left", "left", id="run.left", show=False),
        Binding("l,right", "scroll_right", "right", id="run.right", show=False),
        Binding("n", "found(1)", "next place", id="run.find_next"),
        Binding("N", "found(-1)", "place before", id="run.find_previous", show=False),
        Binding("j", "scroll_down", "down", id="run.down", show=False),
        Binding("k", "scroll_up", "up", id="run.up", show=False),
        Binding("g", "scroll_home", "top", id="run.top", show=False),
        Binding("G", "scroll_end", "bottom", id="run.bottom", show=False),
    ]
    DEFAULT_CSS = """
    RunView {
        & > .run-heading { color: $text-primary; text-style: bold; margin-top: 1; }
        & > #run-story { color: $text-error; margin-bottom: 1; }
        & > #run-measured { margin-top: 1; border-top: solid $border-blurred; }
    }
    """

    class OpenAsked(Message):
        """The run should be opened in the Lab."""

    def __init__(self, now: Callable[[], datetime], *, id: str | None = None) -> None:
        super().__init__(id=id, classes="pane")
        self._now = now
        self._query = Query()
        self._places: list[tuple[RecordedText, int]] = []
        self._place = -1
        self._wrapped = True
        self.record: RunRecord | None = None
        self._story = Static(id="run-story", markup=False)
        self._asked = FactTable(id="run-asked")
        self._measured = FactTable(id="run-measured")
        self._sections: dict[str, _Section] = {}

    def compose(self) -> ComposeResult:
        yield self._story
        yield self._asked
        yield self._measured

    def on_mount(self) -> None:
        self.show(None)

    # What is shown

    def show(self, record: RunRecord | None, query: Query = EVERY_RUN) -> None:
        """Another run, or the same as it is now; what the query asks for is marked in its texts."""
        if record == self.record and query == self._query and record is not None:
            return
        same = record is not None and self.record is not None and record.id == self.record.id
        self.record, self._query = record, query
        for child in self.children:
            child.display = record is not None
        self.border_title = Content(sanitise_line(headline(record)) if record else "Run")
        if record is None:
            return
        with self.app.batch_update():
            self._show(record)
        if not same:
            self.scroll_home(animate=False)
        self._mark(finder(query))

    def _show(self, record: RunRecord) -> None:
        story = "\n".join(ending(record))
        self._story.update(Content(story))
        self._story.display = bool(story)
        now = self._now()
        self._asked.show(asked_facts(record, now))
        self._measured.show((*measured_facts(record), *arrival_facts(record.timing)))
        texts = dict(_texts(record))
        for name in texts:
            if name not in self._sections:
                self._add_section(name)
        for name, section in self._sections.items():
            section.heading.display = section.text.display = name in texts
            if name == ANSWER:
                told = None if record.usage.estimated else record.usage.reasoning_tokens
                reasoning = record.reasoning or ""
                section.text.show(record.text, reasoning=reasoning, reasoning_tokens=told)
            elif name == CALLS:
                section.text.show("", calls=record.tool_calls)
            elif name in texts:
                section.text.show(texts[name])

    def _add_section(self, name: str) -> None:
        """Most runs have a few of them only, and each costs time when it is first shown."""
        later = (
            self._sections[one] for one in SECTIONS[SECTIONS.index(name) :] if one in self._sections
        )
        follows = next((section.heading for section in later), self._measured)
        section = _Section(
            Static(Content(name), classes="run-heading", markup=False),
            RecordedText(thinks=name == ANSWER),
        )
        if not self._wrapped:
            section.text.action_toggle_wrap()
        self.mount(section.heading, section.text, before=follows)
        self._sections[name] = section

    @property
    def texts(self) -> list[RecordedText]:
        """The texts that are shown, in reading order."""
        sections = (self._sections[name] for name in SECTIONS if name in self._sections)
        return [section.text for section in sections if section.text.display]

    @property
    def _answer(self) -> RecordedText:
        return self._sections[ANSWER].text

    def _mark(self, find: Finder | None) -> None:
        self._places = [(view, number) for view in self.texts for number in range(view.mark(find))]
        self._place = -1

    # Keys

    def action_open(self) -> None:
        self.post_message(self.OpenAsked())

    def action_answer(self) -> None:
        self.scroll_to_widget(self._sections[ANSWER].heading, animate=False, top=True)

    def action_reasoning(self) -> None:
        self._answer.action_toggle_reasoning()

    def action_raw(self) -> None:
        for section in self._sections.values():
            section.text.action_toggle_raw()

    def action_wrap(self) -> None:
        self._wrapped = not self._wrapped
        for section in self._sections.values():
            section.text.action_toggle_wrap()

    def action_scroll_left(self) -> None:
        for text in self.texts:
            text.action_scroll_left()

    def action_scroll_right(self) -> None:
        for text in self.texts:
            text.action_scroll_right()

    def action_block(self, step: int) -> None:
        row = row_beside(self._block_rows(), self.scroll_offset.y, step)
        if row is not None:
            self.scroll_to(y=row, animate=False)

    def _block_rows(self) -> list[int]:
        return [text.virtual_region.y + row for text in self.texts for row in text.block_rows()]

    def action_found(self, step: int) -> None:
        if not self._places:
            return
        before, self._place = self._place, (self._place + step) % len(self._places)
        view, number = self._places[self._place]
        if before >= 0 and self._places[before][0] is not view:
            self._places[before][0].go_to_place(None)
        view.go_to_place(number)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        match action:
            case "open":
                return self.record is not None and self.record.status is not Status.RUNNING
            case "raw":
                return self.record is not None
            case "answer":
                return ANSWER in self._sections and self._answer.display
            case "reasoning":
                shown = ANSWER in self._sections and self._answer.display
                return shown and bool(self._answer.shown_reasoning)
            case "wrap":
                return not self._wrapped or any(text.can_wrap for text in self.texts)
            case "block":
                return self.max_scroll_y > 0 and len(self._block_rows()) > 1
            case "found":
                return bool(self._places)
            case _:
                return True


def _texts(record: RunRecord) -> Iterator[tuple[str, str]]:
    """The texts that there are, by the heading over each."""
    if record.error is not None and (details := error_details(record.error)):
        yield ERROR, details
    if record.system:
        yield "System", record.system
    if len(record.messages) > 1:
        turns = (f"{turn.role}: {turn.text}" for turn in record.messages[:-1])
        yield "Conversation before", "\n\n".join(turns)
    yield "Prompt", record.prompt
    if record.text or record.reasoning or record.status in (Status.OK, Status.RUNNING):
        yield ANSWER, record.text
    if record.refusal:
        yield "Refusal", record.refusal
    if record.tool_calls:
        yield CALLS, raw_tool_calls_text(record.tool_calls)
    if record.logprobs:
        chosen = (
            f"{item.get('token', '')!r} {item.get('logprob', '?')}" for item in record.logprobs
        )
        yield "Logprobs", "\n".join(chosen)
