"""What every format of export is made of."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from tui_lab.core.record import RunRecord


@dataclass(frozen=True, slots=True)
class Form:
    """A document: what is at its head, each run, what is between two runs, what is at its end."""

    run: Callable[[RunRecord], str]
    head: str = ""
    between: str = ""
    tail: str = ""


class Document:
    """A document that is made piece by piece: the pieces in their order are its whole text."""

    def __init__(self, form: Form) -> None:
        self._form = form
        self._next = form.head
        self._is_empty = True

    def add(self, records: Iterable[RunRecord]) -> str:
        """The next piece, of these runs; empty when there are none."""
        pieces = []
        for record in records:
            pieces += [self._next, self._form.run(record)]
            self._next = self._form.between
            self._is_empty = False
        return "".join(pieces)

    def end(self) -> str:
        """The last piece; of a document without runs the only one."""
        return (self._form.head if self._is_empty else "") + self._form.tail
