"""How an answer came, as a strip."""

from __future__ import annotations

from tui_lab.core.deltas import PieceKind
from tui_lab.core.timeline import TimedText, Timeline
from tui_lab.ui.text.latency_strip import BARS, HERE, STALL, strip_lines


def a_timeline(*moments: float, is_whole: bool = True) -> Timeline:
    pieces = tuple(TimedText(at, PieceKind.TEXT, "x") for at in moments)
    return Timeline(pieces, moments[-1] if moments else 0, is_whole)


STALLING = a_timeline(*range(100, 1100, 10), *range(4000, 5000, 10))


def test_a_stall_is_a_high_bar_with_a_mark_as_wide_as_it_was_long() -> None:
    bars, marks, words = (line.plain for line in strip_lines(STALLING, 50, 100))
    assert len(bars) == len(marks) == 50
    assert bars[0] == bars[-1] == BARS[0]
    assert bars[25] == BARS[-1]
    assert 28 <= marks.count(STALL) <= 32
    assert STALL not in (marks[0], marks[-1])
    assert "1 stall, longest 2.9 s" in words


def test_a_mark_shows_where_it_plays() -> None:
    _, marks, _ = (line.plain for line in strip_lines(STALLING, 50, 4900))
    assert marks.index(HERE) >= 47
    assert strip_lines(STALLING, 50, 0)[1].plain.index(HERE) == 0


def test_an_even_answer_is_flat_and_without_stalls() -> None:
    bars, marks, words = (line.plain for line in strip_lines(a_timeline(*range(20)), 60, 0))
    assert set(bars) == {BARS[0]}
    assert "▁ 1 ms █ 8 ms" in words
    assert STALL not in marks
    assert "no stalls" in words


def test_nothing_is_drawn_where_nothing_is_known() -> None:
    assert strip_lines(a_timeline(), 50, 0) == []
    assert strip_lines(a_timeline(7), 50, 0) == []
    assert strip_lines(STALLING, 0, 0) == []
