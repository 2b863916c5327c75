"""The nearest valid name to one that was mistyped."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


def nearest(word: str, names: Iterable[str], *, most: int = 8) -> str:
    """A hint: the name that was probably meant, else what there is (at most `most` names)."""
    names = list(names)
    if close := get_close_matches(word, names, n=1, cutoff=0.5):
        return f"did you mean {close[0]}?"
    if not names:
        return "there are none"
    listed = ", ".join(names[:most])
    return f"there are: {listed}" + (", …" if len(names) > most else "")
