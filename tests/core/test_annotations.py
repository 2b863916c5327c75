"""Tags have one form; ratings go from 1 to 5."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_lab.core.annotations import LONGEST_TAG, check_rating, normal_tag, retag
from tui_lab.core.errors import ErrorKind, LabError


@pytest.mark.parametrize(
    ("written", "tag"),
    [
        ("Keep", "keep"),
        ("#good", "good"),
        ("  two  words ", "two-words"),
        ("a,b", "a-b"),
        ("--remove", "remove"),
        ("cafe\u0301", "caf\u00e9"),
        ("red\x1b[31m", "red[31m"),
        ("\u202eevil", "evil"),
        ("👩\u200d🚀", "👩\u200d🚀"),
    ],
)
def test_a_tag_has_one_form(written: str, tag: str) -> None:
    assert normal_tag(written) == tag


@pytest.mark.parametrize("text", ["", "   ", "#", "\x07", "x" * (LONGEST_TAG + 1)])
def test_what_is_no_tag_is_refused(text: str) -> None:
    with pytest.raises(LabError) as caught:
        normal_tag(text)
    assert caught.value.kind is ErrorKind.USAGE


@given(st.text(max_size=80))
def test_the_form_of_a_tag_is_a_tag_of_that_form(text: str) -> None:
    try:
        tag = normal_tag(text)
    except LabError:
        return
    assert normal_tag(tag) == tag
    assert unicodedata.is_normalized("NFC", tag)
    assert not any(char.isspace() for char in tag)


def test_tags_are_added_once_and_removed_however_they_are_written() -> None:
    assert retag(("a", "b"), add=("C", "a"), remove=("B",)) == ("a", "c")


def test_ratings_go_from_1_to_5_or_are_none() -> None:
    for rating in (None, 1, 5):
        check_rating(rating)
    for rating in (0, 6):
        with pytest.raises(LabError):
            check_rating(rating)
