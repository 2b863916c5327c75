"""Where a text has what a search asks for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import a_query
from tui_lab.core.matching import excerpt, highlights


@pytest.mark.parametrize(
    ("search", "text", "found"),
    [
        ("cat", "The CAT, a cat: concatenated cats", ["CAT", "cat"]),
        ("ca*", "The cat, a can: concatenated", ["ca", "ca"]),
        ("cafe", "un Café, deux cafe\u0301s, trois cafe\u0301", ["Café", "cafe\u0301"]),
        ("café", "a cafe", ["cafe"]),
        (
            '"big world"',
            "Big, world! a big old world, big\n  World",
            ["Big, world", "big\n  World"],
        ),
        ("gpt-4o", "GPT 4o and gpt4o", ["GPT 4o"]),
        ("->", "a -> b", ["->"]),
        ("世界", "你好世界", ["世界"]),
        ("🙂", "fine🙂", ["🙂"]),
        ("big world -old model:x", "the big old world", ["big", "world"]),
        ('"a b" "b c"', "a b c", ["a b c"]),
        ("", "anything", []),
    ],
)
def test_matches_are_found_as_the_index_finds_them(
    search: str, text: str, found: list[str]
) -> None:
    assert [text[begin:end] for begin, end in highlights(a_query(search), text)] == found


@given(st.text(), st.text())
def test_matches_stand_in_order_and_apart(search: str, text: str) -> None:
    spans = highlights(a_query(search), text)
    places = [place for span in spans for place in span]
    assert places == sorted(set(places))
    assert not places or (places[0] >= 0 and places[-1] <= len(text))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("one\ntwo needle\nthree", "two needle"),
        ("x" * 50 + " a needle at the end of it", "…xxx a needle at the "),
        ("\n\nnothing", "nothing"),
        ("a very long line without it", "a very long line wit"),
        ("", ""),
    ],
)
def test_an_excerpt_is_the_line_with_the_match(text: str, shown: str) -> None:
    assert excerpt(a_query("needle"), (text,), 20) == shown
