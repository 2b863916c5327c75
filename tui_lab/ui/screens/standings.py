"""What the votes say of the models: win rates and ratings, each with how sure that is."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import ClassVar

from textual import events, on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from tui_lab.core.errors import LabError
from tui_lab.core.sanitise import sanitise, sanitise_line
from tui_lab.core.votes import Standings
from tui_lab.lab import Lab
from tui_lab.store.voting import VoteFilter
from tui_lab.ui.frame import FrameScreen
from tui_lab.ui.judging import judge_history
from tui_lab.ui.text.standing_rows import score_words, standing_table
from tui_lab.ui.widgets.choice_list import ChoiceList
from tui_lab.ui.widgets.pane import Pane

NO_VOTES = (
    "No votes here yet.\n\n"
    "Two answers to one prompt are judged without names: with b in the Lab when its runs are "
    "over, or with b in the History (or here), over all answers that were never compared."
)
LEGEND = (
    "├─●─┤ is the share of votes won, ties a half each, and the interval that holds it with 95% "
    "(Wilson); ┊ is a half. Ratings are those of Bradley and Terry: 400 points are odds of ten "
    "to one, 1000 is the middle."
)


class StandingsScreen(FrameScreen):
    MODE = "stats"
    CSS_PATH = "standings.tcss"
    FOOTER = (
        "standings.scope",
        "standings.of",
        "standings.judge",
        "standings.leave",
        "app.stop",
        "app.jump",
        "app.keys",
        "app.quit",
    )
    HELP = (
        "The models by the votes on their answers. w is for this workspace or all, o for the votes "
        "of one template or tag. A model has a rating when there are enough votes for an order."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "w",
            "scope",
            "workspace",
            id="standings.scope",
            tooltip="this workspace, or all of them",
        ),
        Binding("o", "of", "votes of", id="standings.of", tooltip="votes of one template or tag"),
        Binding(
            "b", "judge", "judge", id="standings.judge", tooltip="judge answers never compared"
        ),
        Binding("escape", "leave", "back", id="standings.leave", tooltip="back to where you were"),
    ]

    def __init__(self, mode: str, workspace: str) -> None:
        super().__init__()
        self.MODE = mode
        self._wanted = VoteFilter(workspace)
        self.found: Standings | None = None
        self.rows = ChoiceList(id="standings-rows")
        self._table = Pane(id="standings-table")
        self._heading = Static(markup=False)
        self._words = Static(id="standings-words", markup=False)

    def compose_body(self) -> ComposeResult:
        with self._table:
            yield self._heading
            yield self.rows
        yield self._words
        yield Static(id="standings-empty", markup=False)

    def on_mount(self) -> None:
        self.rows.focus()

    def lab_opened(self, lab: Lab) -> None:
        self._read(lab)

    def on_screen_resume(self) -> None:
        """Votes may have been cast meanwhile."""
        if self.host.lab is not None:
            self._read(self.host.lab)

    def workspace_changed(self, lab: Lab) -> None:
        self._wanted = VoteFilter(self.host.workspace)
        self._read(lab)

    def panes(self) -> list[Widget]:
        return [self.rows]

    @work(exclusive=True, group="read")
    async def _read(self, lab: Lab) -> None:
        try:
            found = await asyncio.wrap_future(lab.votes.standings(self._wanted))
        except LabError as error:
            self._guide(sanitise(f"✗ {error.message}\n→ {error.hint}"))
        else:
            self.found = found
            self._show(found)

    def _show(self, found: Standings) -> None:
        void = f", {found.void} void" if found.void else ""
        votes = f"{found.votes:,} vote{'' if found.votes == 1 else 's'}{void}"
        self._table.entitle(sanitise_line(f"Standings · {self._whose}"), votes)
        self._guide("" if found.scores else NO_VOTES)
        self._fill()

    @property
    def _whose(self) -> str:
        wanted = self._wanted
        words = [f"workspace {wanted.workspace}" if wanted.workspace else "all workspaces"]
        if wanted.template is not None:
            words.append(f"template {wanted.template}")
        if wanted.tag is not None:
            words.append(f"tag {wanted.tag}")
        return " · ".join(words)

    def on_resize(self, event: events.Resize) -> None:
        self._fill()

    def _fill(self) -> None:
        if self.found is None:
            return
        kept = self.rows.highlighted or 0
        width = self._table.content_size.width - self.rows.scrollbar_size_vertical
        table = standing_table(self.found.scores, width)
        self._heading.update(table.heading)
        self.rows.clear_options()
        self.rows.add_options(Option(Content(row)) for row in table.rows)
        if table.rows:
            self.rows.highlighted = min(kept, len(table.rows) - 1)

    @on(OptionList.OptionHighlighted)
    def _moved(self, message: OptionList.OptionHighlighted) -> None:
        if self.found is not None and message.option_index < len(self.found.scores):
            score = self.found.scores[message.option_index]
            name = Content.styled(sanitise_line(score.model), "bold $foreground")
            self._words.update(Content.assemble(name, "\n", score_words(score), "\n", LEGEND))

    def _guide(self, words: Content | str) -> None:
        """Says this in place of the table; nothing: it is shown."""
        self.query_one("#standings-empty", Static).update(words)
        self.set_class(bool(words), "-empty")

    def action_scope(self) -> None:
        everywhere = self._wanted.workspace is not None
        self._wanted = replace(self._wanted, workspace=None if everywhere else self.host.workspace)
        if self.host.lab is not None:
            self._read(self.host.lab)

    @work(exclusive=True, group="of")
    async def action_of(self) -> None:
        from tui_lab.ui.dialogs.vote_groups import VoteGroups

        if (lab := self.host.lab) is None:
            return
        everyone = VoteFilter(self._wanted.workspace)
        try:
            votes = await asyncio.wrap_future(lab.votes.cast_in(everyone))
        except LabError as error:
            self.host.say_error(error)
            return
        if (chosen := await self.app.push_screen_wait(VoteGroups(votes, everyone))) is not None:
            self._wanted = chosen
            self._read(lab)

    @work(exclusive=True, group="judge")
    async def action_judge(self) -> None:
        if (lab := self.host.lab) is not None:
            await judge_history(self.app, self.host, lab)

    def action_leave(self) -> None:
        self.dismiss()
