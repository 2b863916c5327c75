"""What may follow a path that is being written."""

from __future__ import annotations

import os
from collections.abc import Sequence
from itertools import takewhile
from pathlib import Path

MOST = 200
"""More are not shown: a few more letters find what is meant."""


def completions(written: str) -> list[str]:
    """Paths that begin with what is written, folders with a slash behind; none that fail to read.

    Names that begin with a dot come only when one is written, names that are no text never.
    """
    if written == "~":
        return ["~/"]
    head, slash, start = written.rpartition("/")
    try:
        with os.scandir(Path(head + slash or ".").expanduser()) as entries:
            found = sorted(
                (not entry.is_dir(), entry.name) for entry in entries if _goes_on(entry.name, start)
            )
    except (OSError, ValueError, RuntimeError):
        return []
    return [f"{head}{slash}{name}{'' if is_file else '/'}" for is_file, name in found[:MOST]]


def shared_beginning(paths: Sequence[str]) -> str:
    """As much as all of these paths have in common, character by character."""
    first, last = min(paths), max(paths)
    same = (one == other for one, other in zip(first, last, strict=False))
    return first[: sum(takewhile(bool, same))]


def _goes_on(name: str, start: str) -> bool:
    hidden = name.startswith(".") and not start.startswith(".")
    return name.startswith(start) and not hidden and name.isprintable()
