"""Rows end where a reader would end them, and never within a character."""

from __future__ import annotations

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from tests.ui.text.builders import TEXTS, WIDTHS
from tui_lab.ui.text.cells import _PLAIN, clusters, row_end


def rows(text: str, width: int) -> list[str]:
    begin, found = 0, []
    while (end := row_end(text, begin, width)) is not None:
        found.append(text[begin:end])
        begin = end
    return [*found, text[begin:]]


@pytest.mark.parametrize(
    ("text", "width", "expected"),
    [
        ("hello world", 8, ["hello ", "world"]),
        ("hello world", 5, ["hello ", "world"]),
        ("hello     world", 5, ["hello     ", "world"]),
        ("unbreakable", 4, ["unbr", "eaka", "ble"]),
        ("    indented", 6, ["    in", "dented"]),
        ("a" + " " * 20 + "b", 4, ["a" + " " * 7, " " * 8, " " * 5, "b"]),
        ("漢字漢字", 5, ["漢字", "漢字"]),
        ("ab 漢字漢字", 6, ["ab 漢", "字漢字"]),
        ("naïve – café", 6, ["naïve ", "– café"]),
    ],
)
def test_words_stay_whole_and_spaces_hang(text: str, width: int, expected: list[str]) -> None:
    assert rows(text, width) == expected


@pytest.mark.parametrize(
    "character", ["👩\u200d👩\u200d👧", "🇩🇪", "👍🏽", "❤\ufe0f", "e\u0301", "1\ufe0f\u20e3"]
)
def test_a_character_is_never_cut(character: str) -> None:
    assert list(clusters(character)) == [(0, len(character), cell_len(character))]
    for width in range(2, 6):
        assert set("".join(rows(character * 20, width)).split(character)) == {""}
        for row in rows(character * 20, width):
            assert row.count(character) * len(character) == len(row)


@given(TEXTS.map(lambda text: text.replace("\n", "").replace("\t", "")), WIDTHS)
def test_rows_hold_the_text_and_fit_but_for_hanging_spaces(text: str, width: int) -> None:
    found = rows(text, width)
    assert "".join(found) == text
    for row in found:
        assert cell_len(row.rstrip(" ")) <= width


@given(TEXTS.map(lambda text: text.replace("\n", "").replace("\t", "")), WIDTHS, st.data())
def test_the_end_of_a_row_stays_when_text_is_added(
    text: str, width: int, data: st.DataObject
) -> None:
    before = text[: data.draw(st.integers(0, len(text)))]
    end = row_end(before, 0, width)
    assert end is None or row_end(text, 0, width) == end


def test_endless_marks_fill_rows_too() -> None:
    assert max(len(row) for row in rows("a" + "\u0301" * 10_000, 10)) < 250


def test_what_counts_as_plain_is_one_cell_wide() -> None:
    plain = [chr(code) for code in range(sys.maxunicode + 1) if _PLAIN.fullmatch(chr(code))]
    assert {char for char in plain if cell_len(char) != 1} == set()
