"""Runs from a file reach the history a few at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future
from typing import Any, cast

from tests.builders import a_record
from tui_lab.core.ids import encode_ulid
from tui_lab.core.record import RunRecord
from tui_lab.export.incoming import Incoming
from tui_lab.lab.importing import Imported, import_runs
from tui_lab.store.importing import Outcome


class Added:
    """A history that only notes what it is given at once."""

    def __init__(self) -> None:
        self.at_once: list[int] = []

    def add(self, records: Sequence[RunRecord]) -> Future[tuple[Outcome, ...]]:
        self.at_once.append(len(records))
        done: Future[tuple[Outcome, ...]] = Future()
        done.set_result((Outcome.ADDED,) * len(records))
        return done


def test_runs_of_one_instant_come_together_unless_they_are_very_many() -> None:
    lone = [a_record(encode_ulid(time_ms, 0)) for time_ms in range(49)]
    batch = [a_record(encode_ulid(100, chance)) for chance in range(600)]
    history = Added()
    done = import_runs(cast(Any, history), incoming([*lone, *batch]), print)
    assert history.at_once == [500, 149]
    assert done == Imported(added=649)


def test_runs_of_many_instants_are_added_few_by_few() -> None:
    history = Added()
    import_runs(
        cast(Any, history), incoming(a_record(encode_ulid(n, 0)) for n in range(120)), print
    )
    assert history.at_once == [50, 50, 20]


def incoming(records: Iterable[RunRecord]) -> Iterator[Incoming]:
    yield from (Incoming(line, record) for line, record in enumerate(records, 1))
