"""What votes say of the models, as rows of a table that fits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len

from tui_lab.core.ranking import LEAST_VOTES
from tui_lab.core.sanitise import sanitise_line
from tui_lab.core.votes import Score
from tui_lab.ui.text.run_line import fitted
from tui_lab.ui.text.vote_words import rating_words

GAP = "  "
NARROW_BAR, WIDE_BAR = 15, 31
WIDTH_FOR_ALL = 100
"""Narrower tables leave the numbers of the interval to its bar, and to the words below."""
LEAST, HALF, POINT, MOST, WITHIN = "├", "┊", "●", "┤", "─"


@dataclass(frozen=True, slots=True)
class StandingTable:
    """A line of headings, and a line for each model, of the same width."""

    heading: str
    rows: tuple[str, ...]


def standing_table(scores: Sequence[Score], width: int) -> StandingTable:
    """The rates of all stand below each other on one scale, from never to always better."""
    wide = width >= WIDTH_FOR_ALL
    bar = WIDE_BAR if wide else NARROW_BAR
    columns = [["rating (95%)", *map(rating_words, scores)]]
    if wide:
        columns.append(["95%", *map(_interval_words, scores)])
    columns.append(["won", *(f"{score.win_rate or 0:.0%}" for score in scores)])
    columns.append(["0%".ljust(bar - 4) + "100%", *(interval_bar(score, bar) for score in scores)])
    columns.append(["votes", *(f"{score.votes:,}" for score in scores)])
    columns = [_aligned(column) for column in columns]
    room = width - sum(len(GAP) + len(column[0]) for column in columns)
    names = ["model", *(sanitise_line(score.model) for score in scores)]
    name = max(1, min(room, max(map(cell_len, names))))
    lines = [
        GAP.join([fitted(words, name), *cells])
        for words, *cells in zip(names, *reversed(columns), strict=True)
    ]
    return StandingTable(lines[0], tuple(lines[1:]))


def interval_bar(score: Score, cells: int) -> str:
    """The win rate and its interval on a scale from 0 to 100%, whose half is marked."""

    def place(share: float) -> int:
        return round(share * (cells - 1))

    bar = [" "] * cells
    bar[place(0.5)] = HALF
    low, high = place(score.interval.low), place(score.interval.high)
    bar[low : high + 1] = WITHIN * (high + 1 - low)
    bar[low], bar[high] = LEAST, MOST
    bar[place(score.win_rate or 0)] = POINT
    return "".join(bar)


def score_words(score: Score) -> str:
    """The whole of one model."""
    rating = f"rating {rating_words(score)}"
    if score.rating is None:
        rating += f": it takes {LEAST_VOTES} against models that have as many"
    return (
        f"{score.wins} won, {score.losses} lost, {score.ties} tied of {score.votes} · "
        f"won {score.win_rate or 0:.0%} (95%: {_interval_words(score)}) · {rating}"
    )


def _interval_words(score: Score) -> str:
    return f"{score.interval.low:.0%}–{score.interval.high:.0%}"


def _aligned(column: Sequence[str]) -> list[str]:
    width = max(map(len, column))
    return [one.rjust(width) for one in column]
