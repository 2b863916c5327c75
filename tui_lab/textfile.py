"""Files that a person wrote: their text, or why it cannot be had."""

from __future__ import annotations

from pathlib import Path

from tui_lab.core.problem import Problem


def read_text(path: Path) -> str | Problem | None:
    """The text with `\\n` line ends, a problem, or None when there is no such file."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return None
    except IsADirectoryError:
        return Problem("a directory, where a file should be", str(path), hint="move it away")
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        return Problem(f"cannot be read: {reason}", str(path), hint="check its permissions")
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return Problem("not UTF-8 text", str(path), line, hint="save it again as UTF-8")
