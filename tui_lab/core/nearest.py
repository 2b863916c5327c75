"""The nearest valid name to one that was mistyped."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

_ALIKE = 0.65
"""Below this, two names share letters and nothing else (`cohere` and `together`: 0.57)."""


def closest(word: str, names: Iterable[str]) -> str | None:
    """The name that was probably meant."""
    close = get_close_matches(word, list(names), n=1, cutoff=_ALIKE)
    return close[0] if close else None


def nearest(word: str, names: Iterable[str], *, most: int = 8) -> str:
    """A hint: the name that was probably meant, else what there is (at most `most` names)."""
    names = list(names)
    if meant := closest(word, names):
        return f"did you mean {meant}?"
    if not names:
        return "there are none"
    listed = ", ".join(names[:most])
    return f"there are: {listed}" + (", …" if len(names) > most else "")
