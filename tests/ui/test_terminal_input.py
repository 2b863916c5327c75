"""What a terminal sends becomes the same events, however it is cut into reads."""

from __future__ import annotations

import os
from itertools import pairwise
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from textual.events import Key, Paste
from textual.message import Message

from tests.ui.terminal import PATIENCE_S, a_terminal, an_environment
from tui_lab.ui.terminal_input import PASTE_BEGINS, PASTE_ENDS, PasteParser


def taken(reads: list[str]) -> list[str]:
    """Keys one by one, pastes whole."""
    parser = PasteParser()
    return [_words(event) for read in reads for event in parser.feed(read)]


def _words(event: Message) -> str:
    assert isinstance(event, Key | Paste)
    return event.text if isinstance(event, Paste) else event.key


@given(st.text("ab\x1b[201~\n"), st.lists(st.integers(0, 60), max_size=6))
def test_a_paste_is_one_event_in_any_reads(pasted: str, cuts: list[int]) -> None:
    pasted = pasted.replace(PASTE_ENDS, "")
    begun = f"x{PASTE_BEGINS}"
    rest = f"{pasted}{PASTE_ENDS}y"
    places = [0, *sorted(cuts), len(rest)]
    reads = [rest[begin:end] for begin, end in pairwise(places)]
    assert taken([begun, *filter(None, reads)]) == ["x", pasted, "y"]


def test_a_paste_whose_first_sequence_comes_in_two_reads_is_one_event() -> None:
    assert taken(["\x1b[20", "0~one\ntwo\x1b[201~", "y"]) == ["one\ntwo", "y"]


def test_zeros_in_a_paste_are_left_out() -> None:
    assert taken([f"{PASTE_BEGINS}a\x00b{PASTE_ENDS}"]) == ["ab"]


def test_bytes_that_are_no_text_end_nothing(tmp_path: Path) -> None:
    with a_terminal(an_environment(tmp_path, "sandbox/echo")) as terminal:
        terminal.until("sandbox/echo")
        os.write(terminal.master, b"caf\xe9")
        terminal.until("caf")
        terminal.press(" and on")
        terminal.until("and on")
        terminal.press("\x11")
        assert terminal.ended() == 0


def test_the_program_ends_with_its_terminal(tmp_path: Path) -> None:
    with a_terminal(an_environment(tmp_path, "sandbox/echo")) as terminal:
        terminal.until("sandbox/echo")
        terminal.goes()
        terminal.process.wait(PATIENCE_S)
