"""Finding words in a document, also while it grows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from tui_lab.ui.text.document import Document


class Match(NamedTuple):
    """Characters of a line where the query was found, `end` not included."""

    line: int
    start: int
    end: int


def matches(document: Document, query: str, begin: int = 0) -> Iterator[Match]:
    """Where the query stands, whatever its case, from line `begin` on."""
    pattern = re.compile(re.escape(query), re.IGNORECASE)
    for number, line in enumerate(document.lines(begin), begin):
        for found in pattern.finditer(line):
            if found.group():
                yield Match(number, *found.span())
