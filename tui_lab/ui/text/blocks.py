"""From block to block of a text."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence


def row_beside(rows: Sequence[int], at: int, step: int) -> int | None:
    """Of ascending rows the next one below (`step` 1) or above (-1) this one, if there is one."""
    index = bisect_right(rows, at) if step > 0 else bisect_left(rows, at) - 1
    return rows[index] if 0 <= index < len(rows) else None
