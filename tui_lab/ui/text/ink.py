"""What pieces of a text are drawn as: inks, and the characters they lie on."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class Ink(StrEnum):
    """What a piece of text is drawn as."""

    HEADING = "heading"
    MARK = "mark"
    BULLET = "bullet"
    QUOTE = "quote"
    STRONG = "strong"
    EMPHASIS = "emphasis"
    STRIKE = "strike"
    INLINE_CODE = "inline-code"
    LINK = "link"
    FENCE = "fence"
    CODE = "code"
    COMMENT = "comment"
    KEYWORD = "keyword"
    STRING = "string"
    NUMBER = "number"
    NAME = "name"


class Span(NamedTuple):
    """Characters of a line, `end` not included, and their ink."""

    start: int
    end: int
    ink: Ink


class LineInk(NamedTuple):
    """The inks of a line: of all of it, and of parts over that; inner parts after outer ones."""

    base: Ink | None = None
    spans: tuple[Span, ...] = ()

    def difference(self, other: LineInk) -> int | None:
        """The first character that may look different with the other; None if none does."""
        if self is other:
            return None
        if self.base is not other.base:
            return 0
        for one, two in zip(self.spans, other.spans, strict=False):
            if one != two:
                return min(one.start, two.start)
        longer = max(self.spans, other.spans, key=len)
        shared = min(len(self.spans), len(other.spans))
        return longer[shared].start if len(longer) > shared else None
