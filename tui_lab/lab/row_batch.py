"""One template over rows of variables: what is still to be asked, asking it, what came of it."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from tui_lab.core.data_rows import DataRow
from tui_lab.core.draft import Draft
from tui_lab.core.record import RunRecord
from tui_lab.core.refs import ModelRef
from tui_lab.core.routing import Strategy
from tui_lab.engine.tap import Tap
from tui_lab.lab.lab import Lab

Key = tuple[str, int, frozenset[tuple[str, str]]]


@dataclass(slots=True)
class RowTask:
    """A row, the draft that asks about it in all lanes, and the answers that there are, by what
    is asked in their lane: the name of a model, or of the strategy that finds one."""

    row: DataRow
    draft: Draft
    found: dict[str, RunRecord] = field(default_factory=dict)

    @property
    def asked(self) -> tuple[str, ...]:
        return tuple(map(str, self.draft.lanes))

    @property
    def left(self) -> Draft | None:
        """The lanes that are still to be asked; None where there are none."""
        lanes = [lane for lane in self.draft.lanes if str(lane) not in self.found]
        if not lanes:
            return None
        models = tuple(lane for lane in lanes if isinstance(lane, ModelRef))
        routes = tuple(lane for lane in lanes if isinstance(lane, Strategy))
        return replace(self.draft, models=models, routes=routes)

    @property
    def results(self) -> list[tuple[int, RunRecord]]:
        """What there is, in the order of the lanes."""
        runs = (self.found[name] for name in self.asked if name in self.found)
        return [(self.row.line, run) for run in runs]


def take_answers(tasks: Iterable[RowTask], answered: Sequence[RunRecord]) -> None:
    """Gives each task the answers that it has in the history, the newest first, each once.

    An answer is one to the same version of the template with the same values in the same lane:
    neither the order of rows nor their number has to be the same.
    """
    kept: dict[Key, list[RunRecord]] = defaultdict(list)
    for record in reversed(answered):
        if record.template is not None:
            use = record.template
            kept[_key(record.model, use.version, use.variables)].append(record)
    for task in tasks:
        use_now = task.draft.template
        assert use_now is not None
        for name in task.asked:
            if found := kept[_key(name, use_now.version, use_now.variables)]:
                task.found[name] = found.pop()


async def ask_rows(
    tasks: Iterable[RowTask], lab: Lab, *, at_once: int, told: Callable[[RowTask], object]
) -> None:
    """Asks what is still open, so many rows at a time; `told` of each row when it is over.

    Raises `LabError` where a row cannot begin. However it ends, the runs are over and recorded.
    """
    turns = asyncio.Semaphore(at_once)

    async def ask(task: RowTask, left: Draft) -> None:
        async with turns:
            for record in await _ask(left, lab):
                task.found[record.model] = record
            told(task)

    asked = [asyncio.ensure_future(ask(task, left)) for task in tasks if (left := task.left)]
    try:
        await asyncio.gather(*asked)
    finally:
        for one in asked:
            one.cancel()
        await asyncio.gather(*asked, return_exceptions=True)


async def _ask(draft: Draft, lab: Lab) -> list[RunRecord]:
    begun = asyncio.wrap_future(lab.start(draft, Tap(lambda: None)))
    try:
        batch = await asyncio.shield(begun)
        return await asyncio.shield(asyncio.wrap_future(lab.done(batch)))
    except asyncio.CancelledError:
        batch = await begun
        for run in batch.runs:
            lab.cancel(run.id)
        await asyncio.wrap_future(lab.done(batch))
        raise


def _key(asked: str, version: int, variables: Mapping[str, str]) -> Key:
    return asked, version, frozenset(variables.items())
