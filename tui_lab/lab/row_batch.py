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
from tui_lab.engine.tap import Tap
from tui_lab.lab.lab import Lab

Key = tuple[str, int, frozenset[tuple[str, str]]]


@dataclass(slots=True)
class RowTask:
    """A row, the draft that asks all models about it, and the answers that there are, by model."""

    row: DataRow
    draft: Draft
    found: dict[ModelRef, RunRecord] = field(default_factory=dict)

    @property
    def open_models(self) -> tuple[ModelRef, ...]:
        """Those that are still to be asked."""
        return tuple(model for model in self.draft.models if model not in self.found)

    @property
    def results(self) -> list[tuple[int, RunRecord]]:
        """What there is, in the order of the models."""
        runs = (self.found[model] for model in self.draft.models if model in self.found)
        return [(self.row.line, run) for run in runs]


def take_answers(tasks: Iterable[RowTask], answered: Sequence[RunRecord]) -> None:
    """Gives each task the answers that it has in the history, the newest first, each once.

    An answer is one to the same version of the template with the same values from the same model:
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
        for model in task.draft.models:
            if found := kept[_key(str(model), use_now.version, use_now.variables)]:
                task.found[model] = found.pop()


async def ask_rows(
    tasks: Iterable[RowTask], lab: Lab, *, at_once: int, told: Callable[[RowTask], object]
) -> None:
    """Asks what is still open, so many rows at a time; `told` of each row when it is over.

    Raises `LabError` where a row cannot begin. However it ends, the runs are over and recorded.
    """
    turns = asyncio.Semaphore(at_once)

    async def ask(task: RowTask) -> None:
        async with turns:
            for record in await _ask(replace(task.draft, models=task.open_models), lab):
                task.found[ModelRef.parse(record.model)] = record
            told(task)

    asked = [asyncio.ensure_future(ask(task)) for task in tasks if task.open_models]
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


def _key(model: str, version: int, variables: Mapping[str, str]) -> Key:
    return model, version, frozenset(variables.items())
