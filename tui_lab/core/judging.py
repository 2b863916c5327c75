"""Which two answers are judged, and in which order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import combinations
from random import Random

from tui_lab.core.record import RunRecord, Status

Pair = tuple[RunRecord, RunRecord]


def pairs_of(runs: Iterable[RunRecord]) -> tuple[Pair, ...]:
    """Every two of these answers to one prompt that can be compared: whole, of two models."""
    answers = [run for run in runs if run.status is Status.OK and run.text]
    pairs = combinations(answers, 2)
    return tuple(pair for pair in pairs if pair[0].answered_by != pair[1].answered_by)


def in_rounds(pairs: Sequence[Pair], random: Random) -> list[Pair]:
    """The same pairs, sides by chance, in rounds in which no answer occurs twice.

    Whose an answer is, is told after its first vote: so the first round is blind as a whole.
    """
    ordered, left = [], list(pairs)
    while left:
        shown: set[str] = set()
        later = []
        for one, other in left:
            if {one.id, other.id} & shown:
                later.append((one, other))
                continue
            shown |= {one.id, other.id}
            ordered.append((one, other) if random.random() < 0.5 else (other, one))
        left = later
    return ordered
