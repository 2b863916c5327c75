"""The editor of a prompt: a text area in which ^j runs and Enter is a newline."""

from __future__ import annotations

from textual import events
from textual.message import Message
from textual.widgets import TextArea


class PromptEditor(TextArea):
    """Undo, paste of any size and the keys of readline are the text area's own."""

    BINDING_GROUP_TITLE = "Prompt editor"
    HELP = "Write what to ask. Enter begins a new line, ^j runs it against the chosen models."

    class Touched(Message):
        """A key was pressed in the editor."""

    def __init__(self, placeholder: str = "", *, id: str | None = None) -> None:
        super().__init__(soft_wrap=True, compact=True, placeholder=placeholder, id=id)
        self.cursor_blink = False

    def on_key(self, event: events.Key) -> None:
        self.post_message(self.Touched())
