"""Templates found by a few letters."""

from __future__ import annotations

import pytest

from tui_lab.templates.template import Template
from tui_lab.ui.template_search import find_templates

LIBRARY = [
    Template("explain-quantum", "Explain quantum physics", "…", "explanation", "A hard subject"),
    Template("write-poem", "Write a poem", "…", "creative", "With a form and a mood"),
    Template("code-function", "Write a function", "…", "coding"),
    Template("brainstorm", "Brainstorm ideas", "…", "creative"),
]


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("quantum", "explain-quantum"),
        ("wfun", "code-function"),
        ("code-f", "code-function"),
        ("explan", "explain-quantum"),
        ("hard subject", "explain-quantum"),
        ("POEM", "write-poem"),
    ],
)
def test_name_id_category_and_description_are_searched(query: str, first: str) -> None:
    assert find_templates(LIBRARY, query)[0].template.id == first


def test_a_name_counts_more_than_a_description() -> None:
    found = find_templates([Template("a", "Other", "…", "x", "all about poems"), *LIBRARY], "poem")
    assert [one.template.id for one in found] == ["write-poem", "a"]


def test_the_letters_that_match_are_known() -> None:
    (found, *_) = find_templates(LIBRARY, "poem")
    assert [found.template.name[place] for place in found.places] == list("poem")


def test_without_a_query_each_category_stands_together() -> None:
    found = [one.template.id for one in find_templates(LIBRARY, "  ")]
    assert found == ["explain-quantum", "write-poem", "brainstorm", "code-function"]


def test_what_matches_nothing_finds_nothing() -> None:
    assert find_templates(LIBRARY, "zzz") == []
