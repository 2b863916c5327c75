"""A line for what nobody may read over a shoulder: a key, a passphrase."""

from __future__ import annotations

from textual import events

from tui_lab.ui.widgets.steady_input import SteadyInput


class UnseenInput(SteadyInput):
    """Shows a dot for each character, and gives nothing of it to a clipboard."""

    def __init__(self, *, placeholder: str = "", id: str | None = None) -> None:
        super().__init__(placeholder=placeholder, password=True, id=id, compact=True)

    def _on_paste(self, event: events.Paste) -> None:
        """All of it: of several lines, Textual would take the first, which may be empty."""
        self.insert_text_at_cursor(event.text.strip("\r\n"))
        event.stop()
        event.prevent_default()

    def action_copy(self) -> None:
        pass

    def action_cut(self) -> None:
        pass
