"""One run on the screen: its answer as it streams, and its status."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from time import monotonic
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import Static

from tui_lab.core.events import (
    AttemptFailed,
    Note,
    ReasoningDelta,
    Recorded,
    RefusalDelta,
    Routed,
    Stamped,
    Started,
    TextDelta,
    ToolCallDelta,
    Waiting,
)
from tui_lab.core.fold import RunFold
from tui_lab.core.record import RunRecord, Status
from tui_lab.core.refs import ModelRef
from tui_lab.core.run_facts import not_sent
from tui_lab.core.sanitise import sanitise, sanitise_line
from tui_lab.core.story import Story, outcome_of
from tui_lab.core.summary import GLYPHS
from tui_lab.engine.tap import RunNews
from tui_lab.ui.painting import Painter
from tui_lab.ui.text.answer import Section
from tui_lab.ui.text.json_text import is_json
from tui_lab.ui.widgets.answer_view import AnswerView
from tui_lab.ui.widgets.pane import Pane
from tui_lab.ui.widgets.run_status import Wait, status_line, status_parts

STATUS_SECONDS = 0.5
"""How often the numbers of a running lane change: readable, and cheap on a slow link."""


class Lane(Pane):
    """Gets a run as it began, or a whole one, and then its news."""

    BINDING_GROUP_TITLE = "Answer"
    HELP = (
        "An answer, as it streams. Its last line says how it ended, how fast it was, "
        "the tokens in (↑) and out (↓, ~ is an estimate) and what it cost (? is unknown)."
    )
    DEFAULT_CSS = """
    Lane {
        & AnswerView { height: 1fr; background: $background; }
        & .lane-story { height: auto; max-height: 8; display: none; }
        & .lane-status { height: 1; color: $foreground-muted; }
        &.-refusal AnswerView { color: $warning; }
        &.-bare .lane-story { dock: top; }
        &.-error .lane-status { color: $error; }
        &.-refused .lane-status, &.-blocked .lane-status { color: $warning; }
        &.-cancelled .lane-status, &.-interrupted .lane-status { color: $warning; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "copy", "copy", id="lane.copy"),
        Binding("Y", "copy_code", "copy code", id="lane.copy_code"),
        Binding("r", "again", "again", id="lane.again", tooltip="run this again"),
        Binding("c", "go_on", "continue", id="lane.continue", tooltip="go on as a conversation"),
        Binding("z", "zoom", "zoom", id="lane.zoom", tooltip="this answer alone, and back"),
        Binding("f", "reasoning", "reasoning", id="lane.reasoning", tooltip="fold the reasoning"),
        Binding("v", "raw", "raw", id="lane.raw", tooltip="exactly what came, and back"),
        Binding("w", "wrap", "wrap", id="lane.wrap", tooltip="long lines wrapped or cut off"),
        Binding(
            "right_square_bracket",
            "block(1)",
            "next block",
            id="lane.next_block",
            tooltip="to the next heading, paragraph or piece of code",
        ),
        Binding(
            "left_square_bracket", "block(-1)", "block before", id="lane.block_before", show=False
        ),
        Binding("h", "scroll('left')", "left", id="lane.left", show=False),
        Binding("l", "scroll('right')", "right", id="lane.right", show=False),
        Binding("n", "found(1)", "next place", id="lane.find_next", show=False),
        Binding("N", "found(-1)", "place before", id="lane.find_previous", show=False),
        Binding("j", "scroll('down')", "down", id="lane.down", show=False),
        Binding("k", "scroll('up')", "up", id="lane.up", show=False),
        Binding("g", "scroll('home')", "top", id="lane.top", show=False),
        Binding("G", "scroll('end')", "bottom", id="lane.bottom", show=False),
    ]

    class Asked(Message):
        """The person wants something done with this lane."""

        def __init__(self, lane: Lane) -> None:
            super().__init__()
            self.lane = lane

        @property
        def control(self) -> Lane:
            return self.lane

    class ZoomAsked(Asked): ...

    class CopyAsked(Asked): ...

    class CopyCodeAsked(Asked): ...

    class AgainAsked(Asked): ...

    class GoOnAsked(Asked): ...

    class Changed(Asked):
        """The run began to answer, or ended."""

    def __init__(
        self, record: RunRecord, painter: Painter, *, clock: Callable[[], float] = monotonic
    ) -> None:
        super().__init__()
        self._clock = clock
        self._fold = RunFold(record)
        self.record = record
        self._began = self._heard = clock()
        self._waits_for: str | None = "waits for the connection"
        self._not_recorded: str | None = None
        self._tale = Story()
        self._failures: dict[str, None] = {}
        self._asks: ModelRef | None = None
        self._wait: Wait | None = None
        self.view = AnswerView(painter)
        self._story = Static("", markup=False, classes="lane-story")
        self._status = Static("", markup=False, classes="lane-status")

    def compose(self) -> ComposeResult:
        yield self.view
        yield self._story
        yield self._status

    def on_mount(self) -> None:
        if self.is_running:
            self._timer = self.set_interval(STATUS_SECONDS, self._tick)
        else:
            self._show_whole(self.record)
        self._show_title()
        self._show_status()

    def on_resize(self) -> None:
        self._show_status()

    @property
    def tab(self) -> str:
        """`✓ auto → groq/llama-3.3`: outcome and model, also where the lane is out of view."""
        asked, answers = self.record.model, self.record.answered_by
        if answers is None and self.is_running and self._asks is not None:
            answers = str(self._asks)
        words = asked if answers in (None, asked) else f"{_briefly(asked, answers)} → {answers}"
        again = f" #{self.record.repeat + 1}" if self.record.repeat else ""
        return f"{GLYPHS[self.record.status]} {sanitise_line(words)}{again}"

    @property
    def is_running(self) -> bool:
        return self.record.status is Status.RUNNING

    @property
    def copied_text(self) -> str:
        """The answer to be copied: its text, or where there is none its tool calls."""
        return self.view.shown_text or self.view.shown_calls

    def take(self, news: RunNews) -> None:
        """What is new of the run."""
        self._heard = self._clock()
        for stamped in news.events:
            self._apply(stamped)
        if news.record is not None:
            self._end(news.record)

    def _apply(self, stamped: Stamped) -> None:
        self._fold.apply(stamped)
        told = [*self._tale.feed(stamped)]
        if not isinstance(stamped.event, Waiting | Note):
            self._wait = None
        if isinstance(stamped.event, AttemptFailed):  # the title and the last line tell the rest
            self._failures |= dict.fromkeys(told)
        if told:
            self._show_story()
        match stamped.event:
            case TextDelta(text):
                self._waits_for = None
                self.view.append(text)
            case ReasoningDelta(text):
                self._waits_for = "reasoning"
                self.view.append(text, Section.REASONING)
            case RefusalDelta(text):
                self._waits_for = None
                self.add_class("-refusal")
                self.view.append(text)
            case ToolCallDelta(name=str(name)):
                self._waits_for = f"calls {sanitise_line(name)}"
            case Routed(model):
                self._waits_for = "waits for the connection"
                self._asks = model
                self._show_title()
            case Waiting(seconds):
                self._wait = Wait(self._clock() + seconds, self._failure)
            case Started():
                self._waits_for = "waits for the first token"
            case Note():
                self._show_story()
            case Recorded(error) if error is not None:
                self._not_recorded = sanitise_line(error.message)
            case _:
                pass

    @property
    def _failure(self) -> str:
        """`rate limit (groq)`: what the last attempt failed of."""
        last = self._fold.record().attempts[-1:]
        if not last or last[0].error is None:
            return "its turn"
        return f"{last[0].error.kind.replace('_', ' ')} ({last[0].model.provider})"

    def _end(self, record: RunRecord) -> None:
        self.record = record
        self._timer.stop()
        self.view.end()
        self._show_forms(record)
        self._tell(record)
        self._show_title()
        self._show_status()
        self.post_message(self.Changed(self))

    def _show_whole(self, record: RunRecord) -> None:
        if record.reasoning:
            self.view.append(record.reasoning, Section.REASONING)
        self.view.append(record.text + (record.refusal or ""))
        self.view.end()
        self._show_forms(record)
        self._tell(record)

    def _show_forms(self, record: RunRecord) -> None:
        """What of an answer is not running text."""
        self.set_class(bool(record.refusal), "-refusal")
        if is_json(record.text):
            self.view.show_as("json")
        if record.tool_calls:
            self.view.show_calls(record.tool_calls)

    def _tell(self, record: RunRecord) -> None:
        """What happened and what to do, for runs that did not end well."""
        self.add_class(f"-{record.status}")
        self.set_class(not self.copied_text, "-bare")
        if record.usage.reasoning_tokens is not None and not record.usage.estimated:
            self.view.set_reasoning_tokens(record.usage.reasoning_tokens)
        story = ending(record)
        if self._not_recorded:
            story = [*story, f"Not recorded: {self._not_recorded}"]
        self._show_story(story)

    def _show_story(self, story: Sequence[str] = ()) -> None:
        dropped = (not_sent(*one) for one in self.record.dropped_parameters)
        notes = self._fold.notes or tuple(dropped)
        outcome = self._tale.outcome or outcome_of(self.record)
        told = self._failures if self.is_running and not outcome else [outcome]
        lines = [f"· {sanitise_line(one)}" for one in (*notes, *told) if one]
        lines += story
        self._story.update("\n".join(lines))
        self._story.display = bool(lines)

    def _tick(self) -> None:
        self.record = self._fold.record()
        self._show_status()
        self._show_hint()

    @on(AnswerView.Moved)
    def _moved(self) -> None:
        self._show_hint()

    def _show_hint(self) -> None:
        self.entitle(subtitle="" if self.view.following else self.view.hint)

    def _show_title(self) -> None:
        words = [self.tab]
        if self.record.simulated:
            words.append("simulated")
        if self.view.raw:
            words.append("raw")
        if not self.view.wrapped:
            words.append("not wrapped")
        self.entitle(" · ".join(words))

    def _show_status(self) -> None:
        now = self._clock()
        parts = status_parts(
            self.record,
            elapsed_s=now - self._began,
            waits_for=self._waits_for,
            silent_s=now - self._heard,
            wait=self._wait.words(now) if self._wait is not None else None,
        )
        self._status.update(status_line(parts, self.content_size.width), layout=False)

    def interrupt(self) -> None:
        """No more news will come."""
        if self.is_running:
            self._end(replace(self._fold.record(), status=Status.INTERRUPTED))

    def action_zoom(self) -> None:
        self.post_message(self.ZoomAsked(self))

    def action_copy(self) -> None:
        self.post_message(self.CopyAsked(self))

    def action_copy_code(self) -> None:
        self.post_message(self.CopyCodeAsked(self))

    def action_again(self) -> None:
        self.post_message(self.AgainAsked(self))

    def action_go_on(self) -> None:
        self.post_message(self.GoOnAsked(self))

    def action_reasoning(self) -> None:
        self.view.action_toggle_reasoning()

    def action_raw(self) -> None:
        self.view.action_toggle_raw()
        self._show_title()

    def action_wrap(self) -> None:
        self.view.action_toggle_wrap()
        self._show_title()

    def action_block(self, step: int) -> None:
        self.view.go_to_block(step)

    def action_found(self, step: int) -> None:
        self.view.find_next(step)

    def action_scroll(self, where: str) -> None:
        match where:
            case "down":
                self.view.action_scroll_down()
            case "up":
                self.view.action_scroll_up()
            case "left":
                self.view.action_scroll_left()
            case "right":
                self.view.action_scroll_right()
            case "home":
                self.view.action_scroll_home()
            case _:
                self.view.action_scroll_end()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        match action:
            case "again":
                return not self.is_running
            case "go_on":
                return not self.is_running and bool(self.record.text)
            case "copy":
                return bool(self.copied_text)
            case "copy_code":
                return bool(self.view.code_blocks())
            case "wrap":
                return self.view.can_wrap
            case "block":
                return self.view.can_jump
            case "reasoning":
                return bool(self.view.shown_reasoning)
            case _:
                return True


def _briefly(asked: str, answers: str) -> str:
    """The provider alone where that will do: in a narrow lane, who answers is to be read."""
    provider, other = (name.partition("/")[0] for name in (asked, answers))
    return asked if provider == other else provider


def ending(record: RunRecord) -> list[str]:
    """The lines that tell how a run ended when that needs words."""
    match record.status:
        case Status.REFUSED:
            return ["The model declined to answer.", "Change the prompt, or ask another model."]
        case Status.CANCELLED:
            return ["Stopped by you. What had come by then is kept."]
        case Status.INTERRUPTED:
            return ["The lab ended before this answer did. What had come by then is kept."]
        case Status.ERROR | Status.BLOCKED if record.error is not None:
            lines = [sanitise(record.error.message)]
            return [*lines, f"→ {sanitise(record.error.hint)}"] if record.error.hint else lines
        case _:
            return []
