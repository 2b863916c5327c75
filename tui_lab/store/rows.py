"""A record as rows of the database, and back. The JSON form of the record stands in between."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import fields
from typing import Any

from tui_lab.core.ids import ULID_LENGTH
from tui_lab.core.record import Attempt, RunRecord
from tui_lab.core.record_json import attempt_to_json, record_from_json, record_to_json
from tui_lab.core.timing import Timing
from tui_lab.core.usage import Usage
from tui_lab.core.value_json import Json, attachments_to_json

SqlValue = str | int | float | bytes | None
Row = dict[str, SqlValue]

BRIEF_TEXT = 500
"""How much of an answer a brief record keeps, in characters."""

_USAGE = tuple(field.name for field in fields(Usage))
_COST = {"usd": "usd", "source": "cost_source", "price_date": "price_date"}
_TIMING = tuple(field.name for field in fields(Timing))
_RUN_JSON = (
    "parameters",
    "dropped_parameters",
    "template",
    "tool_calls",
    "logprobs",
    "route",
    "error",
    "tags",
    "messages",
)
_ELSEWHERE = (*_RUN_JSON, "usage", "cost", "timing", "attempts")
_RUN_PLAIN = tuple(field.name for field in fields(RunRecord) if field.name not in _ELSEWHERE)
_ATTEMPT_PLAIN = ("n", "model", "status", "http_status", "request_id")
_ATTEMPT_JSON = ("error", "rate_limits")

# Long values that a brief record does without.
_LEFT_OUT = ("reasoning", "tool_calls", "messages", "logprobs")
_BRIEF_PLAIN = (
    name for name in (*_RUN_PLAIN, *_RUN_JSON) if name not in _LEFT_OUT and name != "text"
)
BRIEF_COLUMNS = ", ".join(
    [
        *(f"runs.{name}" for name in (*_BRIEF_PLAIN, *_USAGE, *_COST.values(), *_TIMING)),
        "runs.seq",
        "runs.attachments",
        # Cut as bytes, four for a character at most: as text SQLite would stop at a NUL.
        f"substr(CAST(runs.text AS BLOB), 1, {4 * BRIEF_TEXT}) AS text",
    ]
)
"""What to select for `brief_from_row`."""

_SURROGATES = re.compile("[\ud800-\udfff]")
_CROCKFORD = {ord(char): n for n, char in enumerate("0123456789ABCDEFGHJKMNPQRSTVWXYZ")}
_LARGEST_INTEGER = 2**63 - 1


def first_seq(run_id: str) -> int:
    """The first 63 bits of a ULID: 48 of time, 15 of chance. They sort as the ULID does."""
    digits = run_id.upper().ljust(ULID_LENGTH, "0")[:ULID_LENGTH]
    value = 0
    for char in digits:
        value = value * 32 + _CROCKFORD.get(ord(char), 0)
    return min(value >> 65, _LARGEST_INTEGER >> 1)


def storable(text: str) -> str:
    """The text with U+FFFD for lone surrogates, which UTF-8 does not have."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return _SURROGATES.sub("\ufffd", text)
    return text


def run_to_row(record: RunRecord) -> Row:
    """Every column of `runs` but `seq`."""
    data = record_to_json(record)
    return _storable_row(
        {name: data[name] for name in _RUN_PLAIN}
        | {"provider": record.provider}
        | {name: to_json_text(data[name]) for name in _RUN_JSON}
        | {"attachments": to_json_text(attachments_to_json(record.messages))}
        | _measures_to_row(data)
    )


def attempt_to_row(attempt: Attempt) -> Row:
    """Every column of `attempts` but `seq` and `run`."""
    data = attempt_to_json(attempt)
    return _storable_row(
        {name: data[name] for name in _ATTEMPT_PLAIN}
        | {name: to_json_text(data[name]) for name in _ATTEMPT_JSON}
        | {"provider": attempt.model.provider}
        | _measures_to_row(data)
    )


def record_from_row(row: sqlite3.Row, attempts: Iterable[sqlite3.Row]) -> RunRecord:
    """The whole record, from `runs.*` and its rows of `attempts.*` in order."""
    data = _run_to_json(dict(row))
    data["attempts"] = [_attempt_to_json(dict(attempt)) for attempt in attempts]
    return record_from_json(data)


def brief_from_row(row: sqlite3.Row) -> RunRecord:
    """A record for a list, from `BRIEF_COLUMNS`.

    Its text is cut at `BRIEF_TEXT` characters, it has no reasoning, tool calls, logprobs or
    attempts, and its messages hold nothing but the references of the attachments.
    """
    cells = dict(row)
    cells |= {"reasoning": None, "tool_calls": "[]", "logprobs": None, "messages": "[]"}
    # SQLite makes NULL of a part of nothing.
    cells["text"] = (row["text"] or b"").decode(errors="ignore")[:BRIEF_TEXT]
    data = _run_to_json(cells)
    if attachments := json.loads(row["attachments"]):
        parts = [attachment | {"type": attachment["kind"]} for attachment in attachments]
        data["messages"] = [{"role": "user", "parts": parts}]
    data["attempts"] = []
    return record_from_json(data)


def to_json_text(value: Any) -> str | None:
    """Compact JSON; None for None, so that it is NULL in the database."""
    if value is None:
        return None
    return storable(json.dumps(value, ensure_ascii=False, separators=(",", ":")))


def _run_to_json(cells: Mapping[str, Any]) -> Json:
    data = {name: cells[name] for name in _RUN_PLAIN}
    data |= {name: _from_json_text(cells[name]) for name in _RUN_JSON}
    data["simulated"] = bool(cells["simulated"])
    return data | _measures_to_json(cells)


def _attempt_to_json(cells: Mapping[str, Any]) -> Json:
    data = {name: cells[name] for name in _ATTEMPT_PLAIN}
    data |= {name: _from_json_text(cells[name]) for name in _ATTEMPT_JSON}
    return data | _measures_to_json(cells)


def _measures_to_row(data: Json) -> Json:
    """Usage, cost, timing and kind of error: what runs and attempts have in common."""
    usage, cost, timing, error = data["usage"], data["cost"], data["timing"], data["error"]
    return (
        {name: usage[name] for name in _USAGE}
        | {column: cost[name] for name, column in _COST.items()}
        | {name: timing[name] for name in _TIMING}
        | {"error_kind": error["kind"] if error else None}
    )


def _measures_to_json(cells: Mapping[str, Any]) -> Json:
    usage = {name: cells[name] for name in _USAGE}
    usage["estimated"] = bool(usage["estimated"])
    return {
        "usage": usage,
        "cost": {name: cells[column] for name, column in _COST.items()},
        "timing": {name: cells[name] for name in _TIMING},
    }


def _from_json_text(text: str | None) -> Any:
    return json.loads(text) if text is not None else None


def _storable_row(cells: Json) -> Row:
    return {name: _storable_value(value) for name, value in cells.items()}


def _storable_value(value: Any) -> SqlValue:
    match value:
        case str():
            return storable(value)
        case int():
            # A hostile provider can report any count; SQLite has 64 bits.
            return max(-_LARGEST_INTEGER, min(value, _LARGEST_INTEGER))
        case float() | None:
            return value
        case _:
            raise TypeError(f"{type(value).__name__} is not a value of the database")
