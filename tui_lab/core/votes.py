"""Which of two answers is better: votes, and what they say of the models."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from tui_lab.core.ranking import Interval, Rating, ratings, wilson
from tui_lab.core.record import RunRecord


class Verdict(StrEnum):
    """`neither`: both are bad. It counts as a tie."""

    FIRST = "first"
    SECOND = "second"
    TIE = "tie"
    NEITHER = "neither"

    @property
    def share(self) -> float:
        """How much of the vote the first has won."""
        return {Verdict.FIRST: 1.0, Verdict.SECOND: 0.0}.get(self, 0.5)


@dataclass(frozen=True, slots=True)
class Voted:
    """One of the two: its run, and the model that answered."""

    run_id: str
    model: str


@dataclass(frozen=True, slots=True)
class Vote:
    """A judgement, never changed. `first` was shown at the left, or above.

    `blind`: names, speed and length were hidden until then. `void` says why it does not count. The
    runs may be gone: what groups votes (template, tags) is kept with them.
    """

    id: str
    at: datetime
    workspace: str
    first: Voted
    second: Voted
    verdict: Verdict
    blind: bool = True
    template: str | None = None
    tags: tuple[str, ...] = ()
    void: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Score:
    """What the votes say of a model; ties count a half of the win rate.

    `rating` is None where there are not enough votes for an order.
    """

    model: str
    wins: int = 0
    losses: int = 0
    ties: int = 0
    rating: Rating | None = None

    @property
    def votes(self) -> int:
        return self.wins + self.losses + self.ties

    @property
    def win_rate(self) -> float | None:
        return (self.wins + self.ties / 2) / self.votes if self.votes else None

    @property
    def interval(self) -> Interval:
        """The 95 % interval of the win rate, after Wilson."""
        return wilson(self.wins + self.ties / 2, self.votes)


@dataclass(frozen=True, slots=True)
class Standings:
    """The models, the best first: those that can be ordered, then the others by win rate."""

    scores: tuple[Score, ...]
    votes: int
    void: int


def standings(votes: Iterable[Vote]) -> Standings:
    """What votes say; those that are void, or between a model and itself, only count as cast."""
    cast = list(votes)
    counted = [one for one in cast if one.void is None and one.first.model != one.second.model]
    tallies: dict[str, Score] = {}
    for vote in counted:
        _count(tallies, vote.first.model, vote.verdict, Verdict.FIRST)
        _count(tallies, vote.second.model, vote.verdict, Verdict.SECOND)
    rated = ratings([(one.first.model, one.second.model, one.verdict.share) for one in counted])
    scores = _with_ratings(tallies, rated)
    return Standings(tuple(sorted(scores, key=_order)), len(cast), len(cast) - len(counted))


def _count(tallies: dict[str, Score], model: str, verdict: Verdict, own: Verdict) -> None:
    old = tallies.get(model, Score(model))
    tie = verdict in (Verdict.TIE, Verdict.NEITHER)
    won = verdict is own
    tallies[model] = Score(
        model, old.wins + won, old.losses + (not won and not tie), old.ties + tie
    )


def _with_ratings(tallies: Mapping[str, Score], rated: Mapping[str, Rating]) -> list[Score]:
    return [
        Score(one.model, one.wins, one.losses, one.ties, rated.get(one.model))
        for one in tallies.values()
    ]


def _order(score: Score) -> tuple[float, float, str]:
    rating = score.rating.rating if score.rating else -1e9
    return (-rating, -(score.win_rate or 0), score.model)


_SAYS_OF_ITSELF = (
    r"(?:\bi am|\bi['’]m|\bas|\bmy name is|\bcall me|\b(?:made|built|trained|created|developed) by)"
    r"\b[^.!?\n]{{0,40}}\b(?:{names})\b"
)


def names_itself(record: RunRecord) -> bool:
    """Whether an answer says which model gave it: a vote on it would not be blind."""
    names = _names(filter(None, (record.answered_by, record.served_model)))
    if not names:
        return False
    pattern = _SAYS_OF_ITSELF.format(names="|".join(map(re.escape, sorted(names))))
    return re.search(pattern, record.text, re.IGNORECASE) is not None


_MAKERS = {
    "gpt": ("openai", "chatgpt"),
    "claude": ("anthropic",),
    "gemini": ("google",),
    "gemma": ("google",),
    "llama": ("meta",),
    "qwen": ("alibaba",),
    "grok": ("xai",),
    "kimi": ("moonshot",),
    "magistral": ("mistral",),
}


def _names(models: Sequence[str] | Iterable[str]) -> set[str]:
    """The names by which these models may call themselves: family and maker."""
    words = {word for model in models for word in re.findall(r"[a-z]+", model.lower())}
    known = {word for word in words if word in _MAKERS or word in ("deepseek", "mistral")}
    return known | {maker for word in known for maker in _MAKERS.get(word, ())}
