"""A text that is whole, as tall as it needs to be, to stand between others in a scroll view."""

from __future__ import annotations

from collections.abc import Sequence

from textual.containers import ScrollableContainer
from textual.geometry import Region, Size

from tui_lab.core.matching import Finder
from tui_lab.core.record import ToolCall
from tui_lab.ui.painting import Painter
from tui_lab.ui.text.answer import Found, Section
from tui_lab.ui.text.json_text import is_json
from tui_lab.ui.widgets.answer_view import AnswerView


class RecordedText(AnswerView, can_focus=False):
    """The view of answers, without scrolling of its own: only the lines in view are drawn."""

    DEFAULT_CSS = """
    RecordedText {
        height: auto;
        overflow-y: hidden;
        scrollbar-gutter: auto;
        background: $background;
    }
    """

    def __init__(self, *, thinks: bool = False, id: str | None = None) -> None:
        super().__init__(Painter(), thinks=thinks, id=id)

    def show(
        self,
        text: str,
        *,
        reasoning: str = "",
        reasoning_tokens: int | None = None,
        calls: Sequence[ToolCall] = (),
    ) -> None:
        """Puts this in the place of what was shown."""
        self.clear()
        self.append(reasoning, Section.REASONING)
        self.append(text)
        self.end()
        if is_json(text):
            self.show_as("json")
        if calls:
            self.show_calls(calls)
        if reasoning_tokens is not None:
            self.set_reasoning_tokens(reasoning_tokens)
        self.refresh(layout=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        self._answer.rewrap(width)
        return self._answer.row_count

    def action_toggle_reasoning(self) -> None:
        super().action_toggle_reasoning()
        self.refresh(layout=True)

    def action_toggle_raw(self) -> None:
        super().action_toggle_raw()
        self.refresh(layout=True)

    def action_toggle_wrap(self) -> None:
        super().action_toggle_wrap()
        self.refresh(layout=True)

    def _change(self, row: int) -> None:
        """Painted with the layout: nothing comes in bit by bit."""

    def mark(self, find: Finder | None) -> int:
        """Marks all that is found, without going anywhere; how many places there are."""
        self._found_now = None
        count = len(self._answer.find(find))
        self.refresh()
        return count

    def go_to_place(self, number: int | None) -> None:
        """Goes to one of the marked places, counted from 0; None: the eye is elsewhere now."""
        found = self._answer.found
        self._go_to(found[number] if number is not None and number < len(found) else None)

    def _go_to(self, found: Found | None) -> None:
        super()._go_to(found)
        if found is not None:
            # A place in what was just unfolded is there only after the next layout.
            self.call_after_refresh(self._bring_into_view, found)

    def _bring_into_view(self, found: Found) -> None:
        row = Region(0, self._row_of(found), 1, 1)
        for ancestor in self.ancestors:
            if isinstance(ancestor, ScrollableContainer):
                ancestor.scroll_to_region(row.translate(self.virtual_region.offset), animate=False)
                return
