"""Judging: two answers to one prompt, blind, side by side, and one key says which is better."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from tui_lab.core.errors import LabError
from tui_lab.core.judging import Pair
from tui_lab.core.votes import Standings, Verdict, Vote
from tui_lab.store.voting import VoteFilter
from tui_lab.ui.frame import FrameScreen
from tui_lab.ui.text.vote_words import change_words, side_words, verdict_words
from tui_lab.ui.widgets.judged_answer import MORE, JudgedAnswer
from tui_lab.ui.widgets.pane import Pane
from tui_lab.ui.widgets.reading_scroll import ReadingScroll
from tui_lab.ui.widgets.recorded_text import RecordedText
from tui_lab.ui.widgets.scroll_lock import ScrollLock

QUESTION = "Which answer is better?   1 · 2 · = tie · 0 both bad · s skip"
HIDDEN = "Names, speed, length and cost: after the vote.   p whole prompt · esc leaves"


class JudgeScreen(FrameScreen):
    """Goes through pairs, each in the order in which they are shown."""

    MODE = "lab"
    CSS_PATH = "judge.tcss"
    FOOTER = (
        "judge.next",
        "judge.done",
        "judge.note",
        "judge.first",
        "judge.second",
        "judge.tie",
        "judge.neither",
        "judge.skip",
        "judge.leave",
        "judge.standings",
        "judge.lock",
        "judge.prompt",
        "app.stop",
        "app.next_pane",
        "app.jump",
        "app.keys",
        "app.quit",
    )
    HELP = (
        "Two answers to the prompt at the top; models, speed, cost and length are hidden until "
        "you vote. 1 or 2 says which is better, = that they are as good as each other, 0 that "
        "both are bad, s goes on without a vote. A vote is never changed; n adds a note to it."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("1", "vote('first')", "better", id="judge.first", tooltip="answer 1 is better"),
        Binding("2", "vote('second')", "better", id="judge.second", tooltip="answer 2 is better"),
        Binding(
            "equals_sign", "vote('tie')", "tie", id="judge.tie", tooltip="as good as each other"
        ),
        Binding("0", "vote('neither')", "both bad", id="judge.neither", tooltip="both are bad"),
        Binding("s", "skip", "skip", id="judge.skip", tooltip="the next two, without a vote"),
        Binding("enter", "next", "next", id="judge.next", tooltip="the next two answers"),
        Binding("enter", "finish", "done", id="judge.done", tooltip="these were the last two"),
        Binding("n", "note", "note", id="judge.note", tooltip="say something of this vote"),
        Binding("escape", "leave", "leave", id="judge.leave", tooltip="leave the judging"),
        Binding("t", "standings", "standings", id="judge.standings", tooltip="what all votes say"),
        Binding(
            "L", "lock", "together", id="judge.lock", tooltip="scroll both together, or each alone"
        ),
        Binding("p", "prompt", "prompt", id="judge.prompt", tooltip="the whole prompt, and back"),
        # A slip of the finger is to change no tab.
        Binding("0,1,2,3,4,5,6,7,8,9,equals_sign", "nothing", show=False),
    ]

    def __init__(self, pairs: Sequence[Pair], mode: str) -> None:
        """`mode` is the one from which the judging was begun."""
        super().__init__()
        self.MODE = mode
        self._pairs = pairs
        self._at = 0
        self._told_texts: set[str] = set()
        self._casting = False
        self.vote: Vote | None = None
        self.votes = 0
        self.answers = (JudgedAnswer(1), JudgedAnswer(2))
        self._lock = ScrollLock(lambda: [answer.view for answer in self.answers])
        self._lock.is_on = True
        for answer in self.answers:
            answer.view.scroll_lock = self._lock
        self._prompt = Pane(id="judged-prompt")
        self._prompt_view, self._prompt_text = ReadingScroll(), RecordedText()
        self._verdict = Static(id="verdict", markup=False)

    def compose_body(self) -> ComposeResult:
        with self._prompt, self._prompt_view:
            yield self._prompt_text
        with Container(id="judged"):
            yield from self.answers
        yield self._verdict

    def on_mount(self) -> None:
        for what in ("scroll_y", "virtual_size"):
            self.watch(self._prompt_view, what, self._show_place, init=False)
        self._show_pair()
        self.answers[0].view.focus()

    def panes(self) -> list[Widget]:
        return [self.answers[0].view, self.answers[1].view, self._prompt_view]

    # The two

    @property
    def pair(self) -> Pair:
        return self._pairs[self._at]

    @property
    def _is_blind(self) -> bool:
        """A repeat with the same text is known by it."""
        return not any(record.text in self._told_texts for record in self.pair)

    def _show_pair(self) -> None:
        self.vote = None
        first = self.pair[0]
        system = f"\n\nSystem prompt: {first.system}" if first.system else ""
        self._prompt_text.show(first.prompt + system)
        self._show_place()
        self.call_after_refresh(self._show_place)
        for answer, record in zip(self.answers, self.pair, strict=True):
            answer.show(record)
        self._say(Content.styled(QUESTION, "bold"), self._blindness())
        self.refresh_bindings()

    def _show_place(self) -> None:
        more = f"{MORE} · " if self._prompt_view.has_more else ""
        self._prompt.entitle("Prompt", f"{more}pair {self._at + 1} of {len(self._pairs)}")

    def _blindness(self) -> str:
        if self._is_blind:
            return HIDDEN
        both = [number for number, one in enumerate(self.pair, 1) if one.text in self._told_texts]
        which = "answers these are" if len(both) == 2 else f"answer {both[0]} is"
        return f"! You have been told whose {which}: a vote now is kept as not blind."

    def _say(self, *lines: Content | str) -> None:
        self._verdict.update(
            Content("\n").join(Content(line) if isinstance(line, str) else line for line in lines)
        )

    # The vote

    def action_vote(self, verdict: str) -> None:
        self._casting = True
        self.refresh_bindings()
        self._cast(Verdict(verdict))

    @work(exclusive=True, group="vote")
    async def _cast(self, verdict: Verdict) -> None:
        lab = self.host.lab
        if lab is None:
            return
        wanted = VoteFilter(self.pair[0].workspace)
        try:
            before = await asyncio.wrap_future(lab.votes.standings(wanted))
            cast = lab.votes.cast(self.pair, verdict, blind=self._is_blind)
            self.vote = await asyncio.wrap_future(cast)
            self.votes += 1
            self._reveal(self.vote, before, await asyncio.wrap_future(lab.votes.standings(wanted)))
        except LabError as error:
            self.host.say_error(error)
        finally:
            self._casting = False
            self.refresh_bindings()

    def _reveal(self, vote: Vote, before: Standings, after: Standings) -> None:
        self._told_texts |= {record.text for record in self.pair}
        for answer, word in zip(self.answers, side_words(vote.verdict), strict=True):
            answer.tell(word)
        if vote.void is not None:
            changes = [f"! Void: {vote.void}. It is kept and does not count."]
        else:
            models = dict.fromkeys((vote.first.model, vote.second.model))
            changes = [change_words(model, before, after) for model in models]
        self._say(Content.styled(f"✓ {verdict_words(vote)}", "bold"), *changes)

    def action_nothing(self) -> None:
        if self.vote is not None:
            self.host.say("this vote is cast; votes are never changed")

    @work(exclusive=True, group="note")
    async def action_note(self) -> None:
        from tui_lab.ui.dialogs.text_form import TextForm

        lab, vote = self.host.lab, self.vote
        if lab is None or vote is None:
            return
        form = TextForm(
            "Note on this vote",
            "why it is so",
            help_text="Kept with the vote. Another note takes the place of the one before.",
        )
        if (note := await self.app.push_screen_wait(form)) is not None:
            try:
                await asyncio.wrap_future(lab.votes.note(vote, note))
            except LabError as error:
                self.host.say_error(error)
            else:
                self.host.say(f"noted: {note}")

    # On and away

    def action_skip(self) -> None:
        self._go_on()

    def action_next(self) -> None:
        self._go_on()

    def _go_on(self) -> None:
        if self._is_last:
            self.action_leave()
        else:
            self._at += 1
            self._show_pair()

    @property
    def _is_last(self) -> bool:
        return self._at + 1 == len(self._pairs)

    def action_finish(self) -> None:
        self.action_leave()

    def action_leave(self) -> None:
        host, votes = self.host, self.votes
        self.dismiss()
        if votes:
            host.say(f"{votes} vote{'' if votes == 1 else 's'} cast")

    def action_standings(self) -> None:
        from tui_lab.ui.screens.standings import StandingsScreen

        self.app.push_screen(StandingsScreen(self.MODE, self.pair[0].workspace))

    def action_lock(self) -> None:
        self._lock.is_on = not self._lock.is_on
        self.host.say("both scroll together" if self._lock.is_on else "each scrolls by itself")

    def action_prompt(self) -> None:
        self._prompt.toggle_class("-open")
        self.call_after_refresh(self._show_place)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        match action:
            case "vote" | "skip":
                return self.vote is None and not self._casting
            case "note":
                return self.vote is not None
            case "next" | "finish":
                return self.vote is not None and self._is_last is (action == "finish")
            case "leave":
                return not self._casting
            case _:
                return True
