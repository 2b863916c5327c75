"""The order of candidates: what each strategy looks at, and how much that counts.

Each part of a score is a share, 0 to 1, of what would be ideal, times its weight; the score is
their sum.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from tui_lab.core.estimate import LIKELY_ANSWER, Estimate
from tui_lab.core.health import Breaker, Health
from tui_lab.core.money import dollars
from tui_lab.core.refs import ModelRef
from tui_lab.core.routing import Candidate, Level, Strategy
from tui_lab.routing.quality import Quality

WEIGHTS: Mapping[Strategy, Mapping[str, float]] = {
    Strategy.CHEAPEST: {"cost": 0.85, "health": 0.15},
    Strategy.BALANCED: {"quality": 0.4, "cost": 0.3, "speed": 0.15, "health": 0.15},
    Strategy.BEST: {"quality": 0.85, "health": 0.15},
    Strategy.FASTEST: {"speed": 0.75, "cost": 0.1, "health": 0.15},
    Strategy.AUTO: {"floor": 0.5, "cost": 0.25, "quality": 0.1, "health": 0.1, "speed": 0.05},
}
"""What a strategy looks at; the weights of each add up to 1."""

FLOORS: Mapping[Level, float] = {
    Level.SIMPLE: 25,
    Level.MODERATE: 50,
    Level.COMPLEX: 65,
    Level.ADVANCED: 80,
}
"""The quality that a prompt of this level needs: `auto` takes what is below only where there is
nothing else.
"""

_CHEAP, _DEAR = Decimal("0.000001"), Decimal(1)
"""US dollars a prompt; what costs no more, or no less, cannot be better or worse."""
_AT_ONCE_MS, _SLOW_MS = 200.0, 60_000.0
_UNMEASURED = 0.5
"""The share of a model whose speed nobody has measured here."""
_GOOD_CALLS = 4
"""So many good calls everybody is taken to have made: one failure is not all failures."""
_PREFERENCE = 0.1
"""What it counts that the person prefers a model, where there are such."""
_LEFT_ALONE = 0.1
"""What is left of the score of a model that is left alone for a while."""


@dataclass(frozen=True, slots=True)
class Option:
    """A model that may be asked, and what is known of it for this prompt."""

    model: ModelRef
    quality: Quality
    estimate: Estimate
    health: Health = Health()
    tier: str | None = None
    preferred: bool = False


def in_order(
    options: Iterable[Option],
    strategy: Strategy,
    level: Level,
    first: ModelRef | None = None,
    family: str | None = None,
) -> tuple[Candidate, ...]:
    """The candidates, best first; `first` comes before all others, then what is of its `family`.

    What is left alone for a while (its breaker is open) comes last. Of equals, the cheaper comes
    first, then the better, then by name.
    """
    ranking = _Ranking([*options], strategy, level, first, family)
    return tuple(map(ranking.candidate, sorted(ranking.options, key=ranking.key)))


class _Ranking:
    """What all candidates of one prompt are measured by."""

    def __init__(
        self,
        options: Sequence[Option],
        strategy: Strategy,
        level: Level,
        first: ModelRef | None,
        family: str | None,
    ) -> None:
        self.options = options
        self._strategy = strategy
        self._level = level
        self._first = first
        self._family = family
        self._favours = any(option.preferred for option in options)
        self._families: dict[str, list[ModelRef]] = {}
        self._providers: dict[str, Health] = {}
        for option in options:
            self._families.setdefault(option.quality.family, []).append(option.model)
            told = self._providers.get(option.model.provider, Health())
            self._providers[option.model.provider] = Health(
                told.asked + option.health.asked, told.failed + option.health.failed
            )
        self._parts = {option.model: self._parts_of(option) for option in options}

    def key(self, option: Option) -> tuple[object, ...]:
        """What comes first is the least."""
        return (
            option.model != self._first,
            option.health.breaker is Breaker.OPEN,
            not self._is_the_same(option),
            -_score(self._parts[option.model]),
            option.estimate.unknown,
            option.estimate.likely,
            -option.quality.score,
            str(option.model),
        )

    def candidate(self, option: Option) -> Candidate:
        parts = self._parts[option.model]
        return Candidate(
            option.model,
            _score(parts),
            parts,
            tuple(self._reasons(option)),
            option.estimate,
            option.tier,
            tuple(sorted(set(self._families[option.quality.family]) - {option.model})),
        )

    def _is_the_same(self, option: Option) -> bool:
        return self._first is not None and option.quality.family == self._family

    def _parts_of(self, option: Option) -> dict[str, float]:
        floor = option.quality.score / FLOORS[self._level]
        # A model that nobody has asked yet is taken for as sound as its provider.
        calls = option.health if option.health.asked else self._providers[option.model.provider]
        shares = {
            "floor": min(floor, 1.0),
            "quality": option.quality.score / 100,
            "cost": _cheapness(option.estimate),
            "speed": _speed(option.health),
            "health": _soundness(calls),
        }
        weights = WEIGHTS[self._strategy]
        is_below = "floor" in weights and floor < 1
        if is_below:  # nothing else can make up for that
            health = weights["health"]
            weights = {"floor": weights["floor"] - health, "health": health}
        parts = {name: weight * shares[name] for name, weight in weights.items()}
        if self._favours:
            parts = {name: part * (1 - _PREFERENCE) for name, part in parts.items()}
            parts["preferred"] = _PREFERENCE if option.preferred and not is_below else 0.0
        if option.health.breaker is Breaker.OPEN:
            parts = {name: part * _LEFT_ALONE for name, part in parts.items()}
        return parts

    def _reasons(self, option: Option) -> Iterator[str]:
        health, provider = option.health, option.model.provider
        if option.model == self._first:
            yield "you named it"
        elif self._is_the_same(option):
            yield f"the same model as {self._first}"
        if option.preferred:
            yield "you prefer it"
        yield option.quality.words
        if "floor" in WEIGHTS[self._strategy] and option.quality.score < FLOORS[self._level]:
            floor = FLOORS[self._level]
            yield f"below the {floor:.0f} that a prompt of this level ({self._level.word}) needs"
        yield _cost_words(option.estimate)
        if (milliseconds := expected_ms(health)) is not None:
            yield f"about {milliseconds / 1000:.1f} s for an answer"
        if health.failed:
            yield f"{health.failed} of its last {health.asked} calls failed"
        elif not health.asked and (all_calls := self._providers[provider]).failed:
            yield f"{all_calls.failed} of the last {all_calls.asked} calls to {provider} failed"
        if health.breaker is Breaker.OPEN:
            yield "left alone for a while after failures"


def _score(parts: Mapping[str, float]) -> float:
    return round(sum(parts.values()), 6)


def _cheapness(estimate: Estimate) -> float:
    """1 for nothing, 0 from a dollar on and for what nobody knows; each tenth counts alike."""
    if estimate.unknown:
        return 0.0
    if not estimate.likely:
        return 1.0
    decades = math.log10(_DEAR / _CHEAP)
    return _within(1 - math.log10(max(estimate.likely, _CHEAP) / _CHEAP) / decades) * 0.99


def _speed(health: Health) -> float:
    milliseconds = expected_ms(health)
    if milliseconds is None:
        return _UNMEASURED
    slowness = math.log(max(milliseconds, _AT_ONCE_MS) / _AT_ONCE_MS)
    return _within(1 - slowness / math.log(_SLOW_MS / _AT_ONCE_MS))


def expected_ms(health: Health) -> float | None:
    """Until the end of a usual answer, as measured; None where nothing was."""
    if health.ttft_p50_ms is None:
        return None
    writing = LIKELY_ANSWER * 1000 / health.tokens_per_second if health.tokens_per_second else 0.0
    return health.ttft_p50_ms + writing


def _soundness(health: Health) -> float:
    return (health.asked - health.failed + _GOOD_CALLS) / (health.asked + _GOOD_CALLS)


def _within(share: float) -> float:
    return min(max(share, 0.0), 1.0)


def _cost_words(estimate: Estimate) -> str:
    if estimate.unknown:
        return "nobody knows what it costs"
    return f"likely {dollars(estimate.likely)}" if estimate.likely else "free"
