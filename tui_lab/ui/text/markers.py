"""What lines of Markdown begin with: indentation, marks of quotes, bullets, boxes of tasks."""

from __future__ import annotations

import re

from rich.cells import cell_len

_MARKERS = re.compile(
    r" *(?P<quote>(?:> ?)*) *(?:(?P<bullet>[-*+•]|\d{1,9}[.)]) +(?P<task>\[[ xX]\](?= ))? *)?"
)


def markers(line: str) -> re.Match[str]:
    """The `quote` marks, `bullet` and box of a `task` that a line begins with, if any."""
    found = _MARKERS.match(line)
    assert found is not None  # every part of it may be missing
    return found


def hanging(first_row: str, width: int) -> int:
    """The cells by which the other rows of a line are indented, to stand below its text."""
    cells = cell_len(markers(first_row).group())
    return cells if cells <= min(width // 2, width - 2) else 0
