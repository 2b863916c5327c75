"""Tables stand in columns when they end, however they came, and keep every character."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from tests.ui.text.builders import spans_of
from tui_lab.ui.text import tables
from tui_lab.ui.text.document import Document
from tui_lab.ui.text.ink import Ink
from tui_lab.ui.text.tables import MEASURED

CELLS = st.text(st.sampled_from("ab  *`\\-漢é\u0301عר👍❤\ufe0f"), max_size=12)
LINES = st.lists(CELLS, min_size=1, max_size=4).map(lambda cells: f"|{'|'.join(cells)}|\n")
TABLES = st.tuples(
    st.lists(st.sampled_from(["---", ":-:", " --: ", "-", ":---- "]), min_size=1, max_size=4),
    st.lists(LINES, max_size=8),
).map(lambda parts: f"|{'a|' * len(parts[0])}\n|{'|'.join(parts[0])}|\n{''.join(parts[1])}")


def document(*pieces: str, width: int = 40) -> Document:
    made = Document(width, markdown=True)
    for piece in pieces:
        made.append(piece)
    return made


def drawn(made: Document) -> list[str]:
    return [row.drawn.rstrip() for row in made.rows]


SMALL = "| Model | Price |\n|---|--:|\n| one | 1 |\n| a longer one | 12.50 |\n"


def test_a_table_is_as_it_came_until_it_ends() -> None:
    made = document(SMALL)
    assert drawn(made) == [*SMALL.splitlines(), ""]
    made.append("\n")
    assert drawn(made) == [
        "| Model        | Price |",
        "|--------------|------:|",
        "| one          |     1 |",
        "| a longer one | 12.50 |",
        "",
        "",
    ]
    assert made.text == SMALL + "\n"


def test_a_table_at_the_end_of_the_text_stands_in_columns_too() -> None:
    made = document(SMALL.rstrip())
    assert made.end() == 0
    assert drawn(made)[-1] == "| a longer one | 12.50 |"


def test_heads_are_strong_and_pipes_are_marks() -> None:
    made = document(SMALL, "\n")
    inks = [{span.ink for span in spans_of(made, row)} for row in made.rows]
    assert inks[:3] == [{Ink.STRONG, Ink.MARK}, {Ink.MARK}, {Ink.MARK}]


def test_wide_columns_give_way_and_their_cells_wrap() -> None:
    made = document("a | b\n-|-\none two three four five | six seven eight nine\n\n", width=24)
    assert drawn(made)[:5] == [
        "a          | b",
        "-----------|-----------",
        "one two    | six seven",
        "three four   eight nine",
        "five",
    ]


def test_a_table_without_room_for_its_columns_is_shown_as_it_came() -> None:
    text = f"|{'abcdefgh|' * 6}\n|{'-|' * 6}\n\n"
    assert drawn(document(text, width=30))[:2] == [
        "|abcdefgh|abcdefgh|abcdefgh|ab",
        "cdefgh|abcdefgh|abcdefgh|",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "| a | b |\n|---|\n| c |\n\n",
        "a | b\nc | d\n\n",
        "```\n|a|\n|-|\n|bbb|\n```\n",
        "> |a|\n> |-|\n> |bbb|\n\n",
        "\\|a\n-|\nb\n\n",
    ],
)
def test_what_is_no_table_is_left_alone(text: str) -> None:
    made = document(text)
    made.end()
    assert drawn(made) == text.split("\n")


@pytest.mark.parametrize(
    "cell", ["漢字", "e\u0301e\u0301", "عربى", "👩\u200d👩\u200d👧", "ب\u200dب", "x \\| y"]
)
def test_columns_are_as_wide_as_the_terminal_draws_them(cell: str) -> None:
    made = document(f"| a | b |\n|---|---|\n| {cell} | c |\n| dddddddd | e |\n\n")
    ends = {cell_len(row.drawn) for row in made.rows[:4]}
    assert len(ends) == 1
    assert len({cell_len(row.drawn[: row.drawn.rindex("|", 0, -1)]) for row in made.rows[:4]}) == 1


def test_a_pipe_with_a_mark_over_it_parts_no_cells() -> None:
    made = document("|a|b|\n|-|-|\n|c|\u0301d|e|\n\n")
    assert drawn(made)[2].startswith("|c|\u0301d|e ")


@given(TABLES, st.integers(2, 50), st.integers(2, 50), st.data())
def test_in_any_pieces_at_any_width_nothing_is_lost_and_all_looks_the_same(
    table: str, first: int, then: int, data: st.DataObject
) -> None:
    text = f"before\n{table}\nafter"
    cut = data.draw(st.integers(0, len(text)))
    made = document(text[:cut], width=first)
    made.rewrap(then)
    made.append(text[cut:])
    made.end()
    assert made.text == text
    whole = document(text, width=then)
    whole.end()
    assert list(made.rows) == list(whole.rows)
    for row in made.rows:
        assert cell_len(row.drawn.rstrip()) <= then


def test_a_row_with_more_cells_than_heads_is_shown_as_it_came() -> None:
    made = document("| a |\n|---|\n| b | more |\n| ccc |\n\n")
    assert drawn(made)[2:4] == ["| b | more |", "| ccc |"]


def test_a_row_of_a_long_table_costs_what_the_first_one_did(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    split: list[str] = []

    def counting(line: str) -> tables.Cells | None:
        split.append(line)
        return CELLS_OF(line)

    made = document("| a | b |\n|---|---|\n", "| some words | more |\n" * 5000)
    monkeypatch.setattr(tables, "cells_of", counting)
    rows = len(made.rows)
    assert made.append("| some words and more | x |\n") == rows - 1
    assert len(split) <= 3


def test_a_long_table_stands_in_columns_before_it_ends() -> None:
    made = document("| a | b |\n|---|---|\n", "| some words | more |\n" * (MEASURED - 2))
    assert drawn(made)[:2] == ["| a          | b    |", "|------------|------|"]
    made.append("| x | more than once |\n")
    assert drawn(made)[-4:-1] == [
        "| x          | more |",
        "               than",
        "               once",
    ]


CELLS_OF = tables.cells_of
