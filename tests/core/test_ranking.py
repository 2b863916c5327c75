"""Ratings from votes between two at a time."""

from __future__ import annotations

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_lab.core.ranking import LEAST_VOTES, Interval, ratings, strengths, wilson

JOURNALS = ("Biometrika", "Comm Statist", "JASA", "JRSS-B")
CITED = (
    (714, 730, 498, 221),
    (33, 425, 68, 17),
    (320, 813, 1072, 142),
    (284, 276, 325, 188),
)
"""Who (row) was cited by whom (column): Stigler (1994), as the R package BradleyTerry2 has it."""


def test_strengths_of_journals_by_citations_are_those_that_are_published() -> None:
    wins = {
        (JOURNALS[row], JOURNALS[column]): float(CITED[row][column])
        for row, column in permutations(range(4), 2)
    }
    found = strengths(wins)
    above = {name: round(value - found["Biometrika"], 5) for name, value in found.items()}
    assert above == {
        "Biometrika": 0,
        "Comm Statist": -2.94907,
        "JASA": -0.47957,
        "JRSS-B": 0.26895,
    }


@pytest.mark.parametrize(
    ("successes", "trials", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (0, 20, 0, 0.1611), (1, 10, 0.0179, 0.4042)],
)
def test_the_interval_of_a_share_is_the_known_one(
    successes: int, trials: int, low: float, high: float
) -> None:
    found = wilson(successes, trials)
    assert (round(found.low, 4), round(found.high, 4)) == (low, high)


def test_a_share_of_nothing_may_be_anything() -> None:
    assert wilson(0, 0) == Interval(0, 1)


def test_who_wins_nine_of_ten_is_rated_about_380_points_above() -> None:
    votes = [("a", "b", 1.0)] * 90 + [("a", "b", 0.0)] * 10
    found = ratings(votes)
    assert list(found) == ["a", "b"]
    assert 360 < found["a"].rating - found["b"].rating < 385  # 400 × log10(9), less the prior
    assert found["a"].interval.low > found["b"].interval.high


def test_only_ties_leave_everyone_in_the_middle() -> None:
    assert [one.rating for one in ratings([("a", "b", 0.5)] * 20).values()] == [1000, 1000]


def test_who_has_too_few_votes_is_not_rated() -> None:
    votes = [("a", "b", 1.0)] * LEAST_VOTES + [("a", "c", 1.0)] * (LEAST_VOTES - 1)
    assert set(ratings(votes)) == {"a", "b"}
    assert ratings(votes[1:LEAST_VOTES]) == {}
    assert ratings([]) == {}


def test_who_never_met_the_others_is_not_rated_with_them() -> None:
    votes = [("a", "b", 1.0)] * 10 + [("b", "c", 1.0)] * 10 + [("x", "y", 1.0)] * 10
    assert set(ratings(votes)) == {"a", "b", "c"}


def test_the_order_of_votes_changes_nothing() -> None:
    votes = [("a", "b", 1.0)] * 12 + [("b", "c", 0.5)] * 12 + [("c", "a", 0.0)] * 12
    assert [*ratings(votes)] == [*ratings(votes[::-1])]
    assert ratings(votes) == ratings(votes)


@given(
    st.lists(
        st.tuples(
            st.sampled_from("abcd"), st.sampled_from("efg"), st.sampled_from((0.0, 0.5, 1.0))
        ),
        max_size=80,
    )
)
def test_an_interval_is_around_a_finite_rating(votes: list[tuple[str, str, float]]) -> None:
    for one in ratings(votes).values():
        assert abs(one.rating) < 1e4
        assert one.interval.low <= one.interval.high
