"""Which two answers are judged, and in which order."""

from __future__ import annotations

from itertools import combinations
from random import Random

from tests.builders import a_record
from tui_lab.core.judging import in_rounds, pairs_of
from tui_lab.core.record import RunRecord, Status


def answered(number: int, model: str, **changes: object) -> RunRecord:
    values = {"status": Status.OK, "model": model, "answered_by": model, "text": "words"}
    return a_record(f"01JD000000000000000000000{number}", **values | changes)


FOUR = [answered(number, f"sandbox/{number}") for number in range(4)]


def test_only_whole_answers_of_two_models_are_compared() -> None:
    runs = [
        answered(0, "sandbox/echo"),
        answered(1, "sandbox/echo"),
        answered(2, "sandbox/slow", text=""),
        answered(3, "sandbox/drop", status=Status.ERROR),
        answered(4, "sandbox/fast"),
    ]
    assert [(one.id[-1], other.id[-1]) for one, other in pairs_of(runs)] == [("0", "4"), ("1", "4")]


def test_no_answer_is_shown_twice_before_all_have_been_shown_once() -> None:
    ordered = in_rounds(pairs_of(FOUR), Random(1))
    assert {run.id for pair in ordered[:2] for run in pair} == {run.id for run in FOUR}


def test_every_pair_is_shown_once_whichever_side_its_answers_are_on() -> None:
    shown = [frozenset(run.id for run in pair) for pair in in_rounds(pairs_of(FOUR), Random(1))]
    every = {frozenset(pair) for pair in combinations([run.id for run in FOUR], 2)}
    assert len(shown) == len(every)
    assert set(shown) == every


def test_sides_are_by_chance() -> None:
    (pair,) = pairs_of(FOUR[:2])
    shown = {in_rounds([pair], Random(seed))[0] for seed in range(20)}
    assert shown == {pair, pair[::-1]}
