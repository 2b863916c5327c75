"""A prompt that is being written, as it is kept from one session to the next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class SavedDraft:
    """`content` is JSON: the texts, and all that stands beside them."""

    id: str
    workspace: str
    saved_at: datetime
    content: Mapping[str, Any]

    @property
    def first_line(self) -> str:
        lines = (line.strip() for line in str(self.content.get("prompt", "")).splitlines())
        return next(filter(None, lines), "")
