"""An answer as it came: pieces, gaps, stalls."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import a_record
from tui_lab.core.deltas import DeltaLog, PieceKind
from tui_lab.core.events import ReasoningDelta, Stamped, TextDelta
from tui_lab.core.record import RunRecord
from tui_lab.core.timeline import Timeline, timeline
from tui_lab.core.timing import Timing


def deltas(*events: tuple[float, TextDelta | ReasoningDelta]) -> bytes:
    log = DeltaLog()
    for t_ms, event in events:
        log.add(Stamped(t_ms, event))
    return log.encode()


def an_answer_of(text: str, reasoning: str | None = None, latency_ms: float = 900) -> RunRecord:
    return replace(a_record(), text=text, reasoning=reasoning, timing=Timing(latency_ms=latency_ms))


def arriving_at(*times: float) -> Timeline:
    text = "x" * len(times)
    return timeline(an_answer_of(text), deltas(*((t_ms, TextDelta("x")) for t_ms in times)))


def test_an_answer_is_cut_into_the_pieces_that_came() -> None:
    told = timeline(
        an_answer_of("Hello there", "Hm."),
        deltas(
            (100, ReasoningDelta("Hm.")), (250.5, TextDelta("Hello")), (300, TextDelta(" there"))
        ),
    )
    assert [(piece.t_ms, piece.kind, piece.text) for piece in told.pieces] == [
        (100, PieceKind.REASONING, "Hm."),
        (250.5, PieceKind.TEXT, "Hello"),
        (300, PieceKind.TEXT, " there"),
    ]
    assert (told.end_ms, told.is_whole) == (900, True)


@pytest.mark.parametrize("known", [None, b"", b"\x81"])
def test_an_answer_of_unknown_arrival_stands_at_the_end(known: bytes | None) -> None:
    told = timeline(an_answer_of("Hello"), known)
    assert [(piece.t_ms, piece.text) for piece in told.pieces] == [(900, "Hello")]
    assert not told.is_whole
    assert told.latency_strip(10) is None


def test_what_no_delta_accounts_for_stands_at_the_end() -> None:
    told = timeline(an_answer_of("Hello there"), deltas((100, TextDelta("Hello"))))
    assert [piece.text for piece in told.pieces] == ["Hello", " there"]
    assert not told.is_whole


def test_deltas_of_another_answer_do_no_harm() -> None:
    told = timeline(an_answer_of("Hi"), deltas((1, TextDelta("Hello")), (2, TextDelta("there"))))
    assert [piece.text for piece in told.pieces] == ["Hi"]


def test_it_is_told_what_has_arrived_by_when() -> None:
    told = arriving_at(100, 200, 200, 300)
    assert [told.arrived(t_ms) for t_ms in (0, 100, 199.9, 200, 1000)] == [0, 1, 1, 3, 4]


def test_even_pieces_have_an_even_latency() -> None:
    strip = arriving_at(100, 150, 200, 250, 300).latency_strip(2)
    assert strip is not None
    assert (strip.t_ms, strip.span_ms) == (100, 100)
    assert strip.latency_ms == pytest.approx((50, 50))


def test_a_stall_is_as_wide_as_it_was_long() -> None:
    told = arriving_at(0, 100, 200, 300, 1300, 1400)
    strip = told.latency_strip(14)
    assert strip is not None
    assert strip.latency_ms == pytest.approx((100,) * 3 + (1000,) * 10 + (100,))
    assert [(stall.t_ms, stall.length_ms) for stall in told.stalls()] == [(300, 1000)]


def test_a_slow_answer_does_not_stall() -> None:
    assert arriving_at(0, 900, 1800, 2800).stalls() == ()


def test_a_burst_weighs_nothing() -> None:
    strip = arriving_at(0, 0, 0, 100, 100, 200).latency_strip(1)
    assert strip is not None
    assert strip.latency_ms == pytest.approx((100,))


@given(st.lists(st.integers(0, 10_000), min_size=2, max_size=50), st.integers(1, 80))
def test_latency_lies_between_the_shortest_and_the_longest_gap(
    times: list[int], spans: int
) -> None:
    ordered = sorted(times)
    strip = arriving_at(*ordered).latency_strip(spans)
    if strip is None:
        assert ordered[0] == ordered[-1]
        return
    gaps = [after - before for before, after in pairwise(ordered)]
    shortest = min(gap for gap in gaps if gap)
    assert len(strip.latency_ms) == spans
    assert min(strip.latency_ms) >= shortest - 1e-6 * shortest - 1e-6
    assert max(strip.latency_ms) <= max(gaps) * (1 + 1e-6)
