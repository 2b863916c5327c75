"""One finding, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Check:
    """One finding. A `problem` keeps something from working, a `warning` makes it worse.

    `fix` says what to do; where that is a command or a line to write, it is exactly that.
    """

    name: str
    status: Literal["ok", "warning", "problem"]
    message: str
    fix: str | None = None
