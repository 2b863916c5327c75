"""The last net before the terminal: what must never be written is replaced, wherever it came from.

Foreign text is sanitised where it comes in; this catches what a new widget forgot.
"""

from __future__ import annotations

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

from tui_lab.core.sanitise import is_safe, sanitise_line


class UnsafeCharacters(LineFilter):
    """Replaces the text of segments that hold characters which could act on the terminal."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        if all(is_safe(segment.text) for segment in segments if not segment.control):
            return segments
        return [
            segment
            if segment.control or is_safe(segment.text)
            else Segment(sanitise_line(segment.text), segment.style)
            for segment in segments
        ]
