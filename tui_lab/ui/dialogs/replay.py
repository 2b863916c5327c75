"""An answer once more, as it came."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Static

from tui_lab.core.deltas import PieceKind
from tui_lab.core.record import RunRecord
from tui_lab.core.run_facts import headline
from tui_lab.core.sanitise import sanitise_line
from tui_lab.core.timeline import Timeline
from tui_lab.ui.dialogs.dialog import Dialog
from tui_lab.ui.painting import Painter
from tui_lab.ui.playback import Playback
from tui_lab.ui.text.answer import Section
from tui_lab.ui.text.latency_strip import milliseconds, strip_lines
from tui_lab.ui.widgets.answer_view import AnswerView

FRAMES_A_SECOND = 20
STEPS = 20
"""Steps by arrow from the beginning to the end."""


class Replay(Dialog[None]):
    """Plays at the true speed, over a strip that shows where it was fast and where it stalled."""

    HELP = (
        "space holds and goes on, + and - change the speed, the arrows go back and forth, 0 goes "
        "to the beginning, $ to the end. The strip shows how long one waited between pieces, by "
        "logarithm; ! marks stalls, ▲ is here."
    )
    FOOTER = (
        "replay.hold",
        "replay.faster",
        "replay.slower",
        "replay.forth",
        "replay.rewind",
        "replay.start",
        "replay.end",
        "dialog.back",
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "hold", "hold", id="replay.hold"),
        Binding("plus", "speed(1)", "faster", id="replay.faster"),
        Binding("minus", "speed(-1)", "slower", id="replay.slower"),
        Binding("right,l", "step(1)", "forth", id="replay.forth", key_display="→", priority=True),
        Binding("left,h", "step(-1)", "back", id="replay.rewind", key_display="←", priority=True),
        Binding("0,home", "go(0)", "beginning", id="replay.start", key_display="0", priority=True),
        Binding("dollar_sign,end", "go(1)", "end", id="replay.end", key_display="$", priority=True),
        Binding("j", "scroll(1)", "down", id="replay.down", show=False),
        Binding("k", "scroll(-1)", "up", id="replay.up", show=False),
        Binding("p", "dismiss(None)", "back", id="replay.back", show=False),
    ]
    DEFAULT_CSS = """
    Replay {
        & > .box { width: 96%; max-width: 130; height: 92%; max-height: 100%; }
        & AnswerView { height: 1fr; background: $background; }
        & #strip { width: 1fr; height: auto; margin-top: 1; }
    }
    """

    def __init__(
        self, record: RunRecord, told: Timeline, painter: Painter, clock: Callable[[], float]
    ) -> None:
        super().__init__(f"Replay · {sanitise_line(headline(record))}")
        self._told = told
        self._record = record
        self._shown = 0
        self.playback = Playback(told.end_ms, clock)
        self.view = AnswerView(painter, thinks=True)

    def compose_box(self) -> ComposeResult:
        yield self.view
        yield Static(id="strip", markup=False)
        yield Static(id="where", markup=False)

    def on_mount(self) -> None:
        self.view.focus()
        self._frames = self.set_interval(1 / FRAMES_A_SECOND, self.play)
        self.call_after_refresh(self.play)

    def on_resize(self) -> None:
        super().on_resize()
        self.call_after_refresh(self.play)

    def play(self) -> None:
        """Shows what there was at this time."""
        arrived = self._told.arrived(self.playback.at_ms)
        if arrived < self._shown:
            self.view.clear()
            self._shown = 0
        for piece in self._told.pieces[self._shown : arrived]:
            reasoning = piece.kind is PieceKind.REASONING
            self.view.append(piece.text, Section.REASONING if reasoning else Section.TEXT)
        ended = arrived == len(self._told.pieces)
        if ended and arrived > self._shown:
            self.view.end()
            if self._record.tool_calls:
                self.view.show_calls(self._record.tool_calls)
        self._shown = arrived
        strip = self.query_one("#strip", Static)
        lines = strip_lines(self._told, strip.content_size.width, self.playback.at_ms)
        strip.update(Content("\n").join(lines))
        self.query_one("#where", Static).update(self._where)
        if self.playback.is_held or self.playback.is_over:
            self._frames.pause()
        else:
            self._frames.resume()

    @property
    def _where(self) -> str:
        play, told = self.playback, self._told
        sign = "■" if play.is_over else "‖" if play.is_held else "▶"
        if not told.is_whole:
            return f"{sign} when the pieces of this answer came is not known"
        return (
            f"{sign} {play.speed:g}× · {milliseconds(play.at_ms)} of {milliseconds(told.end_ms)}"
            f" · {self._shown:,} of {len(told.pieces):,} pieces"
        )

    def action_hold(self) -> None:
        self.playback.hold()
        self.play()

    def action_speed(self, step: int) -> None:
        self.playback.change_speed(step)
        self.play()

    def action_step(self, step: int) -> None:
        self.playback.go_to(self.playback.at_ms + step * self.playback.end_ms / STEPS)
        self.play()

    def action_go(self, share: int) -> None:
        self.playback.go_to(share * self.playback.end_ms)
        self.play()

    def action_scroll(self, step: int) -> None:
        if step > 0:
            self.view.action_scroll_down()
        else:
            self.view.action_scroll_up()
