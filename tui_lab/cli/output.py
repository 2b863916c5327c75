"""What the headless face prints: data to standard output, narration to standard error.

Text from models, files and the network passes the terminal sanitiser on its way. JSON is ASCII,
so it carries every character exactly and no control character ever.
"""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any, TextIO

from tui_lab.core.errors import LabError
from tui_lab.core.problem import Problem
from tui_lab.core.sanitise import sanitise, sanitise_line
from tui_lab.core.secret import remove_key_formats


class OutputLostError(Exception):
    """Nobody takes the data any more; `reason` is None when a reader has just gone (`| head`)."""

    def __init__(self, error: OSError) -> None:
        super().__init__(error)
        self.reason = None if error.errno == errno.EPIPE else error.strerror

    @property
    def exit_code(self) -> int:
        return 0 if self.reason is None else 1


def print_json(value: Any) -> None:
    """One document, indented for people."""
    import json  # not on the way to the screens, which print none

    write_text(json.dumps(value, indent=2) + "\n")


def print_json_line(value: Any) -> None:
    import json

    write_text(json.dumps(value, separators=(",", ":")) + "\n")


def print_text(text: str) -> None:
    """A line or lines of data."""
    write_text(sanitise(text) + "\n")


def print_table(
    rows: Iterable[Iterable[str]], *, gap: int = 2, dress: Callable[[str], str] = str
) -> None:
    """Rows of cells in aligned columns; the last column is never padded.

    `dress` may give colour to the last column, which is safe by then.
    """
    safe = [[sanitise_line(cell) for cell in row] for row in rows]
    if not safe:
        return
    widths = [max(len(row[column]) for row in safe) for column in range(len(safe[0]))]
    for row in safe:
        cells = [cell.ljust(width) for cell, width in zip(row[:-1], widths, strict=False)]
        write_text((" " * gap).join([*cells, dress(row[-1])]).rstrip() + "\n")


def is_coloured() -> bool:
    """Whether standard output is a terminal on which colour is welcome."""
    return sys.stdout is not None and sys.stdout.isatty() and not os.environ.get("NO_COLOR")


def write_text(safe_text: str) -> None:
    """A piece of data that is already safe for a terminal; shown at once.

    Raises `OutputLostError`, as everything here that prints data does.
    """
    _write(safe_text.encode(_encoding(sys.stdout), "replace"))


def write_raw(text: str) -> None:
    """A piece of data exactly as it came, as UTF-8."""
    _write(text.encode("utf-8", "replace"))


def narrate(text: str) -> None:
    """A line for the person, beside the data; where it cannot be said, the work goes on."""
    line = sanitise_line(text) + "\n"
    try:
        if sys.stderr is not None:
            sys.stderr.buffer.write(line.encode(_encoding(sys.stderr), "replace"))
            sys.stderr.buffer.flush()
    except OSError:
        _silence(sys.stderr)


def say_error(error: LabError) -> None:
    """One line: what happened, and what to do; without what looks like a key."""
    hint = f" ({error.hint})" if error.hint else ""
    narrate(remove_key_formats(f"tui-lab: {error.message}{hint}"))


def say_lost(lost: OutputLostError) -> None:
    if lost.reason is not None:
        narrate(f"tui-lab: standard output cannot be written: {lost.reason}")


def say_problems(problems: Iterable[Problem]) -> None:
    for problem in problems:
        narrate(f"tui-lab: {problem}")


def _write(data: bytes) -> None:
    try:
        if sys.stdout is None:
            raise OSError(errno.EBADF, os.strerror(errno.EBADF))
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    except OSError as error:
        _silence(sys.stdout)
        raise OutputLostError(error) from error


def _encoding(stream: TextIO | None) -> str:
    return getattr(stream, "encoding", None) or "utf-8"


def _silence(stream: TextIO | None) -> None:
    """Lets what is still buffered vanish: Python would fail on it once more at the end."""
    with suppress(OSError, ValueError):
        if stream is not None:
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
