"""What is wrong with something a person wrote, in words for that person. Never fatal."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """What happened, where (line and column count from 1), and in `hint` what to do."""

    message: str
    file: str | None = None
    line: int | None = None
    column: int | None = None
    hint: str = ""
    repaired: bool = False
    """It was put right: there is nothing left to do."""
    hides_budget: bool = False
    """A budget or a plan could not be read: what is allowed is not known until it is corrected."""

    @property
    def place(self) -> str:
        """`file:line:column` as far as it is known, empty when it is not in a file."""
        return ":".join(
            str(part) for part in (self.file, self.line, self.column) if part is not None
        )

    @property
    def without_hint(self) -> str:
        return f"{self.place}: {self.message}" if self.place else self.message

    def __str__(self) -> str:
        return f"{self.without_hint} ({self.hint})" if self.hint else self.without_hint
