"""What a template asks for: variables with a type, limits and a default, and their checks."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum

from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.core.nearest import nearest


class VariableType(StrEnum):
    TEXT = "text"
    MULTILINE = "multiline"
    NUMBER = "number"
    CHOICE = "choice"
    FILE = "file"


@dataclass(frozen=True, slots=True)
class Variable:
    """A name that a template asks for; without a default it must be given.

    `least`, `most` and `whole` bound a number, `choices` are all that a choice may be. The value of
    a file is its path; its content goes into the prompt.
    """

    name: str
    default: str | None = None
    type: VariableType = VariableType.TEXT
    description: str = ""
    choices: tuple[str, ...] = ()
    least: Decimal | None = None
    most: Decimal | None = None
    whole: bool = False

    @property
    def form(self) -> str:
        """What a value must be, in words; empty where anything will do."""
        match self.type:
            case VariableType.CHOICE:
                return f"one of {', '.join(self.choices)}"
            case VariableType.FILE:
                return "the path of a text file"
            case VariableType.NUMBER:
                return self._number_words
            case VariableType.TEXT | VariableType.MULTILINE:
                return ""

    def check(self, value: str) -> None:
        """Raises `LabError` of kind `usage` for a value that it cannot have."""
        match self.type:
            case VariableType.CHOICE if value not in self.choices:
                raise self._refused(value, nearest(value, self.choices))
            case VariableType.NUMBER if not self._is_number(value):
                raise self._refused(value, f"it is {self.form}")
            case VariableType.FILE if not value.strip():
                raise self._refused(value, f"it is {self.form}")

    def _refused(self, value: str, hint: str) -> LabError:
        shown = value if len(value) <= 40 else f"{value[:39]}…"
        return LabError(ErrorKind.USAGE, f"{self.name} cannot be {shown!r}", hint)

    def _is_number(self, value: str) -> bool:
        try:
            number = Decimal(value.strip())
        except InvalidOperation:
            return False
        return (
            number.is_finite()
            and not (self.whole and number != number.to_integral_value())
            and (self.least is None or number >= self.least)
            and (self.most is None or number <= self.most)
        )

    @property
    def _number_words(self) -> str:
        kind = "a whole number" if self.whole else "a number"
        match self.least, self.most:
            case None, None:
                return kind
            case least, None:
                return f"{kind}, {least} or more"
            case None, most:
                return f"{kind}, {most} or less"
            case least, most:
                return f"{kind} from {least} to {most}"
