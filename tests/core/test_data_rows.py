from __future__ import annotations

import pytest

from tui_lab.core.data_rows import BadRow, DataRow, Row, csv_rows, jsonl_rows
from tui_lab.core.errors import LabError

NAMES = ["who", "what"]


def bad(row: Row) -> tuple[int, str]:
    assert isinstance(row, BadRow)
    return row.line, row.error.message


def test_rows_of_a_csv_keep_the_line_on_which_they_begin() -> None:
    text = 'who, what\nAda,"a, ""b""\nc"\n\nBob,\n'
    assert csv_rows(text, NAMES) == [
        DataRow(2, {"who": "Ada", "what": 'a, "b"\nc'}),
        DataRow(5, {"who": "Bob"}),
    ]


def test_a_csv_row_with_too_many_cells_is_told_and_the_others_stay() -> None:
    first, second = csv_rows("who\na,b\nc\n", NAMES)
    assert bad(first) == (2, "2 cells, 1 columns")
    assert second == DataRow(3, {"who": "c"})


def test_an_open_quote_is_told_at_the_line_of_its_row() -> None:
    rows = csv_rows('who\na\n"b\nc\n', NAMES)
    assert rows[0] == DataRow(2, {"who": "a"})
    assert bad(rows[1])[0] == 3


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "there are no rows"),
        ("who,who\n1,2\n", "is there twice"),
        ("whom\n1\n", "no variable 'whom'"),
    ],
)
def test_a_head_that_is_none_is_refused(text: str, words: str) -> None:
    with pytest.raises(LabError, match=words):
        csv_rows(text, NAMES)


def test_json_lines_give_texts_and_leave_out_null() -> None:
    text = '{"who": "Ada", "what": 3}\n\n{"who": null, "what": ["ü", true]}\n'
    assert jsonl_rows(text, NAMES) == [
        DataRow(1, {"who": "Ada", "what": "3"}),
        DataRow(3, {"what": '["ü", true]'}),
    ]


@pytest.mark.parametrize(
    ("line", "words"),
    [("nope", "no JSON"), ("[1]", "no object"), ('{"whom": 1}', "no variable 'whom'")],
)
def test_a_line_that_is_no_row_is_told_with_its_number(line: str, words: str) -> None:
    rows = jsonl_rows(f'{{"who": "a"}}\n{line}\n', NAMES)
    assert rows[0] == DataRow(1, {"who": "a"})
    assert bad(rows[1])[0] == 2
    assert words in bad(rows[1])[1]
