"""What votes say, as rows and bars."""

from __future__ import annotations

import pytest
from rich.cells import cell_len

from tui_lab.core.ranking import Interval, Rating
from tui_lab.core.votes import Score
from tui_lab.ui.text.standing_rows import interval_bar, score_words, standing_table

RATED = Score("openai/gpt-4o-mini", 8, 3, 1, Rating(1123, Interval(980, 1260)))
FEW = Score("openrouter/meta-llama/llama-3.3-70b-instruct-and-more", 0, 1, 0)


@pytest.mark.parametrize("width", [56, 76, 116, 200])
def test_every_row_has_the_width_of_its_headings(width: int) -> None:
    table = standing_table([RATED, FEW], width)
    assert {cell_len(row) for row in table.rows} == {cell_len(table.heading)}
    assert cell_len(table.heading) <= width


def test_a_model_with_few_votes_has_no_rating_but_the_reason() -> None:
    rated, few = standing_table([RATED, FEW], 116).rows
    assert "1123 (980–1260)" in rated
    assert "not enough votes yet" in few
    assert "it takes 10" in score_words(FEW)


@pytest.mark.parametrize(
    ("score", "bar"),
    [
        (Score("a", 5, 5), "     ├────●────┤     "),
        (Score("a", 0, 1), "●───────────────┤    "),
        (Score("a", 100, 0), "          ┊        ├●"),
    ],
)
def test_the_bar_shows_rate_and_interval_on_one_scale(score: Score, bar: str) -> None:
    assert interval_bar(score, 21) == bar
