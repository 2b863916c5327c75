from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tui_lab.providers.unicode_text import SurrogateJoiner, valid_text

any_text = st.text(st.characters() | st.characters(categories=["Cs"]))


def test_halves_in_two_pieces_become_one_character() -> None:
    joiner = SurrogateJoiner()
    assert joiner.feed("so \ud83d") == "so "
    assert joiner.feed("\ude00!") == "😀!"


def test_a_half_whose_other_never_comes_is_replaced() -> None:
    joiner = SurrogateJoiner()
    assert joiner.feed("a\ud83d") == "a"
    assert joiner.feed("b\ude00") == "\ufffdb\ufffd"


def test_a_half_at_the_very_end_is_replaced_once() -> None:
    joiner = SurrogateJoiner()
    joiner.feed("\ud83d")
    assert joiner.flush() == "\ufffd"
    assert joiner.flush() == ""


def test_an_empty_piece_changes_nothing() -> None:
    joiner = SurrogateJoiner()
    joiner.feed("\ud83d")
    assert joiner.feed("") == ""
    assert joiner.feed("\ude00") == "😀"


@given(st.text())
def test_valid_text_is_left_alone(text: str) -> None:
    assert valid_text(text) == text


@given(st.lists(any_text))
def test_pieces_give_what_the_whole_text_gives(pieces: list[str]) -> None:
    joiner = SurrogateJoiner()
    joined = "".join(joiner.feed(piece) for piece in pieces) + joiner.flush()
    assert joined == valid_text("".join(pieces))
    joined.encode("utf-8")
