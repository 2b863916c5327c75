"""How a model did of late, in words."""

from __future__ import annotations

import pytest

from tui_lab.core.health import Breaker, Health


@pytest.mark.parametrize(
    ("health", "words", "brief"),
    [
        (Health(), "", ""),
        (Health(50, 1, 310.4), "ok 98 % · ttft 310 ms", "ok 98 % · 310 ms"),
        (Health(4, 3), "! ok 25 %", "! ok 25 %"),
        (
            Health(5, 5, breaker=Breaker.OPEN, retry_in_s=19.6),
            "✗ fails: tried again in 20 s",
            "✗ again in 20 s",
        ),
        (
            Health(5, 5, breaker=Breaker.HALF_OPEN, retry_in_s=0),
            "! failed: the next run tries it",
            "! tried next",
        ),
    ],
)
def test_what_is_known_is_told_with_a_mark_for_what_fails(
    health: Health, words: str, brief: str
) -> None:
    assert (health.words, health.brief) == (words, brief)
