"""Runs removed and put back, and how a reader learns that something has changed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.builders import a_query, a_record
from tests.store.support import a_finished, a_store, look, ulid
from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.store.store import Store

pytestmark = pytest.mark.anyio

TABLES = "SELECT * FROM runs", "SELECT * FROM attempts", "SELECT * FROM deltas"


async def fill(store: Store, count: int) -> None:
    for number in range(count):
        await store.finish(a_finished(number, f"text {number}"), bytes([number, 0, 1]))


async def listed(store: Store) -> list[str]:
    return [record.text for record in (await store.runs()).items]


async def test_a_deleted_run_is_gone_with_all_that_belongs_to_it(tmp_path: Path) -> None:
    async with a_store(tmp_path / "history.db") as store:
        await fill(store, 3)
        await store.delete([ulid(1)])
        assert await listed(store) == ["text 2", "text 0"]
        assert (await store.search(a_query("1"))).items == ()
        assert [len(look(store.state.path, table)) for table in TABLES] == [2, 2, 2]


async def test_a_restored_run_is_as_it_was_and_where_it_was(tmp_path: Path) -> None:
    async with a_store(tmp_path / "history.db") as store:
        await fill(store, 4)
        before = [look(store.state.path, table) for table in TABLES]
        whole = await store.run(ulid(1))
        deleted = await store.delete([ulid(1), ulid(2)])
        await store.restore(deleted)
        assert await listed(store) == ["text 3", "text 2", "text 1", "text 0"]
        assert await store.run(ulid(1)) == whole
        assert [record.id for record in (await store.search(a_query("text 1"))).items] == [ulid(1)]
        after = [look(store.state.path, table) for table in TABLES]
        assert [len(rows) for rows in after] == [len(rows) for rows in before]
        assert after[0] == before[0]


async def test_restoring_twice_restores_once(tmp_path: Path) -> None:
    async with a_store(tmp_path / "history.db") as store:
        await fill(store, 2)
        deleted = await store.delete([ulid(0)])
        await store.restore(deleted)
        await store.restore(deleted)
        assert await listed(store) == ["text 1", "text 0"]


async def test_runs_of_one_instant_keep_their_order(tmp_path: Path) -> None:
    ids = [ulid(0)[:-1] + last for last in "ABC"]
    async with a_store(tmp_path / "history.db") as store:
        for run_id in ids:
            await store.finish(a_finished(0, run_id[-1], id=run_id), b"")
        await store.restore(await store.delete(ids[:2]))
        assert await listed(store) == ["C", "B", "A"]


async def test_a_place_that_was_taken_meanwhile_is_given_up(tmp_path: Path) -> None:
    first, second = ulid(0)[:-1] + "A", ulid(0)[:-1] + "B"
    async with a_store(tmp_path / "history.db") as store:
        await store.finish(a_finished(0, "first", id=first), b"")
        deleted = await store.delete([first])
        await store.finish(a_finished(0, "second", id=second), b"")
        await store.restore(deleted)
        assert sorted(await listed(store)) == ["first", "second"]


async def test_a_run_in_progress_is_not_deleted_nor_are_the_others_then(tmp_path: Path) -> None:
    async with a_store(tmp_path / "history.db") as store:
        await fill(store, 1)
        await store.begin([a_record(ulid(5))])
        with pytest.raises(LabError) as caught:
            await store.delete([ulid(0), ulid(5)])
        assert caught.value.kind is ErrorKind.USAGE
        assert len((await store.runs()).items) == 2


async def test_a_run_that_is_not_there_is_passed_over(tmp_path: Path) -> None:
    async with a_store(tmp_path / "history.db") as store:
        await fill(store, 1)
        deleted = await store.delete([ulid(8), ulid(0)])
    assert [one.id for one in deleted] == [ulid(0)]


async def test_the_version_changes_with_every_write_of_any_process(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    async with a_store(path) as store, a_store(path) as other:
        quiet = await store.version()
        assert await store.version() == quiet
        await store.finish(a_finished(0), b"")
        own = await store.version()
        await other.finish(a_finished(1), b"")
        assert len({quiet, own, await store.version()}) == 3
