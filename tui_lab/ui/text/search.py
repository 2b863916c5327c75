"""Finding words in a document, also while it grows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from tui_lab.core.matching import Finder
from tui_lab.ui.text.document import Document


class Match(NamedTuple):
    """Characters of a line where the query was found, `end` not included."""

    line: int
    start: int
    end: int


def literally(words: str) -> Finder | None:
    """Finds these characters as they are, whatever their case; None: there are none."""
    pattern = re.compile(re.escape(words), re.IGNORECASE)
    return (lambda line: [found.span() for found in pattern.finditer(line)]) if words else None


def matches(document: Document, find: Finder, begin: int = 0) -> Iterator[Match]:
    """What is found in each line, from line `begin` on."""
    for number, line in enumerate(document.lines(begin), begin):
        for start, end in find(line):
            yield Match(number, start, end)
