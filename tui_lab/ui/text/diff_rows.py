"""Two runs beside each other, in rows: their facts in columns, their texts word by word.

What was removed and added stands between marks, as `git diff --word-diff` has them: no colour is
needed to read it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from textual.content import Content

from tui_lab.core.run_diff import Pair
from tui_lab.core.sanitise import sanitise, sanitise_line
from tui_lab.core.text_diff import Change, TextDiff
from tui_lab.ui.text.run_line import fitted

NAME_CELLS = 17
MARKS = {Change.REMOVED: ("[-", "-]"), Change.ADDED: ("{+", "+}")}
INKS = {Change.REMOVED: "$error", Change.ADDED: "$success"}
DIFFERENT, SAME = "≠", " "


class DiffRow(NamedTuple):
    content: Content
    is_change: bool = False
    """Whether a change begins or goes on in it."""


def pair_rows(pairs: Iterable[Pair], width: int) -> Iterator[DiffRow]:
    """Name, whether they differ, and the values of both; cut off where there is no room."""
    room = max(1, width - NAME_CELLS - 3) // 2
    for pair in pairs:
        ink = "" if pair.is_same else "bold"
        before, after = (sanitise_line(told.words) for told in (pair.before, pair.after))
        line = Content.assemble(
            (fitted(pair.name, NAME_CELLS), "$foreground-muted"),
            ((SAME if pair.is_same else DIFFERENT) + " ", "bold $warning"),
            (fitted(before, room) + " ", "" if pair.is_same else INKS[Change.REMOVED]),
            (fitted(after, room), ink and INKS[Change.ADDED]),
        )
        yield DiffRow(line)


def text_rows(diff: TextDiff, width: int) -> Iterator[DiffRow]:
    """Both texts in one, wrapped at the width."""
    for line in _lines(diff):
        content = Content.assemble(*((text, INKS.get(change, "")) for change, text in line))
        changed = any(change is not Change.SAME for change, _ in line)
        for row in content.wrap(max(1, width)) if content else [content]:
            is_change = changed and any(span.style for span in row.spans)
            yield DiffRow(row.rstrip(), is_change)


def _lines(diff: TextDiff) -> Iterator[Sequence[tuple[Change, str]]]:
    """The pieces of each line; marks are closed at its end and opened again in the next."""
    line: list[tuple[Change, str]] = []
    for segment in diff.segments:
        begin, end = MARKS.get(segment.change, ("", ""))
        first, *rest = sanitise(segment.text).split("\n")
        if first or (rest and segment.change is not Change.SAME):
            line.append((segment.change, f"{begin}{first or '↵'}{end}"))
        for text in rest:
            yield line
            line = [(segment.change, f"{begin}{text}{end}")] if text else []
    yield line
