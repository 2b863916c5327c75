"""The editor of a prompt: a text area in which ^j runs and Enter is a newline."""

from __future__ import annotations

from textual import events
from textual.document._document_navigator import DocumentNavigator
from textual.message import Message
from textual.widgets import TextArea

from tui_lab.ui.widgets.long_document import LongDocument, LongWrappedDocument

HELP = (
    "Write what to ask. Enter begins a new line, ^j runs it against the chosen models. "
    "{{name}} makes a field below. ^z undoes, ^y redoes, ^g opens your own editor."
)


class PromptEditor(TextArea):
    """Undo, paste of any size and the keys of readline are the text area's own."""

    # A scrollbar that goes away while a long paste is undone takes the text area down with it
    # (Textual 8.2: it looks for the cursor before the cursor is back inside the text).
    DEFAULT_CSS = """
    PromptEditor { overflow-y: scroll; }
    """

    class Touched(Message):
        """Something was typed or pasted in the editor."""

    def __init__(self, placeholder: str, *, id: str, help_text: str = HELP) -> None:
        super().__init__(soft_wrap=True, compact=True, placeholder=placeholder, id=id)
        self.cursor_blink = False
        self.help_text = help_text

    def _set_document(self, text: str, language: str | None) -> None:
        """In the place of Textual's, for documents of our own; a prompt is in no language."""
        self._highlight_query = None
        self.document = LongDocument(text)
        self.wrapped_document = LongWrappedDocument(self.document, tab_width=self.indent_width)
        self.navigator = DocumentNavigator(self.wrapped_document)
        self._build_highlight_map()
        self.move_cursor((0, 0))
        self._rewrap_and_refresh_virtual_size()

    def on_key(self, event: events.Key) -> None:
        self.post_message(self.Touched())

    def on_paste(self) -> None:
        self.post_message(self.Touched())

    def rewrite(self, text: str) -> None:
        """Replaces the text so that undo brings back what was there."""
        if self.text != text:
            self.replace(text, (0, 0), self.document.end)
            self.history.checkpoint()
