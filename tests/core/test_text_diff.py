"""Two texts, word by word."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_lab.core.text_diff import Change, TextDiff, text_diff

MARKS = {Change.SAME: "{}", Change.REMOVED: "[-{}-]", Change.ADDED: "{{+{}+}}"}


def marked(before: str, after: str) -> str:
    return "".join(MARKS[one.change].format(one.text) for one in text_diff(before, after).segments)


def sides(diff: TextDiff) -> tuple[str, str]:
    """The two texts that it is made of."""
    before = (one.text for one in diff.segments if one.change is not Change.ADDED)
    after = (one.text for one in diff.segments if one.change is not Change.REMOVED)
    return "".join(before), "".join(after)


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("", "", ""),
        ("same", "same", "same"),
        ("", "new", "{+new+}"),
        ("old", "", "[-old-]"),
        ("a quick brown fox", "a slow brown fox", "a [-quick-]{+slow+} brown fox"),
        ("Yes, it is.", "Yes, it is!", "Yes, it is[-.-]{+!+}"),
        ("one\ntwo\nthree", "one\nthree", "one\n[-two\n-]three"),
        ("我喜欢猫", "我喜欢狗", "我喜欢[-猫-]{+狗+}"),
        ("the big cat", "the old dog", "the [-big cat-]{+old dog+}"),
    ],
)
def test_words_that_differ_are_marked(before: str, after: str, told: str) -> None:
    assert marked(before, after) == told


def test_a_line_that_moved_does_not_tear_the_others() -> None:
    before = "first line\nsecond line\nthird line\nfourth line"
    after = "second line\nthird line\nfourth line\nfirst line"
    assert marked(before, after) == (
        "[-first line\n-]second line\nthird line\nfourth line{+\nfirst line+}"
    )


@given(*[st.text(st.sampled_from("ab \n.é猫"), max_size=40)] * 2)
def test_the_segments_make_both_texts(before: str, after: str) -> None:
    diff = text_diff(before, after)
    assert sides(diff) == (before, after)
    assert diff.is_same is (before == after)
    assert not diff.is_coarse
    assert all(segment.text for segment in diff.segments)


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_text_whatever_can_be_compared(before: str, after: str) -> None:
    assert sides(text_diff(before, after)) == (before, after)


def test_what_is_too_long_to_compare_by_words_is_changed_as_a_whole() -> None:
    chance = random.Random(1)
    before, after = (
        "begin " + " ".join(chance.choices(("x", "y", "z"), k=30_000)) + " end" for _ in range(2)
    )
    diff = text_diff(before, after)
    assert diff.is_coarse
    assert len(diff.segments) == 4
    assert sides(diff) == (before, after)


def test_a_long_text_with_few_changes_is_compared_by_words() -> None:
    words = [f"word{number % 977}" for number in range(20_000)]
    changed = ["other" if number % 500 == 250 else word for number, word in enumerate(words)]
    diff = text_diff(" ".join(words), " ".join(changed))
    assert not diff.is_coarse
    assert sum(one.change is Change.ADDED for one in diff.segments) == 40


def test_words_that_become_unique_one_after_the_other_are_matched_all_the_same() -> None:
    links = list(pairwise(f"w{number}" for number in range(500)))
    before = " ".join(word for first, second in links for word in (second, first))
    after = " ".join(word for first, second in links for word in (second, "x", first))
    diff = text_diff(before, after)
    assert sides(diff) == (before, after)
    assert not diff.is_coarse
