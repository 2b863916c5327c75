"""Who is better, by votes between two at a time, and how sure that is.

Strengths are those of Bradley and Terry (1952): the first beats the second with the odds of their
strengths. They are the most likely ones, found by Newton's method. Ratings are on the scale of
chess, as FastChat uses it: 400 points are odds of ten to one, 1000 is the middle.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from random import Random

Pair = tuple[str, str]
"""Who won, who lost."""

SCALE, MIDDLE = 400, 1000
ROUNDS = 200
"""How often votes are drawn anew for an interval."""
LEAST_VOTES = 10
"""Votes that a model must have before it is ranked."""
_Z95 = 1.959963984540054
_NOBODY = ""
_MOST_STEPS = 50
_CLOSE = 1e-9


@dataclass(frozen=True, slots=True)
class Interval:
    """Both ends of a 95 % interval."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Rating:
    """A model's rating, and the interval that holds 95 of 100 ratings of votes drawn anew."""

    rating: float
    interval: Interval


def wilson(successes: float, trials: int) -> Interval:
    """The interval of a share after Wilson (1927), with 95 % confidence; ties count a half."""
    if trials == 0:
        return Interval(0, 1)
    share, square = successes / trials, _Z95**2
    middle = (share + square / (2 * trials)) / (1 + square / trials)
    spread = share * (1 - share) / trials + square / (4 * trials**2)
    reach = _Z95 * math.sqrt(spread) / (1 + square / trials)
    return Interval(max(0.0, middle - reach), min(1.0, middle + reach))


def strengths(
    wins: Mapping[Pair, float], *, prior: float = 0, start: Mapping[str, float] | None = None
) -> dict[str, float]:
    """The logarithm of each one's strength; their mean is 0.

    `wins` is how often the first beat the second, a tie half a win for both. With `prior`, each
    also won and lost so often against one of strength 1: whoever lost always has a strength, too.
    Without, all must be connected by wins in both directions. The fit begins at `start`.
    """
    names = sorted({name for pair in wins for name in pair})
    place = {name: index for index, name in enumerate(names)}
    games = [(place[one], place[other], count) for (one, other), count in wins.items()]
    values = [start.get(name, 0.0) if start else 0.0 for name in names]
    for _ in range(_MOST_STEPS):
        step = _solved(*_slope_and_curve(values, games, prior))
        longest = max(map(abs, step), default=0.0)
        shorter = min(1.0, 2 / longest) if longest else 1.0
        values = [value + shorter * moved for value, moved in zip(values, step, strict=True)]
        if longest < _CLOSE:
            break
    middle = sum(values) / len(values) if values else 0.0
    return {name: value - middle for name, value in zip(names, values, strict=True)}


def _slope_and_curve(
    values: Sequence[float], games: Sequence[tuple[int, int, float]], prior: float
) -> tuple[list[float], list[list[float]]]:
    """First and (negative) second derivatives of the logarithm of the likelihood."""
    slope = [prior - 2 * prior * _logistic(value) for value in values]
    curve = [[0.0] * len(values) for _ in values]
    for index, value in enumerate(values):
        chance = _logistic(value)
        # Where nothing else says where the middle is, a trifle does.
        curve[index][index] = 2 * prior * chance * (1 - chance) + 1e-9
    for winner, loser, count in games:
        chance = _logistic(values[winner] - values[loser])
        slope[winner] += count * (1 - chance)
        slope[loser] -= count * (1 - chance)
        weight = count * chance * (1 - chance)
        curve[winner][winner] += weight
        curve[loser][loser] += weight
        curve[winner][loser] -= weight
        curve[loser][winner] -= weight
    return slope, curve


def _solved(right: list[float], matrix: list[list[float]]) -> list[float]:
    """x of matrix · x = right, for a symmetric positive matrix: elimination without pivots."""
    size = len(right)
    for row in range(size):
        for below in range(row + 1, size):
            factor = matrix[below][row] / matrix[row][row]
            if factor:
                for column in range(row, size):
                    matrix[below][column] -= factor * matrix[row][column]
                right[below] -= factor * right[row]
    found = [0.0] * size
    for row in reversed(range(size)):
        known = sum(matrix[row][column] * found[column] for column in range(row + 1, size))
        found[row] = (right[row] - known) / matrix[row][row]
    return found


def _logistic(value: float) -> float:
    return 1 / (1 + math.exp(-value)) if value > -700 else 0.0


def ratings(votes: Sequence[tuple[str, str, float]], *, seed: int = 0) -> dict[str, Rating]:
    """The ratings of those who have met, in votes of (first, second, share that the first won).

    The votes drawn anew for the intervals are these and, for each model, one that might as well
    have been lost as won: without it, twelve wins of twelve would be beyond all doubt. Those with
    fewer than `LEAST_VOTES` votes are left out, and so is whoever is connected by no votes with
    the largest group of the others: nothing can be said of the order then.
    """
    votes = _comparable(votes)
    kinds = dict(sorted(Counter(votes).items()))
    fitted = strengths(_wins(kinds), prior=0.5)
    doubts = {(name, _NOBODY, share): 0.5 for name in fitted for share in (0.0, 1.0)}
    population, weights = [*kinds, *doubts], [*kinds.values(), *doubts.values()]
    random = Random(seed)  # noqa: S311 - the same votes give the same interval
    drawn: dict[str, list[float]] = {name: [] for name in fitted}
    for _ in range(ROUNDS if fitted else 0):
        sample = Counter(random.choices(population, weights, k=len(votes) + len(fitted)))
        again = strengths(_wins(sample), prior=0.5, start=fitted)
        for name in drawn:
            drawn[name].append(again.get(name, 0.0))
    return {
        name: Rating(
            _points(value),
            Interval(_points(_share(drawn[name], 2.5)), _points(_share(drawn[name], 97.5))),
        )
        for name, value in sorted(fitted.items(), key=lambda one: (-round(one[1], 9), one[0]))
    }


def _comparable(votes: Sequence[tuple[str, str, float]]) -> list[tuple[str, str, float]]:
    """The votes between those who have enough of them and are connected by them."""
    left = list(votes)
    while True:
        count = Counter(name for first, second, _ in left for name in (first, second))
        kept = {name for name, number in count.items() if number >= LEAST_VOTES}
        kept &= _largest_group(left, kept)
        fewer = [vote for vote in left if vote[0] in kept and vote[1] in kept]
        if len(fewer) == len(left):
            return left
        left = fewer


def _largest_group(votes: Iterable[tuple[str, str, float]], names: Iterable[str]) -> set[str]:
    group = {name: {name} for name in sorted(names)}
    for first, second, _ in votes:
        if first in group and second in group and group[first] is not group[second]:
            group[first] |= group[second]
            for name in group[second]:
                group[name] = group[first]
    return max(group.values(), key=len, default=set())


def _wins(kinds: Mapping[tuple[str, str, float], int]) -> dict[Pair, float]:
    wins: dict[Pair, float] = defaultdict(float)
    for (first, second, share), count in kinds.items():
        wins[first, second] += share * count
        wins[second, first] += (1 - share) * count
    return wins


def _points(strength: float) -> float:
    return MIDDLE + SCALE * strength / math.log(10)


def _share(values: Sequence[float], percent: float) -> float:
    """The value below which so many per cent lie, between neighbours by their distance."""
    ordered = sorted(values)
    place = (len(ordered) - 1) * percent / 100
    below = math.floor(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)
