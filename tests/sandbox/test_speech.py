"""How an answer is cut into pieces, and what ends it."""

from __future__ import annotations

from itertools import count

from hypothesis import given
from hypothesis import strategies as st

from tui_lab.sandbox.speech import End, Ending, Kind, Piece, delivered, pieces_of

WORDS = st.lists(st.text("ab\n ", min_size=1, max_size=4), max_size=20)


def said(
    texts: list[str], *, max_tokens: int | None = None, stop: tuple[str, ...] = ()
) -> tuple[str, End]:
    pieces = [Piece(Kind.TEXT, text) for text in texts]
    *spoken, end = delivered(pieces, Ending.COMPLETE, max_tokens=max_tokens, stop=stop)
    assert isinstance(end, End)
    return "".join(piece.text for piece in spoken if isinstance(piece, Piece)), end


@given(st.text())
def test_the_pieces_are_the_whole_text(text: str) -> None:
    assert "".join(pieces_of(text)) == text


def test_a_word_takes_the_space_before_it() -> None:
    assert pieces_of("Hello wide world!\n\n") == ["Hello", " wide", " world", "!\n\n"]


@given(WORDS, st.lists(st.text("ab\n ", min_size=1, max_size=5), min_size=1, max_size=3))
def test_nothing_of_a_stop_sequence_or_after_it_is_said(words: list[str], stop: list[str]) -> None:
    whole = "".join(words)
    found = [whole.index(sequence) for sequence in stop if sequence in whole]
    text, end = said(words, stop=tuple(stop))
    if not found:
        assert (text, end.ending) == (whole, Ending.COMPLETE)
    else:
        assert end.ending is Ending.STOP_SEQUENCE
        assert end.stop_sequence is not None
        assert whole.startswith(text + end.stop_sequence)
        assert not any(sequence in text for sequence in stop)


def test_a_length_limit_ends_an_answer_that_would_go_on() -> None:
    text, end = said(["a", "b", "c"], max_tokens=2)
    assert (text, end) == ("ab", End(Ending.MAX_TOKENS, 2, 0))


def test_an_answer_of_exactly_the_limit_is_complete() -> None:
    assert said(["a", "b"], max_tokens=2)[1] == End(Ending.COMPLETE, 2, 0)


def test_reasoning_counts_against_the_limit_and_is_told_apart() -> None:
    pieces = (Piece(Kind.REASONING if n < 3 else Kind.TEXT, "x") for n in count())
    *_, end = delivered(pieces, Ending.COMPLETE, max_tokens=5, stop=())
    assert end == End(Ending.MAX_TOKENS, 5, 3)
