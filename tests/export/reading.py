"""Exported documents as other programs read them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from html.parser import HTMLParser

from tui_lab.core.record import RunRecord
from tui_lab.export.form import Document
from tui_lab.export.formats import Format, form_of

VOID = {"meta"}


def exported(name: Format, *records: RunRecord) -> str:
    document = Document(form_of(name))
    return document.add(records) + document.end()


def csv_rows(text: str) -> list[dict[str, str]]:
    """The rows by column, without the apostrophe that stands before a text."""
    return [
        {name: cell.removeprefix("'") for name, cell in row.items()}
        for row in csv.DictReader(io.StringIO(text, newline=""))
    ]


class Page(HTMLParser):
    """The tags of a page with their attributes, and the text of each <pre>."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.texts: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: Iterable[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)
        if tag == "pre":
            self.texts.append("")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] == "pre":
            self.texts[-1] += data
