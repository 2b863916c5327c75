"""What the headless face prints: data to standard output, narration to standard error.

Text from models, files and the network passes the terminal sanitiser on its way. JSON is ASCII,
so it carries every character exactly and no control character ever.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from typing import Any, TextIO

from tui_lab.core.errors import LabError
from tui_lab.core.problem import Problem
from tui_lab.core.sanitise import sanitise, sanitise_line


def print_json(value: Any) -> None:
    """One document, indented for people."""
    _write(sys.stdout, json.dumps(value, indent=2) + "\n")


def print_json_line(value: Any) -> None:
    _write(sys.stdout, json.dumps(value, separators=(",", ":")) + "\n")


def print_text(text: str) -> None:
    """A line or lines of data."""
    _write(sys.stdout, sanitise(text) + "\n")


def write_text(safe_text: str) -> None:
    """A piece of data that is already safe for a terminal; shown at once."""
    _write(sys.stdout, safe_text)


def write_raw(text: str) -> None:
    """A piece of data exactly as it came, as UTF-8."""
    sys.stdout.flush()
    sys.stdout.buffer.write(text.encode("utf-8", "replace"))
    sys.stdout.buffer.flush()


def narrate(text: str) -> None:
    """A line for the person, beside the data."""
    _write(sys.stderr, sanitise_line(text) + "\n")


def say_error(error: LabError) -> None:
    """One line: what happened, and what to do."""
    hint = f" ({error.hint})" if error.hint else ""
    narrate(f"tui-lab: {error.message}{hint}")


def say_problems(problems: Iterable[Problem]) -> None:
    for problem in problems:
        narrate(f"tui-lab: {problem}")


def print_table(rows: Iterable[Iterable[str]], *, gap: int = 2) -> None:
    """Rows of cells in aligned columns; the last column is never padded."""
    safe = [[sanitise_line(cell) for cell in row] for row in rows]
    if not safe:
        return
    widths = [max(len(row[column]) for row in safe) for column in range(len(safe[0]))]
    for row in safe:
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=True)]
        _write(sys.stdout, (" " * gap).join(cells).rstrip() + "\n")


def _write(stream: TextIO, text: str) -> None:
    encoding = stream.encoding or "utf-8"
    stream.write(text.encode(encoding, "replace").decode(encoding))
    stream.flush()
