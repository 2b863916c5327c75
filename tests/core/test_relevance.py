"""The order of what a search finds, when it is asked for the best."""

from __future__ import annotations

import pytest

from tests.builders import a_query
from tui_lab.core.relevance import relevance

FILLER = "and so it goes on and on "


@pytest.mark.parametrize(
    ("search", "better", "worse"),
    [
        ("quantum", "quantum quantum quantum", "quantum and two more"),
        ("quantum", "quantum", f"quantum {FILLER * 40}"),
        ("quantum the", "quantum quantum the, with more", "quantum the the, with more"),
        ('"big world"', "big world, big world", "big world, world big"),
    ],
)
def test_what_is_more_about_it_comes_first(search: str, better: str, worse: str) -> None:
    others = [["quantum the the the the the"]] * 10
    first, second, *_ = relevance(a_query(search), [[better, None], [None, worse], *others])
    assert first > second


def test_without_words_all_are_alike() -> None:
    assert relevance(a_query("model:x -not"), [["one"], ["two two"]]) == [0, 0]
    assert relevance(a_query("word"), []) == []
