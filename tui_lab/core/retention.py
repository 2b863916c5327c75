"""How long runs are kept."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Keep:
    """Runs older than so many days go, and those beyond so many newest of a workspace; None: they
    may stay. Rated, tagged and noted runs always do."""

    days: int | None = None
    runs: int | None = None

    @property
    def is_forever(self) -> bool:
        return self.days is None and self.runs is None
