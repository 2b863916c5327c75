"""The words of routing: how hard a prompt is, who may answer it, in which order, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING, Any

from tui_lab.core.refs import ModelRef

if TYPE_CHECKING:
    from tui_lab.core.estimate import Estimate


class Strategy(StrEnum):
    """What the best candidate is. `auto` takes the quality that the prompt needs, then value."""

    CHEAPEST = "cheapest"
    BALANCED = "balanced"
    BEST = "best"
    FASTEST = "fastest"
    AUTO = "auto"

    @property
    def words(self) -> str:
        """What it finds."""
        return _FINDS[self]


_FINDS = {
    Strategy.CHEAPEST: "the model that is likely to cost least",
    Strategy.BALANCED: "a balance of quality, cost and speed",
    Strategy.BEST: "the model of the highest quality",
    Strategy.FASTEST: "the model that is done soonest",
    Strategy.AUTO: "the cheapest model that is good enough for the prompt",
}


class Level(IntEnum):
    """How much a prompt asks for; ordered, and compared as numbers."""

    SIMPLE = 0
    MODERATE = 1
    COMPLEX = 2
    ADVANCED = 3

    @property
    def word(self) -> str:
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Complexity:
    """How hard a prompt is. `confidence`, 0 to 1: how far the score is from the next level."""

    level: Level
    score: float
    confidence: float
    reasons: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        return {
            "level": self.level.word,
            "score": round(self.score, 2),
            "confidence": round(self.confidence, 2),
            "reasons": list(self.reasons),
        }


@dataclass(frozen=True, slots=True)
class Ratings:
    """How a workspace judges a model: how many ratings and votes, and their mean, 1 to 5."""

    count: int
    mean: float


@dataclass(frozen=True, slots=True)
class Preferences:
    """What a person wants of a choice.

    `strategy` is used where none is said, `pinned` is asked first. `preferred` and `excluded` are
    patterns of models or providers. `quality`, 0 to 100, by the full name in lower case.
    """

    strategy: Strategy | None = None
    pinned: ModelRef | None = None
    preferred: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    quality: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A model that may answer. `score`, 0 to 1, is the sum of `parts`, by name, weighted already.

    `estimate` is what this prompt may cost there; None where nobody has looked. `tier` is the price
    class of its provider, `equivalents` are the same model at other providers.
    """

    model: ModelRef
    score: float = 1.0
    parts: Mapping[str, float] = field(default_factory=dict)
    reasons: tuple[str, ...] = ()
    estimate: Estimate | None = None
    tier: str | None = None
    equivalents: tuple[ModelRef, ...] = ()

    def to_json(self) -> dict[str, Any]:
        known = self.estimate is not None and not self.estimate.unknown
        return {
            "provider": self.model.provider,
            "model": self.model.model,
            "score": round(self.score, 4),
            "parts": {name: round(part, 4) for name, part in self.parts.items()},
            "reasons": list(self.reasons),
            "estimated_cost": format(self.estimate.likely, "f")
            if self.estimate and known
            else None,
            "tier": self.tier,
            "equivalents": [str(one) for one in self.equivalents],
        }


@dataclass(frozen=True, slots=True)
class Exclusion:
    """A model that may not answer, and why, in words for people."""

    model: ModelRef
    reason: str

    def to_json(self) -> dict[str, Any]:
        return {
            "provider": self.model.provider,
            "model": self.model.model,
            "reason": self.reason,
        }


@dataclass(frozen=True, slots=True)
class RoutePlan:
    """Who is asked, the best first, before anybody was asked.

    `strategy` is None where the person has named all candidates; nobody looked at the prompt then,
    and `complexity` is None too.
    """

    candidates: tuple[Candidate, ...]
    excluded: tuple[Exclusion, ...] = ()
    strategy: Strategy | None = None
    complexity: Complexity | None = None

    def to_json(self) -> dict[str, Any]:
        return {
            "complexity": self.complexity.to_json() if self.complexity is not None else None,
            "strategy": self.strategy,
            "candidates": [one.to_json() for one in self.candidates],
            "excluded": [one.to_json() for one in self.excluded],
        }
