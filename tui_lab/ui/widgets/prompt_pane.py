"""The prompt pane: what is asked, and of whom."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Static, TextArea

from tui_lab.core.refs import ModelRef
from tui_lab.core.sanitise import sanitise_line
from tui_lab.core.tokens import estimate_tokens
from tui_lab.ui.widgets.prompt_editor import PromptEditor


class PromptPane(Vertical):
    """Holds the draft. Folded, it shows the beginning of the text; any key in it unfolds it."""

    class Unfolded(Message):
        """A key was pressed in the folded pane."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id, classes="pane")
        self.models: tuple[ModelRef, ...] = ()
        self._simulated: frozenset[ModelRef] = frozenset()
        self.editor = PromptEditor("Write a prompt here.", id="prompt-editor")
        self._models_line = Static(id="prompt-models", markup=False)

    def compose(self) -> ComposeResult:
        yield self.editor
        yield self._models_line

    def on_mount(self) -> None:
        self.show()

    @property
    def text(self) -> str:
        return self.editor.text

    @property
    def folded(self) -> bool:
        return self.has_class("-folded")

    def fold(self, folded: bool) -> None:
        self.set_class(folded, "-folded")

    def choose(self, models: tuple[ModelRef, ...], simulated: frozenset[ModelRef]) -> None:
        self.models = models
        self._simulated = simulated
        self.show()

    @on(TextArea.Changed)
    def _edited(self) -> None:
        self.show()

    @on(PromptEditor.Touched)
    def _touched(self) -> None:
        if self.folded:
            self.post_message(self.Unfolded())

    def show(self) -> None:
        self.border_title = Content("Prompt")
        names = [
            sanitise_line(str(model)) + (" (simulated)" if model in self._simulated else "")
            for model in self.models
        ]
        self._models_line.update("models  " + (", ".join(names) or "none chosen: ^l chooses"))
        count = f"{len(self.models)} model" + ("" if len(self.models) == 1 else "s")
        self.border_subtitle = Content(
            f"{count} · ~{estimate_tokens(self.text)} in · ^j run · enter newline"
        )
