"""One clock for all lanes: at once after a pause, then evenly, slower for a slow terminal."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable

from textual.drivers._writer_thread import WriterThread

from tui_lab.ui.painting import PATIENCE_S, RATES, RECOVERY, Painter, writes_waiting

FRAME = 1 / RATES[0]


class Screen:
    """Lanes, a painter, and a time that passes when it is told to."""

    def __init__(self, rates: tuple[float, ...] = RATES) -> None:
        self.now = 0.0
        self.backlog = 0
        self.painted: list[tuple[float, str]] = []
        self._calls: list[tuple[float, Callable[[], None]]] = []
        self.painter = Painter(
            lambda: self.backlog, rates=rates, clock=lambda: self.now, call_later=self._later
        )
        self._paints = {name: self._paint_of(name) for name in "ab"}

    def token(self, *lanes: str) -> None:
        for lane in lanes:
            self.painter.request(self._paints[lane])

    def pass_time(self, seconds: float) -> None:
        end = self.now + seconds
        while self._calls and self._calls[0][0] <= end + 1e-9:
            self.now, call = self._calls.pop(0)
            call()
        self.now = end

    def stream(self, seconds: float, pace: float = 1000) -> int:
        """Tokens at a pace; how many paints that made."""
        before = len(self.painted)
        for _ in range(round(seconds * pace)):
            self.token("a")
            self.pass_time(1 / pace)
        return len(self.painted) - before

    def cancel(self) -> None:
        self._calls.clear()

    def _later(self, seconds: float, call: Callable[[], None]) -> Screen:
        assert not self._calls, "one timer for all lanes"
        self._calls.append((self.now + seconds, call))
        return self

    def _paint_of(self, name: str) -> Callable[[], None]:
        return lambda: self.painted.append((round(self.now, 6), name))


def test_the_first_token_is_painted_at_once() -> None:
    screen = Screen()
    screen.token("a")
    assert screen.painted == [(0, "a")]


def test_tokens_that_follow_share_the_next_frame_with_other_lanes() -> None:
    screen = Screen()
    screen.token("a")
    screen.pass_time(0.01)
    screen.token("a", "b", "a")
    assert len(screen.painted) == 1
    screen.pass_time(FRAME)
    assert screen.painted[1:] == [(round(FRAME, 6), "a"), (round(FRAME, 6), "b")]


def test_a_fast_stream_is_painted_at_the_normal_rate() -> None:
    assert 29 <= Screen().stream(1) <= 31


def test_low_bandwidth_is_a_slower_rate() -> None:
    assert 4 <= Screen(rates=(4.0,)).stream(1) <= 5


def test_nothing_is_painted_while_writes_wait_and_the_rate_goes_down() -> None:
    screen = Screen()
    screen.stream(0.1)
    screen.backlog = 1
    assert screen.stream(1) == 0
    assert screen.painter.rate == RATES[-1]


def test_a_writer_that_is_late_for_a_moment_is_no_slow_terminal() -> None:
    screen = Screen()
    screen.stream(0.1)
    screen.backlog = 1
    screen.stream(PATIENCE_S / 2)
    screen.backlog = 0
    screen.stream(0.05)
    assert screen.painter.rate == RATES[0]


def test_the_last_token_is_painted_when_the_terminal_is_free_again() -> None:
    screen = Screen()
    screen.token("a")
    screen.backlog = 1
    screen.token("a")
    screen.pass_time(3)
    assert len(screen.painted) == 1
    screen.backlog = 0
    screen.pass_time(1)
    assert len(screen.painted) == 2


def test_a_terminal_that_follows_gets_the_normal_rate_back() -> None:
    screen = Screen()
    screen.backlog = 1
    screen.stream(1)
    screen.backlog = 0
    screen.stream(1 + sum(RECOVERY / rate for rate in RATES[1:]))
    assert screen.painter.rate == RATES[0]


def test_a_stopped_painter_paints_no_more() -> None:
    screen = Screen()
    screen.token("a")
    screen.token("a")
    screen.painter.stop()
    screen.pass_time(1)
    assert len(screen.painted) == 1


def test_writes_that_textual_could_not_make_are_counted() -> None:
    class Blocked(io.StringIO):
        def write(self, text: str, /) -> int:
            began.set()
            free.wait(5)
            return super().write(text)

    class Driver:
        _writer_thread = WriterThread(Blocked())

    began, free = threading.Event(), threading.Event()
    Driver._writer_thread.start()
    Driver._writer_thread.write("being written")
    began.wait(5)
    Driver._writer_thread.write("waiting")
    assert writes_waiting(Driver()) == 1
    free.set()
    Driver._writer_thread.stop()
    assert writes_waiting(Driver()) == 0


def test_a_driver_without_a_writer_has_no_backlog() -> None:
    assert writes_waiting(None) == writes_waiting(object()) == 0
