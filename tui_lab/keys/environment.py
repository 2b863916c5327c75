"""Keys from the environment, read at each run so that a change is seen at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tui_lab.core.secret import Secret


@dataclass(frozen=True, slots=True)
class FoundKey:
    """A key and, in words, where it came from."""

    secret: Secret
    source: str


def environment_key(names: Iterable[str], environ: Mapping[str, str]) -> FoundKey | None:
    """The first of these variables that holds more than white space; None if none does."""
    for name in names:
        if value := environ.get(name, "").strip():
            return FoundKey(Secret(value), f"environment {name}")
    return None
