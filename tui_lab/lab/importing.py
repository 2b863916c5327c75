"""Runs from a file into the history, a few at a time. It blocks: not for the thread of a screen."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tui_lab.core.ids import TIME_LENGTH
from tui_lab.export.incoming import Incoming
from tui_lab.store.importing import Outcome

if TYPE_CHECKING:
    from tui_lab.lab.history import LabHistory

_AT_ONCE = 50
"""Runs added in one transaction: other programs get their turn in between."""
_MOST_AT_ONCE = 10 * _AT_ONCE


@dataclass(slots=True)
class Imported:
    """How many were added, were here already, are kept as they are here, could not be read."""

    added: int = 0
    same: int = 0
    kept: int = 0
    refused: int = 0


def import_runs(
    history: LabHistory, incoming: Iterable[Incoming], report: Callable[[int, str], object]
) -> Imported:
    """`report` is told the line and what is wrong with it. What was added before a failure stays.

    Raises `LabError` of kind `storage`, and what reading raises.
    """
    done = Imported()
    for batch in _batches(incoming):
        records = [one.record for one in batch if one.record is not None]
        outcomes = iter(history.add(records).result() if records else ())
        for one in batch:
            if one.record is None:
                done.refused += 1
                report(one.line, one.problem or "")
                continue
            match next(outcomes):
                case Outcome.ADDED:
                    done.added += 1
                case Outcome.SAME:
                    done.same += 1
                case Outcome.OTHER:
                    done.kept += 1
                    report(one.line, f"run {one.record.id} is here with other content: it is kept")
    return done


def _batches(incoming: Iterable[Incoming]) -> Iterator[list[Incoming]]:
    """Those of one instant stay together, so that the history can put them into their order."""
    batch: list[Incoming] = []
    for one in incoming:
        full = len(batch) >= _AT_ONCE and _instant(one) != _instant(batch[-1])
        if full or len(batch) >= _MOST_AT_ONCE:
            yield batch
            batch = []
        batch.append(one)
    if batch:
        yield batch


def _instant(one: Incoming) -> str:
    return one.record.id[:TIME_LENGTH] if one.record is not None else ""
