"""Measuring a terminal, which a script plays."""

from __future__ import annotations

from contextlib import suppress

import pytest

from tests.doctor.scripted_terminal import a_scripted_terminal
from tui_lab.doctor.conversation import Conversation
from tui_lab.doctor.measuring import CELLS, measure

ATTRIBUTES, NAME, CLIPBOARD = b"\x1b[c", b"\x1b[>0q", b"\x1b]52;c;?\x07"
COLOURS, SYNCHRONISED = b"\x1bP$qm\x1b\\", b"\x1b[?2026$p"
LEFT = b"\x1b[?1049l"


def test_speed_and_widths_are_measured_of_any_terminal_that_tells_where_its_cursor_is() -> None:
    with a_scripted_terminal() as terminal:
        measured = measure(terminal.path)
    assert len(measured.round_trips_ms) >= 3
    assert measured.bytes_per_s is not None
    assert measured.cells == CELLS
    assert (measured.takes_copies, measured.has_true_colour, measured.name) == (None, None, None)
    assert not measured.is_silent


def test_abilities_are_what_the_terminal_says() -> None:
    answers = {
        ATTRIBUTES: b"\x1b[?62;22;52c",
        NAME: b"\x1bP>|foot(1.25)\x1b\\",
        COLOURS: b"\x1bP1$r0;48:2::1:2:3m\x1b\\",
        SYNCHRONISED: b"\x1b[?2026;2$y",
    }
    with a_scripted_terminal(answers) as terminal:
        measured = measure(terminal.path)
    assert measured.name == "foot(1.25)"
    assert measured.takes_copies
    assert measured.has_true_colour
    assert measured.is_synchronised
    assert CLIPBOARD not in terminal.written


def test_fewer_colours_and_no_synchronised_painting_are_answers_too() -> None:
    answers = {COLOURS: b"\x1bP1$r0;48;5;16m\x1b\\", SYNCHRONISED: b"\x1b[?2026;0$y"}
    with a_scripted_terminal(answers) as terminal:
        measured = measure(terminal.path)
    assert (measured.has_true_colour, measured.is_synchronised) == (False, False)


def test_a_clipboard_that_can_be_read_takes_copies_and_is_not_kept() -> None:
    with a_scripted_terminal({CLIPBOARD: b"\x1b]52;c;c2VjcmV0\x1b\\"}) as terminal:
        measured = measure(terminal.path)
    assert measured.takes_copies
    assert "c2VjcmV0" not in repr(measured)


def test_a_terminal_that_would_ask_the_person_is_not_asked_for_the_clipboard() -> None:
    with a_scripted_terminal({NAME: b"\x1bP>|kitty(0.35)\x1b\\"}) as terminal:
        assert measure(terminal.path).takes_copies is None
    assert CLIPBOARD not in terminal.written


def test_cells_are_those_that_the_terminal_has_used() -> None:
    with a_scripted_terminal(emoji=1) as terminal:
        assert measure(terminal.path).cells == {**CELLS, "😀": 1}


def test_a_silent_terminal_keeps_nobody_and_is_left_as_it_was() -> None:
    with a_scripted_terminal(answers_until=0) as terminal:
        measured = measure(terminal.path, answer_s=0.2)
        assert terminal.settings_now == terminal.settings
    assert measured.is_silent
    assert measured.round_trips_ms == ()
    assert terminal.written.endswith(LEFT)


def test_what_was_measured_before_a_terminal_fell_silent_is_kept() -> None:
    with a_scripted_terminal(answers_until=21) as terminal:
        measured = measure(terminal.path, answer_s=0.2)
    assert measured.is_silent
    assert len(measured.round_trips_ms) == 20
    assert measured.cells == {}


def test_ctrl_c_leaves_the_terminal_as_it_was() -> None:
    with a_scripted_terminal() as terminal:
        with suppress(KeyboardInterrupt), Conversation(terminal.path):
            assert terminal.settings_now != terminal.settings
            raise KeyboardInterrupt
        assert terminal.settings_now == terminal.settings
    assert terminal.written.endswith(LEFT)


def test_a_terminal_that_takes_nothing_keeps_nobody() -> None:
    with a_scripted_terminal() as terminal:
        terminal.stop_reading()
        with Conversation(terminal.path) as talk, pytest.raises(TimeoutError):
            talk.write(b"x" * 1_000_000, 0.2)
        assert terminal.settings_now == terminal.settings


def test_what_is_no_terminal_is_told() -> None:
    with pytest.raises(OSError, match="Inappropriate ioctl"):
        measure("/dev/null")
