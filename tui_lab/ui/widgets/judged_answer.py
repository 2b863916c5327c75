"""One of two answers that are judged: its text alone, until it is told whose it is."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.widgets import Static

from tui_lab.core.record import RunRecord
from tui_lab.core.sanitise import sanitise_line
from tui_lab.ui.text.inline_reasoning import InlineReasoning
from tui_lab.ui.widgets.pane import Pane
from tui_lab.ui.widgets.reading_scroll import ReadingScroll
from tui_lab.ui.widgets.recorded_text import RecordedText
from tui_lab.ui.widgets.run_status import status_line, status_parts

MORE = "↓ more"
"""How much more would tell how long it is."""


class JudgedAnswer(Pane):
    """Hidden are model, times, tokens and cost; reasoning, which not every model gives; and how
    long the text is: no scrollbar, no count of lines.
    """

    BINDING_GROUP_TITLE = "An answer to be judged"
    HELP = (
        "One of two answers to the prompt above. Who gave it, how fast, at what cost and how long "
        "it is are told after the vote."
    )
    DEFAULT_CSS = """
    JudgedAnswer {
        width: 1fr;
        height: 1fr;
        & .measures { height: 1; display: none; color: $foreground-muted; }
        &.-told .measures { display: block; }
    }
    """

    def __init__(self, number: int) -> None:
        """`number` is its name until then, and the key that says it is the better one."""
        super().__init__(id=f"answer-{number}")
        self._number = number
        self.record: RunRecord | None = None
        self.view = ReadingScroll()
        self.text = RecordedText()
        self._measures = Static(classes="measures", markup=False)

    def compose(self) -> ComposeResult:
        with self.view:
            yield self.text
        yield self._measures

    def on_mount(self) -> None:
        self.watch(self.view, "scroll_y", self._tell_of_more, init=False)
        self.watch(self.view, "virtual_size", self._tell_of_more, init=False)

    def on_resize(self) -> None:
        self._show_measures()
        self.call_after_refresh(self._tell_of_more)

    def show(self, record: RunRecord) -> None:
        self.record = record
        self.remove_class("-told")
        self.entitle(f"Answer {self._number}")
        self.text.show(_answer_alone(record.text), calls=record.tool_calls)
        self.view.scroll_home(animate=False)
        self.call_after_refresh(self._tell_of_more)

    def tell(self, verdict: str) -> None:
        """Whose it is and what it took, and in a word how it was judged."""
        assert self.record is not None
        name = sanitise_line(self.record.answered_by or self.record.model)
        self.entitle(" · ".join(filter(None, (str(self._number), verdict, name))))
        self.add_class("-told")
        self._show_measures()

    def _show_measures(self) -> None:
        if self.record is not None:
            parts = status_parts(self.record, elapsed_s=0)
            self._measures.update(status_line(parts, self.content_size.width))

    def _tell_of_more(self) -> None:
        self.entitle(subtitle=MORE if self.view.has_more else "")


def _answer_alone(text: str) -> str:
    """Without the reasoning that some servers leave in it."""
    inline = InlineReasoning()
    return inline.feed(text)[1] + inline.end()[1]
