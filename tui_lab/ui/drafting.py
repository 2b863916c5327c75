"""A screen whose prompt outlives it: kept while it is written, back when the lab opens again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import on, work

from tui_lab.core.errors import LabError
from tui_lab.ui.composing import ComposingScreen
from tui_lab.ui.draft_keeper import PAUSE_S, DraftKeeper
from tui_lab.ui.widgets.prompt_pane import PromptPane

if TYPE_CHECKING:
    from tui_lab.core.saved_draft import SavedDraft
    from tui_lab.lab import Lab
    from tui_lab.ui.commands import Command


class DraftingScreen(ComposingScreen):
    """Several drafts: `new` leaves one, the palette goes on with another."""

    def __init__(self) -> None:
        super().__init__()
        self._drafts = DraftKeeper(self.prompt)

    def on_mount(self) -> None:
        self._pause = self.set_interval(PAUSE_S, self._paused, pause=True)

    def lab_opened(self, lab: Lab) -> None:
        super().lab_opened(lab)
        self._bring_back(lab)

    def commands(self) -> list[Command]:
        from tui_lab.ui.commands import Command

        found = super().commands()
        if self.host.lab is not None:
            found.append(Command("go on with another draft", self._choose_draft))
        return found

    @on(PromptPane.Changed)
    def _changed(self) -> None:
        self._pause.reset()
        self._pause.resume()

    def _paused(self) -> None:
        self._pause.pause()
        self._keep()

    def _keep(self) -> None:
        if (lab := self.host.lab) is not None:
            self.run_worker(self._drafts.keep(lab), group="drafts")

    def action_new(self) -> None:
        self._keep()
        self._drafts.leave()
        super().action_new()

    @work(exclusive=True, group="draft back")
    async def _bring_back(self, lab: Lab) -> None:
        """The draft that was written last, unless a person has begun to write already."""
        try:
            drafts = await self._drafts.others(lab)
        except LabError:
            return  # that the history cannot be read is told elsewhere
        if drafts and self._is_blank:
            self._go_on(drafts[0])
            self.host.say(f"your last draft is back · {self.host.key_of('lab.new')} begins another")

    async def _choose_draft(self) -> None:
        from tui_lab.ui.dialogs.draft_list import DraftList

        if (lab := self.host.lab) is None:
            return
        try:
            await self._drafts.keep(lab)
            drafts = await self._drafts.others(lab)
        except LabError as error:
            self.host.say_error(error)
            return
        if not drafts:
            self.host.say(f"there is no other draft; {self.host.key_of('lab.new')} begins one")
        elif (chosen := await self.app.push_screen_wait(DraftList(drafts))) is not None:
            self._go_on(chosen)
            self.unfold()
            self.prompt.editor.focus()

    def _go_on(self, draft: SavedDraft) -> None:
        from tui_lab.core.asked import Asked
        from tui_lab.ui.draft_content import put_back

        lab = self.host.lab
        used = draft.content["template"]
        template = lab.templates.library.find(used["id"]) if lab is not None and used else None
        self._drafts.take(draft)
        put_back(self.prompt, draft.content, template)
        if asked := Asked.from_json(draft.content):
            self.choose(asked)

    @property
    def _is_blank(self) -> bool:
        return not any(text.strip() for text in self.prompt.texts) and not self.prompt.turns
