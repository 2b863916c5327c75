"""The clock of a replay."""

from __future__ import annotations

from tui_lab.ui.playback import SPEEDS, Playback


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def playing(end_ms: float = 10_000) -> tuple[Playback, Clock]:
    clock = Clock()
    return Playback(end_ms, clock), clock


def test_it_plays_at_true_speed_and_stops_at_the_end() -> None:
    play, clock = playing()
    clock.now += 1.5
    assert play.at_ms == 1500
    clock.now += 60
    assert play.at_ms == 10_000
    assert play.is_over


def test_another_speed_goes_on_from_where_it_is() -> None:
    play, clock = playing()
    clock.now += 1
    play.change_speed(1)
    clock.now += 1
    assert (play.speed, play.at_ms) == (2.0, 3000)
    play.change_speed(-100)
    assert play.speed == SPEEDS[0]


def test_held_it_stands_still() -> None:
    play, clock = playing()
    clock.now += 1
    play.hold()
    clock.now += 5
    assert play.at_ms == 1000
    play.hold()
    clock.now += 1
    assert play.at_ms == 2000


def test_from_the_end_it_begins_again() -> None:
    play, clock = playing()
    play.go_to(99_999)
    assert play.is_over
    play.hold()
    clock.now += 1
    assert (play.is_held, play.at_ms) == (False, 1000)
