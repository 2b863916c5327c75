"""Fenced code in Markdown, decided line by line: what a line is never changes later."""

from __future__ import annotations

import re
from enum import Enum, auto

# As in CommonMark 0.31 §4.5, but indented as far as one likes: models indent fences in lists.
_FENCE = re.compile(r"\s*(?P<marks>`{3,}|~{3,})(?P<info>.*)")


class Line(Enum):
    """What a line is to fences."""

    PROSE = auto()
    FENCE = auto()
    CODE = auto()


class Fences:
    """Takes the lines of a text one by one."""

    def __init__(self) -> None:
        self._open = ""
        self.language = ""

    @property
    def inside(self) -> bool:
        """Whether the next line stands in a fence."""
        return bool(self._open)

    def take(self, line: str) -> Line:
        """What this finished line is; moves on to the next."""
        found = _FENCE.match(line[:200])
        if found and self._open and self._closes(found):
            self._open = ""
            return Line.FENCE
        if self._open:
            return Line.CODE
        if found and not (found["marks"][0] == "`" and "`" in line[found.end("marks") :]):
            self._open = found["marks"]
            self.language = (found["info"].split() or [""])[0]
            return Line.FENCE
        return Line.PROSE

    def _closes(self, found: re.Match[str]) -> bool:
        return found["marks"].startswith(self._open) and not found["info"].strip()
