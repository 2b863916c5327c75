"""Writing runs out page by page, while others write and until somebody stops it."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from tests.builders import a_record, an_answer
from tests.store.support import a_finished, a_store, ulid
from tui_lab.core.events import TextDelta
from tui_lab.core.secret import KnownSecrets
from tui_lab.export.formats import Format
from tui_lab.lab.exporting import Progress, Selection, export_to, export_to_file
from tui_lab.store.store import Store

ALL = Selection()


async def written(
    store: Store, selection: Selection = ALL, progress: Progress = lambda done: None
) -> list[str]:
    pieces: list[str] = []
    await export_to(
        store, selection, Format.JSONL, pieces.append, known=KnownSecrets(), progress=progress
    )
    return [json.loads(line)["id"] for line in "".join(pieces).splitlines()]


@pytest.mark.anyio
async def test_more_runs_than_a_page_come_each_once_newest_first(tmp_path: Path) -> None:
    told: list[int] = []
    async with a_store(tmp_path / "history.db") as store:
        for number in range(230):
            await store.finish(a_finished(number), b"")
        assert await written(store, progress=told.append) == [
            ulid(number) for number in reversed(range(230))
        ]
    assert told == [100, 200, 230]


@pytest.mark.anyio
async def test_a_run_that_is_deleted_meanwhile_is_left_out(tmp_path: Path) -> None:
    async with a_store(tmp_path / "history.db") as store:
        await store.finish(a_finished(1), b"")
        ids = (ulid(1), ulid(2))
        assert await written(store, Selection(run_ids=ids)) == [ulid(1)]


@pytest.mark.anyio
async def test_a_run_in_progress_is_written_as_far_as_it_is(tmp_path: Path) -> None:
    pieces: list[str] = []
    async with a_store(tmp_path / "history.db") as store:
        await store.begin([a_record(ulid(1))])
        await store.journal({ulid(1): an_answer(TextDelta("so far"))})
        await export_to(
            store,
            ALL,
            Format.JSONL,
            pieces.append,
            known=KnownSecrets(),
            progress=lambda done: None,
        )
    record = json.loads("".join(pieces))
    assert (record["status"], record["text"]) == ("running", "so far")


@pytest.mark.anyio
async def test_an_export_that_is_cancelled_leaves_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    async with a_store(tmp_path / "history.db") as store:
        for number in range(130):
            await store.finish(a_finished(number), b"")
        begun = asyncio.Event()
        work = export_to_file(
            store,
            ALL,
            Format.CSV,
            folder / "runs.csv",
            replace=False,
            known=KnownSecrets(),
            progress=lambda done: begun.set(),
        )
        task = asyncio.create_task(work)
        await begun.wait()
        assert len(list(folder.iterdir())) == 1
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    assert list(folder.iterdir()) == []
