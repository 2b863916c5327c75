"""What a person searches for, as a command takes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_lab.cli.output import narrate
from tui_lab.core.errors import ErrorKind, LabError

_LONGEST_PIECE = 40

if TYPE_CHECKING:
    from tui_lab.core.query import Query, QueryProblem
    from tui_lab.lab import Lab


def explained(text: str, lab: Lab) -> Query:
    """What the search means; what is wrong with it is told."""
    query = lab.history.query(text)
    for problem in query.problems:
        narrate(f"tui-lab: {_place(text, problem)}: {problem.message} ({problem.hint})")
    return query


def understood(text: str, lab: Lab) -> Query:
    """The same for what cannot be looked over first: raises `LabError` of kind `usage` where
    anything is wrong with it."""
    query = lab.history.query(text)
    for problem in query.problems:
        message = f"{_place(text, problem)}: {problem.message}"
        raise LabError(ErrorKind.USAGE, message, problem.hint)
    return query


def _place(text: str, problem: QueryProblem) -> str:
    piece = text[problem.start : problem.end]
    shown = piece if len(piece) <= _LONGEST_PIECE else f"{piece[:_LONGEST_PIECE]}…"
    return f"character {problem.start + 1}, {shown}"
