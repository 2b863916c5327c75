"""Runs as a table for spreadsheets (RFC 4180, UTF-8), in which no text can act as a formula.

A spreadsheet takes what begins with `=`, `+`, `-` or `@` for a formula, also after spaces, and one
that a model has written may start programs or send the table away. Such a text gets an apostrophe
before it (https://owasp.org/www-community/attacks/CSV_Injection); so does one that begins with an
apostrophe itself, so that taking one away from where one is gives every text exactly as it was.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from tui_lab.core.record_json import record_to_json
from tui_lab.export.form import Form

_SPACE = r"[\s\x00-\x1f\x7f-\x9f\xad\u200b-\u200f\u2060\ufeff\"]*"
_FORMULA = re.compile(rf"{_SPACE}[=+\-@＝＋－＠]|[\t\r\n']")

_PLAIN = [
    "id",
    "batch_id",
    "lane",
    "repeat",
    "parent_id",
    "created_at",
    "workspace",
    "source",
    "status",
    "finish_reason",
    "finish_reason_raw",
    "model",
    "answered_by",
    "provider",
    "served_model",
    "simulated",
    "prompt",
    "system",
    "text",
    "reasoning",
    "refusal",
]
_USAGE = [
    "input_tokens",
    "output_tokens",
    "total_tokens",
    "cached_tokens",
    "cache_write_tokens",
    "reasoning_tokens",
    "estimated",
]
_COST = {"usd": "cost_usd", "source": "cost_source", "price_date": "price_date"}
_TIMING = [
    "connect_ms",
    "headers_ms",
    "first_event_ms",
    "ttft_ms",
    "first_visible_ms",
    "last_ms",
    "latency_ms",
    "itl_ms",
    "tokens_per_second",
]
_ERROR = {"kind": "error_kind", "message": "error_message", "status": "error_status"}
_AS_JSON = ["parameters", "tags", "template", "attachments", "tool_calls", "messages"]

COLUMNS = (
    *_PLAIN,
    *_USAGE,
    *_COST.values(),
    *_TIMING,
    *_ERROR.values(),
    "attempts",
    "rating",
    "note",
    *_AS_JSON,
)
"""The fields of a record under their own names; `attempts` is how many there were; the last ones
are JSON."""


def csv_form() -> Form:
    """A head of column names, then a line for each run."""
    return Form(lambda record: csv_line(_cells(record_to_json(record))), head=csv_line(COLUMNS))


def csv_line(values: Iterable[Any]) -> str:
    """A line of cells; null is an empty one."""
    line = io.StringIO()
    csv.writer(line, quoting=csv.QUOTE_NONNUMERIC).writerow(map(_cell, values))
    return line.getvalue()


def _cells(data: Mapping[str, Any]) -> list[Any]:
    error = data["error"] or {}
    return [
        *(data[name] for name in _PLAIN),
        *(data["usage"][name] for name in _USAGE),
        *(data["cost"][name] for name in _COST),
        *(data["timing"][name] for name in _TIMING),
        *(error.get(name) for name in _ERROR),
        len(data["attempts"]),
        data["rating"],
        data["note"],
        *(_json(data[name]) for name in _AS_JSON),
    ]


def _json(value: Any) -> str | None:
    return None if value is None else json.dumps(value, separators=(",", ":"))


def _cell(value: Any) -> Any:
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return f"'{value}" if _FORMULA.match(value) else value
        case _:
            return value
