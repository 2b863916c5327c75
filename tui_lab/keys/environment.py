"""Keys from the environment, read each time so that a change is seen at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from tui_lab.core.secret import Secret


class Variable(NamedTuple):
    """A variable of the environment and the key that it holds."""

    name: str
    secret: Secret


def environment_key(names: Iterable[str], environ: Mapping[str, str]) -> Variable | None:
    """The first of these variables that holds more than white space; None if none does."""
    for name in names:
        if value := environ.get(name, "").strip():
            return Variable(name, Secret(value))
    return None
