"""What a vote said, and what it changed, in words."""

from __future__ import annotations

from tui_lab.core.ranking import LEAST_VOTES
from tui_lab.core.sanitise import sanitise_line
from tui_lab.core.votes import Score, Standings, Verdict, Vote

TOO_FEW = "not enough votes yet"


def side_words(verdict: Verdict) -> tuple[str, str]:
    """A word for each of the two, as they were shown."""
    match verdict:
        case Verdict.FIRST:
            return "better", ""
        case Verdict.SECOND:
            return "", "better"
        case Verdict.TIE:
            return "tie", "tie"
        case Verdict.NEITHER:
            return "bad", "bad"


def verdict_words(vote: Vote) -> str:
    first, second = sanitise_line(vote.first.model), sanitise_line(vote.second.model)
    match vote.verdict:
        case Verdict.FIRST:
            return f"{first} is better than {second}"
        case Verdict.SECOND:
            return f"{second} is better than {first}"
        case Verdict.TIE:
            return f"{first} and {second} are as good as each other"
        case Verdict.NEITHER:
            return f"{first} and {second} are both bad"


def change_words(model: str, before: Standings, after: Standings) -> str:
    """`openai/gpt-4o-mini: won 75% → 80% of 5 · not enough votes yet: 5 more`."""
    old, new = _score(model, before), _score(model, after)
    rates = " → ".join(_rate(score) for score in (old, new) if score.votes)
    return f"{sanitise_line(model)}: won {rates} of {new.votes} · {_rating_change(old, new)}"


def rating_words(score: Score) -> str:
    """`1123 (980–1260)`, or that there are not enough votes."""
    if score.rating is None:
        return TOO_FEW
    interval = score.rating.interval
    return f"{score.rating.rating:.0f} ({interval.low:.0f}–{interval.high:.0f})"


def _rating_change(old: Score, new: Score) -> str:
    if new.rating is None:
        missing = LEAST_VOTES - new.votes
        return TOO_FEW + (f": {missing} more" if missing > 0 else "")
    before = f"{old.rating.rating:.0f} → " if old.rating is not None else ""
    return f"rating {before}{rating_words(new)}"


def _rate(score: Score) -> str:
    return f"{score.win_rate:.0%}" if score.win_rate is not None else "–"


def _score(model: str, found: Standings) -> Score:
    return next((score for score in found.scores if score.model == model), Score(model))
