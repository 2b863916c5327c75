"""Runs as Markdown to read and to keep among notes: a front matter for each, every text in a fence.

The front matter is YAML in which every value is written as JSON is: no text can be taken for
another type or end it. A fence is longer than any run of backticks in what it holds.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from tui_lab.core.record import RunRecord
from tui_lab.core.record_json import record_to_json
from tui_lab.export.form import Form
from tui_lab.export.sections import sections

_FIELDS = [
    "id",
    "batch_id",
    "parent_id",
    "created_at",
    "workspace",
    "source",
    "status",
    "finish_reason",
    "model",
    "answered_by",
    "provider",
    "served_model",
    "simulated",
    "template",
    "parameters",
    "attachments",
    "usage",
    "cost",
    "timing",
    "error",
    "tags",
    "rating",
    "note",
]
_TICKS = re.compile("`+")
# What JSON leaves as it is, but YAML 1.1 does not allow or reads as the end of a line.
_NOT_IN_YAML = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")


def markdown_form() -> Form:
    return Form(_run, between="\n")


def _run(record: RunRecord) -> str:
    return "\n".join(_lines(record)) + "\n"


def _lines(record: RunRecord) -> Iterator[str]:
    data = record_to_json(record)
    yield "---"
    yield from (f"{name}: {_yaml(data[name])}" for name in _FIELDS)
    yield "---"
    yield f"\n# Run {_TICKS.sub('', record.id)}"
    for section in sections(record):
        fence = "`" * max(3, 1 + max(map(len, _TICKS.findall(section.text)), default=0))
        yield f"\n## {section.title}\n\n{fence}{section.language}\n{section.text}\n{fence}"


def _yaml(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return _NOT_IN_YAML.sub(lambda char: f"\\u{ord(char[0]):04x}", text)
