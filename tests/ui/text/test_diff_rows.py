"""Two runs in rows."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from tui_lab.core.run_diff import Pair, Told
from tui_lab.core.sanitise import is_safe
from tui_lab.core.text_diff import text_diff
from tui_lab.ui.text.diff_rows import pair_rows, text_rows


def rows(before: str, after: str, width: int = 60) -> list[str]:
    return [row.content.plain for row in text_rows(text_diff(before, after), width)]


def test_what_changed_stands_between_marks() -> None:
    assert rows("a red cat", "a blue cat") == ["a [-red-]{+blue+} cat"]


def test_marks_do_not_go_over_the_end_of_a_line() -> None:
    assert rows("one", "one\ntwo\nthree") == ["one{+↵+}", "{+two+}", "{+three+}"]


def test_only_rows_with_a_change_are_gone_to() -> None:
    diff = text_diff("same line\nold end", "same line\nnew end")
    assert [row.is_change for row in text_rows(diff, 60)] == [False, True]
    long = "word " * 30
    wrapped = list(text_rows(text_diff(long + "a", long + "b"), 20))
    assert [row.is_change for row in wrapped] == [False] * (len(wrapped) - 1) + [True]


def test_facts_stand_in_columns_and_what_differs_is_marked() -> None:
    pairs = [
        Pair("model", Told("a/b", "a/b"), Told("c/d", "c/d")),
        Pair("turns", Told(1, "1"), Told(1, "1")),
    ]
    model, turns = (row.content.plain for row in pair_rows(pairs, 60))
    assert model.split() == ["model", "≠", "a/b", "c/d"]
    assert "≠" not in turns
    assert model.index("c/d") == turns.rindex("1")


@given(st.text(), st.text(), st.integers(20, 80))
def test_any_texts_fit_the_width_and_are_safe(before: str, after: str, width: int) -> None:
    for row in rows(before, after, width):
        assert cell_len(row) <= width
        assert is_safe(row)
