"""How long ago something was."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tui_lab.core.ages import ago


@pytest.mark.parametrize(
    ("age", "words"),
    [
        (timedelta(seconds=-5), "just now"),
        (timedelta(seconds=59), "just now"),
        (timedelta(seconds=119), "1 min ago"),
        (timedelta(hours=23, minutes=59), "23 h ago"),
        (timedelta(days=12, hours=20), "12 d ago"),
    ],
)
def test_an_age_is_told_in_units_that_have_passed(age: timedelta, words: str) -> None:
    assert ago(age) == words
