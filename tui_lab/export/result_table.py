"""The results of a batch: a line for each row and model, as CSV or JSON lines."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from tui_lab.core.record import RunRecord
from tui_lab.core.record_json import record_to_json
from tui_lab.export.csv_table import csv_line

Result = tuple[int, RunRecord]
"""The line of the row in its file, and the run that was made from it."""

_FIELDS = ("model", "status", "text", "input_tokens", "output_tokens", "cost_usd", "latency_ms")


def results_csv(results: Iterable[Result], variables: Sequence[str]) -> Iterator[str]:
    """A head, then the lines: where the row was, its variables, what became of it."""
    yield csv_line(["line", *variables, *_FIELDS, "error", "run"])
    for line, record in results:
        data = _values(line, record)
        given = [data["variables"].get(name) for name in variables]
        yield csv_line([line, *given, *(data[name] for name in (*_FIELDS, "error", "run"))])


def results_jsonl(results: Iterable[Result]) -> Iterator[str]:
    """The same, an object on each line, the variables in one of their own."""
    for line, record in results:
        yield json.dumps(_values(line, record), separators=(",", ":")) + "\n"


def _values(line: int, record: RunRecord) -> dict[str, Any]:
    data = record_to_json(record)
    return {
        "line": line,
        "variables": dict(record.template.variables) if record.template else {},
        "model": record.answered_by or record.model,
        "status": data["status"],
        "text": record.text or record.refusal or "",
        "input_tokens": data["usage"]["input_tokens"],
        "output_tokens": data["usage"]["output_tokens"],
        "cost_usd": data["cost"]["usd"],
        "latency_ms": data["timing"]["latency_ms"],
        "error": f"{record.error.kind}: {record.error.message}" if record.error else None,
        "run": record.id,
    }
