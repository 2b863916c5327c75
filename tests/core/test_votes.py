"""Votes, and what they say of the models."""

from __future__ import annotations

import pytest

from tests.builders import NOON, a_record
from tui_lab.core.votes import Verdict, Vote, Voted, names_itself, standings

A, B = "openai/gpt-4o", "anthropic/claude-haiku-4-5"


def a_vote(verdict: Verdict, first: str = A, second: str = B, void: str | None = None) -> Vote:
    return Vote("1", NOON, "default", Voted("r1", first), Voted("r2", second), verdict, void=void)


def test_wins_losses_and_ties_are_counted_on_both_sides() -> None:
    cast = [a_vote(Verdict.FIRST)] * 3 + [a_vote(Verdict.SECOND), a_vote(Verdict.TIE)]
    best, other = standings(cast).scores
    assert (best.model, best.wins, best.losses, best.ties) == (A, 3, 1, 1)
    assert (other.model, other.wins, other.losses, other.ties) == (B, 1, 3, 1)
    assert best.win_rate == pytest.approx(0.7)
    assert best.interval.low < 0.7 < best.interval.high


def test_both_bad_counts_as_a_tie() -> None:
    assert [one.ties for one in standings([a_vote(Verdict.NEITHER)]).scores] == [1, 1]


def test_void_votes_and_those_of_a_model_against_itself_do_not_count() -> None:
    cast = [a_vote(Verdict.FIRST, void="it told"), a_vote(Verdict.FIRST, A, A)]
    found = standings(cast)
    assert (found.scores, found.votes, found.void) == ((), 2, 2)


def test_few_votes_give_a_win_rate_and_no_rating() -> None:
    assert {one.rating for one in standings([a_vote(Verdict.FIRST)] * 9).scores} == {None}


def test_enough_votes_give_an_order_with_intervals() -> None:
    best, other = standings([a_vote(Verdict.SECOND)] * 12).scores
    assert (best.model, other.model) == (B, A)
    assert best.rating is not None
    assert best.rating.interval.low <= best.rating.rating <= best.rating.interval.high


@pytest.mark.parametrize(
    ("model", "text"),
    [
        (B, "I am Claude, made by others."),
        (B, "As an AI made by Anthropic, I cannot"),
        (A, "I'm ChatGPT."),
        ("openrouter/meta-llama/llama-3.1-8b", "I was trained by Meta."),
    ],
)
def test_an_answer_that_says_whose_it_is_is_noticed(model: str, text: str) -> None:
    assert names_itself(a_record(answered_by=model, text=text))


@pytest.mark.parametrize(
    ("model", "text"),
    [
        (A, "I am Claude."),
        (B, "Claude Shannon founded information theory."),
        (B, "As Monet said to me."),
        ("sandbox/echo", "I am an echo."),
    ],
)
def test_an_answer_that_speaks_of_something_else_is_not(model: str, text: str) -> None:
    assert not names_itself(a_record(answered_by=model, text=text))
