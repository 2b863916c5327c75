"""A text in the person's own editor, and a text from a file or a pipe."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path

from tui_lab.core.errors import ErrorKind, LabError


def edit_file(path: Path) -> None:
    """Waits until the editor is closed. Raises `LabError` where there is none, or it fails."""
    if sys.stdin is None or not sys.stdin.isatty():
        raise LabError(
            ErrorKind.USAGE, "there is no terminal for an editor", "use --file, or the options"
        )
    named = os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi"
    try:
        command = shlex.split(named)
        done = subprocess.run([*command, str(path)], check=False)  # noqa: S603
    except (OSError, ValueError) as error:
        raise LabError(
            ErrorKind.USAGE, f"the editor {named!r} cannot be started", "set EDITOR"
        ) from error
    if done.returncode != 0:
        message = f"{command[0]} ended with {done.returncode}: nothing was changed"
        raise LabError(ErrorKind.USAGE, message, "close the editor without an error")


def read_given(word: str) -> str:
    """The text of a file, or of standard input for `-`, with `\\n` line ends.

    Raises `LabError` of kind `usage` for what cannot be read, or is no text.
    """
    try:
        data = sys.stdin.buffer.read() if word == "-" else Path(word).expanduser().read_bytes()
        return data.decode("utf-8-sig").replace("\r\n", "\n")
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        raise LabError(ErrorKind.USAGE, f"{word} cannot be read: {why}", "check it") from error
    except UnicodeDecodeError as error:
        raise LabError(ErrorKind.USAGE, f"{word} is not UTF-8 text", "save it again") from error
