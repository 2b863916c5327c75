"""One finding, and what to do about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Status = Literal["ok", "warning", "problem"]

GLYPHS: Mapping[Status, str] = {"ok": "✓", "warning": "!", "problem": "✗"}


@dataclass(frozen=True, slots=True)
class Check:
    """One finding. A `problem` keeps something from working, a `warning` makes it worse.

    `fix` says what to do; where that is a command or a line to write, it is exactly that.
    """

    name: str
    status: Status
    message: str
    fix: str | None = None
