"""The formats of export by name."""

from __future__ import annotations

from enum import StrEnum
from typing import assert_never

from tui_lab.export.csv_table import csv_form
from tui_lab.export.form import Form
from tui_lab.export.json_records import json_form, jsonl_form
from tui_lab.export.markdown import markdown_form
from tui_lab.export.web_page import html_form


class Format(StrEnum):
    CSV = "csv"
    JSON = "json"
    JSONL = "jsonl"
    MARKDOWN = "markdown"
    HTML = "html"


def form_of(name: Format) -> Form:
    match name:
        case Format.CSV:
            return csv_form()
        case Format.JSON:
            return json_form()
        case Format.JSONL:
            return jsonl_form()
        case Format.MARKDOWN:
            return markdown_form()
        case Format.HTML:
            return html_form()
        case _:
            assert_never(name)
