"""`tui-lab votes`: what judgements say of the models."""

from __future__ import annotations

from tests.cli.program import Program
from tui_lab.core.votes import Verdict
from tui_lab.lab import Lab


def judge(program: Program, verdict: Verdict, times: int = 1) -> None:
    program("run", "Hello", "-m", "sandbox/echo", "-m", "sandbox/fast", "-o", "sandbox.pace=0")
    with Lab(program.variables()) as lab:
        (pair,) = lab.votes.unjudged("default", 10).result()
        for _ in range(times):
            lab.votes.cast(pair, verdict).result()
        assert lab.votes.unjudged("default", 10).result() == ()


def test_without_votes_it_says_how_to_cast_one(program: Program) -> None:
    done = program("votes")
    assert (done.code, done.text) == (0, "")
    assert "no votes yet" in done.errors
    assert program("votes", "--json").json == {"votes": 0, "void": 0, "models": []}


def test_a_few_votes_give_win_rates_and_say_that_there_are_too_few_to_rate(
    program: Program,
) -> None:
    judge(program, Verdict.FIRST, 3)
    lines = program("votes").text.splitlines()
    assert lines[1].split()[:5] == ["sandbox/echo", "3", "3", "0", "0"]
    assert "not enough votes yet" in lines[1]
    first = program("votes", "--json").json["models"][0]
    assert (first["win_rate"], first["rating"]) == (1, None)
    assert program("votes", "--workspace", "work", "--json").json["votes"] == 0


def test_many_votes_give_ratings_with_intervals(program: Program) -> None:
    judge(program, Verdict.SECOND, 20)
    best, other = program("votes", "--json").json["models"]
    assert best["model"] == "sandbox/fast"
    assert best["rating_interval"]["low"] <= best["rating"] <= best["rating_interval"]["high"]
    assert best["rating"] > other["rating"]
