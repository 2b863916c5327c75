"""Texts of any length in a text area: what Textual counts for every row is known here."""

from __future__ import annotations

from textual.document._document import Document, EditResult, Location
from textual.document._wrapped_document import WrappedDocument


class LongDocument(Document):
    """Textual asks for the whole text with every row that it draws: joined once, until an edit."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self._whole: str | None = None

    @property
    def text(self) -> str:
        if self._whole is None:
            self._whole = super().text
        return self._whole

    def replace_range(self, start: Location, end: Location, text: str) -> EditResult:
        self._whole = None
        return super().replace_range(start, end, text)


class LongWrappedDocument(WrappedDocument):
    """Textual adds up the heights of all lines with every row that it draws."""

    @property
    def height(self) -> int:
        return len(self._offset_to_line_info)
