"""A row through a narrower window: whole characters, in their columns, with their places."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from tui_lab.ui.text.clipping import clipped
from tui_lab.ui.text.layout import Piece, Row

ROW = Row(3, (Piece(0, "| a |", 2), Piece(5, "漢字 b", 4), Piece(9, "|", 1)))


@pytest.mark.parametrize(
    ("left", "right", "seen"),
    [
        (0, 40, "  | a |    漢字 b |"),
        (3, 12, " a |     "),
        (3, 13, " a |    漢"),
        (12, 40, " 字 b |"),
        (8, 10, "  "),
        (7, 11, "    "),
        (30, 40, ""),
    ],
)
def test_what_is_seen_stands_in_its_column(left: int, right: int, seen: str) -> None:
    assert clipped(ROW, left, right).drawn == seen


@given(
    st.lists(st.tuples(st.integers(0, 5), st.text(st.sampled_from("ab 漢é👍")))),
    st.integers(0, 40),
    st.integers(0, 40),
)
def test_pieces_keep_their_characters_and_fit(
    parts: list[tuple[int, str]], left: int, width: int
) -> None:
    pieces, start = [], 0
    for pad, text in parts:
        pieces.append(Piece(start, text, pad))
        start += len(text)
    line = "".join(text for _, text in parts)
    seen = clipped(Row(0, tuple(pieces) or (Piece(0, ""),)), left, left + width)
    assert cell_len(seen.drawn) <= width
    for piece in seen.pieces:
        assert line[piece.start : piece.end] == piece.text
