"""Writing a text in the person's own editor, with the lab out of the way."""

from __future__ import annotations

import os
import shlex
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from textual.app import App, SuspendNotSupported

from tui_lab.core.errors import ErrorKind, LabError


def edit(app: App[Any], text: str, *, folder: Path, name: str = "prompt.md") -> str:
    """The text as it was saved. Raises `LabError` when there is no editor, or it fails.

    The file is in a private folder and gone afterwards: a prompt may hold anything.
    """
    command = _editor()
    with tempfile.TemporaryDirectory(dir=folder) as private:
        path = Path(private) / name
        path.write_text(text, encoding="utf-8")
        try:
            with app.suspend():
                done = subprocess.run([*command, str(path)], check=False)  # noqa: S603
        except SuspendNotSupported as error:
            raise _failed("this terminal cannot be lent to an editor") from error
        except OSError as error:
            raise _failed(f"{command[0]} cannot be started: {error.strerror}") from error
        if done.returncode != 0:
            raise _failed(f"{command[0]} ended with {done.returncode}; the text is unchanged")
        return path.read_text(encoding="utf-8", errors="replace").removesuffix("\n")


def _editor() -> list[str]:
    named = os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi"
    try:
        return shlex.split(named)
    except ValueError as error:
        raise _failed(f"the editor {named!r} cannot be read as a command") from error


def _failed(message: str) -> LabError:
    return LabError(ErrorKind.USAGE, message, "set EDITOR to a program, for example nano")
