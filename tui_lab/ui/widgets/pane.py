"""A framed part of a screen whose titles change without what it frames being drawn again."""

from __future__ import annotations

from textual.containers import Vertical
from textual.content import Content
from textual.geometry import Region


class Pane(Vertical):
    """Textual draws the whole widget, and sends it to the terminal, for each change of a title.

    With the numbers of a stream or of a prompt in them, titles change all the time.
    """

    DEFAULT_CLASSES = "pane"

    def entitle(self, title: str | None = None, subtitle: str | None = None) -> None:
        """Changes the titles that are given; they are plain text, of one line."""
        if title is not None and self._says_else(self._border_title, title):
            self._border_title = Content(title)
            self._refresh_row(0)
        if subtitle is not None and self._says_else(self._border_subtitle, subtitle):
            self._border_subtitle = Content(subtitle)
            self._refresh_row(self.outer_size.height - 1)

    @staticmethod
    def _says_else(before: Content | None, now: str) -> bool:
        return (before.plain if before is not None else "") != now

    def _refresh_row(self, y: int) -> None:
        row = Region(0, y, self.outer_size.width, 1)
        self.refresh(row.translate(-self.content_offset))
