"""How good models are: the packaged table, corrected by what people say of the answers."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from importlib.resources import files

from tui_lab.core.routing import Ratings

HIGH = 70
"""From here on a model is of high quality."""
NEUTRAL_RATING = 3
"""A rating that says neither that a model is better than its figure nor that it is worse."""
_POINTS_OF_A_STAR = 10
_RATINGS_FOR_HALF = 5
"""So many ratings move the figure half as far as very many would."""


@dataclass(frozen=True, slots=True)
class Quality:
    """`score`, 0 to 100. `family` is the same for the same model at any provider.

    `guessed`: nobody has told, it is what an unknown model is taken for. `judged` counts the
    ratings and votes that have corrected it.
    """

    score: float
    family: str
    guessed: bool = False
    judged: int = 0

    @property
    def words(self) -> str:
        """`quality 51`; in brackets what it rests on where that is not the table alone."""
        rests_on = ["a guess"] if self.guessed else []
        if self.judged:
            rests_on.append(f"{self.judged} judgement{'s' if self.judged > 1 else ''}")
        return f"quality {self.score:.0f}" + (f" ({', '.join(rests_on)})" if rests_on else "")


class QualityTable:
    """Figures by exact name, never by likeness."""

    def __init__(self, rows: Mapping[str, Quality], unknown: float) -> None:
        self._rows = rows
        self._unknown = unknown

    def find(self, name: str) -> Quality:
        """Of a model by its name without vendor, date and variant."""
        name = name.lower()
        return self._rows.get(name) or Quality(self._unknown, name, guessed=True)


def load_quality() -> QualityTable:
    """The table that comes with the lab."""
    text = files("tui_lab.routing").joinpath("quality.toml").read_text("utf-8")
    packaged = tomllib.loads(text)
    rows = {
        name: Quality(row["quality"], row["names"][0])
        for row in packaged["models"]
        for name in row["names"]
    }
    return QualityTable(rows, packaged["unknown"])


def corrected(quality: Quality, ratings: Ratings | None) -> Quality:
    """With the workspace's own ratings: many good ones add up to 20 points, many bad ones take
    as many away; few count little.
    """
    if ratings is None or not ratings.count:
        return quality
    weight = ratings.count / (ratings.count + _RATINGS_FOR_HALF)
    points = (ratings.mean - NEUTRAL_RATING) * _POINTS_OF_A_STAR * weight
    return replace(
        quality, score=min(max(quality.score + points, 0.0), 100.0), judged=ratings.count
    )
