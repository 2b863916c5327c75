"""Records as JSON: the very fields of `tui-lab history show --json`, each run on one line.

It is ASCII, so it carries every character exactly, whatever a program on its way does with text.
"""

from __future__ import annotations

import json

from tui_lab.core.record import RunRecord
from tui_lab.core.record_json import record_to_json
from tui_lab.export.form import Form


def json_form() -> Form:
    """One document: a list of records."""
    return Form(_line, head="[\n", between=",\n", tail="\n]\n")


def jsonl_form() -> Form:
    """A record a line."""
    return Form(lambda record: _line(record) + "\n")


def _line(record: RunRecord) -> str:
    return json.dumps(record_to_json(record), separators=(",", ":"))
