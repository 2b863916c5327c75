"""Characters that are one cell wide on some terminals and two or three on others.

Keycaps, emoji made by a variation selector, joined emoji, skin tones, flags: tmux, screen and older
terminals count their code points in ways of their own. What stands behind them must not move.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from rich.cells import cell_len
from rich.segment import Segment
from textual.strip import Strip

from tui_lab.ui.text.cells import clusters

_DISPUTED = re.compile("[\u200d\ufe0f\u20e3\U0001f1e6-\U0001f1ff\U0001f3fb-\U0001f3ff]")


def is_disputed(text: str) -> bool:
    return _DISPUTED.search(text) is not None


def anchored(strip: Strip, y: int, x: int) -> Strip:
    """The strip, to be sent to this place, with each such character and what follows in theirs.

    Its cells are cleared before, for terminals on which it is narrower.
    """
    segments: list[Segment] = []
    for segment in strip:
        for text in _parts(segment.text):
            cells = cell_len(text)
            if is_disputed(text):
                begin, end = (Segment(f"\x1b[{y + 1};{at + 1}H") for at in (x, x + cells))
                blank = Segment(" " * cells, segment.style)
                segments += [blank, begin, Segment(text, segment.style), end]
            else:
                segments.append(Segment(text, segment.style))
            x += cells
    return Strip(segments)


def _parts(text: str) -> Iterator[str]:
    """The text, cut around each disputed character."""
    begin = 0
    for start, end, _ in clusters(text):
        if is_disputed(text[start:end]):
            if begin < start:
                yield text[begin:start]
            yield text[start:end]
            begin = end
    if begin < len(text):
        yield text[begin:]
