"""Sizes in words."""

from __future__ import annotations

import pytest

from tui_lab.core.sizes import size_words


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (0, "0 KiB"),
        (1, "1 KiB"),
        (2**20, "1.0 MiB"),
        (5 * 2**20 // 2, "2.5 MiB"),
        (3 * 2**30 // 2, "1.5 GiB"),
    ],
)
def test_a_size_is_told_in_the_unit_that_fits(count: int, words: str) -> None:
    assert size_words(count) == words
