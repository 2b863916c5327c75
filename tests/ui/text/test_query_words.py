"""What is said below a search while it is typed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import a_query
from tui_lab.core.query_parsing import FIELDS
from tui_lab.core.sanitise import is_safe
from tui_lab.ui.text.query_words import FEW_FIELDS, RANKED, VALUES, completion, query_words


def words(text: str, *, typing: bool = True, ranked: bool = False) -> str:
    return query_words(text, a_query(text, typing=typing), typing=typing, ranked=ranked).plain


def test_an_empty_search_tells_what_can_be_written_while_it_has_the_focus() -> None:
    assert words("") == FEW_FIELDS
    assert words("", typing=False) == ""


def test_what_is_wrong_is_told_with_what_to_do() -> None:
    assert words("modle:gpt") == (
        "✗ there is no filter modle: (searched for as words) → did you mean model:?"
    )
    assert words("cost:lots ", typing=False).startswith("✗ 'lots' is no cost")


def test_what_can_follow_is_offered() -> None:
    assert words("cats st") == "status:"
    assert words("-status:r") == "running refused"
    assert words("cats status:ok") == ""
    assert words("cats") == ""


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("cats stat", "cats status:"),
        ("-status:o", "-status:ok"),
        ("t", None),
        ("te", "template:"),
        ("after:2026-11", None),
        ("cats ", None),
    ],
)
def test_the_only_thing_that_can_be_meant_is_completed(text: str, whole: str | None) -> None:
    assert completion(text) == whole


def test_a_ranked_list_says_so() -> None:
    assert words("cats ", ranked=True) == RANKED
    assert words("status:ok ", ranked=True) == ""


def test_every_field_with_values_is_one() -> None:
    assert set(VALUES) <= set(FIELDS)


@given(st.text())
def test_any_text_can_be_told_of(text: str) -> None:
    assert is_safe(words(text))
    assert (completion(text) or text).startswith(text)
