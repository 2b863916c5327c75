"""Which of the runs that a search finds are most about what it asks for.

BM25 (Robertson and Zaragoza, "The Probabilistic Relevance Framework", 2009) over the runs that were
found: how often a term is there counts ever less, long texts count less, rare terms count more. All
of the runs have all of the terms, so that a term's rarity is told by how often, not where, it is.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from tui_lab.core.matching import TermMatcher
from tui_lab.core.query import Query
from tui_lab.core.words import fold

_SATURATION = 1.2
_LENGTH = 0.75
_CHARACTERS_OF_A_WORD = 6


def relevance(query: Query, documents: Sequence[Sequence[str | None]]) -> list[float]:
    """A score for each document, which is a row of texts; higher is better."""
    patterns = [TermMatcher.of(term).pattern for term in query.terms if not term.negated]
    folded = [[fold(text) for text in texts if text] for texts in documents]
    lengths = [sum(map(len, texts)) / _CHARACTERS_OF_A_WORD for texts in folded]
    usual = sum(lengths) / max(len(lengths), 1) or 1
    scores = [0.0] * len(documents)
    for pattern in patterns:
        counts = [sum(len(pattern.findall(text)) for text in texts) for texts in folded]
        rarity = math.log(1 + (sum(lengths) + 1) / (sum(counts) + 1))
        for place, (count, length) in enumerate(zip(counts, lengths, strict=True)):
            damping = _SATURATION * (1 - _LENGTH + _LENGTH * length / usual)
            scores[place] += rarity * count * (_SATURATION + 1) / (count + damping)
    return scores
