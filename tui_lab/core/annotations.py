"""What a person says of a run: tags, a rating, a note."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from tui_lab.core.errors import ErrorKind, LabError

BEST_RATING = 5
LONGEST_TAG = 64
"""In characters."""

_APART = re.compile(r"[\s,]+")
_JOINERS = "\u200c\u200d"  # within words of some scripts, and within emoji


def normal_tag(text: str) -> str:
    """The one form of a tag: lower case, NFC, words joined by `-`, no `#` before it.

    Raises `LabError` of kind `usage` for one of nothing, or of more than `LONGEST_TAG` characters.
    """
    words = _APART.sub(" ", unicodedata.normalize("NFC", text).lower()).split()
    tag = "".join(filter(_is_written, "-".join(words))).strip("#-")
    if not tag:
        raise LabError(ErrorKind.USAGE, f"{text!r} is no tag", "a tag has a letter or a number")
    if len(tag) > LONGEST_TAG:
        hint = f"{LONGEST_TAG} characters at most; a note has room for more"
        raise LabError(ErrorKind.USAGE, f"the tag {tag[:20]}… is too long", hint)
    return tag


def retag(tags: Iterable[str], add: Iterable[str], remove: Iterable[str]) -> tuple[str, ...]:
    """The tags without those removed and with those added, each once, in order of adding.

    Raises `LabError` of kind `usage` for what is no tag.
    """
    removed = set(map(normal_tag, remove))
    kept = (tag for tag in tags if tag not in removed)
    return tuple(dict.fromkeys((*kept, *map(normal_tag, add))))


def check_rating(rating: int | None) -> None:
    """1 (poor) to 5 (best), or None: not rated. Raises `LabError` of kind `usage`."""
    if rating is not None and not 1 <= rating <= BEST_RATING:
        raise LabError(
            ErrorKind.USAGE,
            f"a run cannot be rated {rating}",
            f"from 1 to {BEST_RATING}, or none",
        )


def _is_written(char: str) -> bool:
    return char in _JOINERS or unicodedata.category(char) not in ("Cc", "Cf", "Cs")
