"""A row of text with layers of colour, as the segments that Textual draws."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from rich.segment import Segment
from rich.style import Style

from tui_lab.ui.text.cells import clusters


class Layer(NamedTuple):
    """A style over some characters, `end` not included."""

    start: int
    end: int
    style: Style


def draw(text: str, base: Style, layers: Sequence[Layer]) -> list[Segment]:
    """The text as it is, character by character; later layers lie over earlier ones."""
    if not layers:
        return [Segment(text, base)] if text else []
    if not text.isascii():
        layers = _whole_characters(text, layers)
    cuts = {0, len(text)}
    for start, end, _ in layers:
        cuts |= {start, end}
    edges = sorted(cut for cut in cuts if 0 <= cut <= len(text))
    segments: list[Segment] = []
    for begin, stop in pairwise(edges):
        style = base
        for layer in layers:
            if layer.start <= begin < layer.end:
                style += layer.style
        segments.append(Segment(text[begin:stop], style))
    return segments


def _whole_characters(text: str, layers: Sequence[Layer]) -> list[Layer]:
    """Layers never part a character from its marks: it would be measured and drawn wrongly."""
    inside = {within: start for start, end, _ in clusters(text) for within in range(start + 1, end)}
    return [
        Layer(inside.get(start, start), inside.get(end, end), style) for start, end, style in layers
    ]
