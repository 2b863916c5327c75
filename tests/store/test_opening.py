"""Opening a history in whatever state it is: nothing raises, nothing is lost, all is said."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.builders import a_record
from tests.store.support import a_finished, a_store, change, look, ulid
from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.lockfile import LockFile
from tui_lab.store import store as store_module
from tui_lab.store.migrate import packaged_migrations

pytestmark = pytest.mark.anyio


def skip_unless_bound(path: Path) -> None:
    if os.access(path, os.W_OK):
        pytest.skip("no mode binds root")


async def a_history(path: Path, runs: int = 1) -> None:
    async with a_store(path) as store:
        for number in range(runs):
            await store.finish(a_finished(number), b"")


@contextmanager
def locked_by_another(path: Path) -> Iterator[None]:
    db = sqlite3.connect(path, isolation_level=None)
    db.execute("PRAGMA locking_mode = EXCLUSIVE")
    db.execute("BEGIN EXCLUSIVE")
    try:
        yield
    finally:
        db.execute("ROLLBACK")
        db.close()


@contextmanager
def writing_by_another(path: Path) -> Iterator[None]:
    db = sqlite3.connect(path, isolation_level=None)
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        db.execute("ROLLBACK")
        db.close()


async def test_a_newer_database_stays_byte_for_byte(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    await a_history(path)
    change(path, "PRAGMA user_version = 99")
    change(path, "PRAGMA journal_mode = DELETE")
    before = path.read_bytes()
    async with a_store(path) as store:
        assert store.state.not_recording is not None
        assert "newer" in store.state.not_recording.message
        for call in (store.begin([a_record()]), store.finish(a_finished(5), b""), store.runs()):
            with pytest.raises(LabError, match="newer") as caught:
                await call
            assert caught.value.kind is ErrorKind.STORAGE
    assert path.read_bytes() == before


async def test_a_newer_database_with_a_wal_stays_byte_for_byte(tmp_path: Path) -> None:
    path, wal = tmp_path / "history.db", tmp_path / "history.db-wal"
    await a_history(path)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("PRAGMA user_version = 99")
    before = path.read_bytes(), wal.read_bytes()
    async with a_store(path) as store:
        assert store.state.not_recording is not None
    assert (path.read_bytes(), wal.read_bytes()) == before
    other.close()


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: b"this is no database " * 500,
        lambda data: data[: len(data) // 2],
        lambda data: data[:100] + b"\xff" * 4000 + data[4100:],
    ],
    ids=["another file", "cut in half", "first page overwritten"],
)
async def test_a_damaged_database_is_set_aside_and_a_new_one_begun(
    damage: object, tmp_path: Path
) -> None:
    path = tmp_path / "history.db"
    await a_history(path, runs=30)
    assert callable(damage)
    broken = damage(path.read_bytes())
    path.write_bytes(broken)
    async with a_store(path) as store:
        assert store.state.not_recording is None
        [notice] = store.state.notices
        await store.finish(a_finished(7), b"")
        assert [run.id for run in (await store.runs()).items] == [ulid(7)]
    aside = tmp_path / "history.damaged-2026-11-22.db"
    assert str(aside) in notice
    assert aside.read_bytes() == broken


async def test_two_damaged_databases_of_one_day_are_both_kept(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    for broken in (b"first" * 100, b"second" * 100):
        path.write_bytes(broken)
        path.chmod(0o600)
        async with a_store(path) as store:
            assert store.state.not_recording is None
    aside = sorted(tmp_path.glob("history.damaged-*"))
    assert [file.read_bytes()[:5] for file in aside] == [b"secon", b"first"]


def damage_within(path: Path) -> None:
    """Where only a write comes by."""
    [(page,)] = look(path, "SELECT rootpage FROM sqlite_master WHERE name = 'runs_by_batch'")
    assert isinstance(page, int)
    data = bytearray(path.read_bytes())
    data[(page - 1) * 4096 : page * 4096] = b"\xff" * 4096
    path.write_bytes(data)


async def test_damage_within_is_found_after_a_crash(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    await a_history(path, runs=30)
    async with a_store(path) as store:
        await store.begin([a_record(ulid(50))])
    change(path, "UPDATE running SET pid = 1, process_start = 'long ago'")
    damage_within(path)
    async with a_store(path) as store:
        assert "damaged" in store.state.notices[0]
        assert store.state.not_recording is None


async def test_damage_that_a_run_meets_as_it_begins_is_set_aside_by_the_first_process(
    tmp_path: Path,
) -> None:
    path = tmp_path / "history.db"
    await a_history(path, runs=30)
    damage_within(path)
    async with a_store(path) as store, a_store(path) as other:
        assert [*store.state.notices, *other.state.notices] == []
        await store.begin([a_record(ulid(50))])
        await other.begin([a_record(ulid(51))])
        assert "damaged" in store.state.notices[0]
        assert other.state.notices == ()
        assert [run.id for run in (await store.runs()).items] == [ulid(51), ulid(50)]
        assert store.state.not_recording is other.state.not_recording is None
    assert len(list(tmp_path.glob("history.damaged-*.db"))) == 1


async def test_an_empty_file_becomes_a_history(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    path.touch(mode=0o600)
    async with a_store(path) as store:
        await store.finish(a_finished(0), b"")
        assert store.state.notices == ()
    assert list(tmp_path.glob("*backup*")) == []


async def test_an_emptied_file_is_set_aside_with_what_its_wal_still_has(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    path.touch(mode=0o600)
    wal = tmp_path / "history.db-wal"
    wal.write_bytes(b"the last runs")
    wal.chmod(0o600)
    async with a_store(path) as store:
        assert "damaged" in store.state.notices[0]
    assert (tmp_path / "history.damaged-2026-11-22.db-wal").read_bytes() == b"the last runs"


async def test_a_locked_database_is_not_touched_and_recording_begins_when_it_is_free(
    tmp_path: Path,
) -> None:
    path = tmp_path / "history.db"
    await a_history(path)
    with locked_by_another(path):
        async with a_store(path, busy_timeout_s=0.05) as store:
            assert store.state.not_recording is not None
            assert "locked" in store.state.not_recording.message
            with pytest.raises(LabError, match="locked"):
                await store.begin([a_record(ulid(1))])
            with pytest.raises(LabError, match="locked"):
                await store.runs()
    assert list(tmp_path.glob("*damaged*")) == []
    async with a_store(path, busy_timeout_s=0.05) as store:
        assert store.state.not_recording is None


async def test_a_store_that_could_not_record_does_so_as_soon_as_it_can(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    await a_history(path)
    with locked_by_another(path):
        store_context = a_store(path, busy_timeout_s=0.05)
        store = await store_context.__aenter__()
    await store.begin([a_record(ulid(1))])
    assert store.state.not_recording is None
    assert (await store.run("last")).id == ulid(1)
    await store_context.__aexit__(None, None, None)


async def test_a_database_locked_in_the_middle_fails_one_write_and_no_more(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    async with a_store(path, busy_timeout_s=0.05) as store:
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(LabError, match="locked"):
            await store.finish(a_finished(0), b"")
        assert (await store.runs()).items == ()
        other.execute("ROLLBACK")
        other.close()
        await store.finish(a_finished(0), b"")
        assert store.state.not_recording is None


async def test_a_history_that_could_not_be_begun_is_not_taken_for_an_empty_one(
    tmp_path: Path,
) -> None:
    path = tmp_path / "history.db"
    path.touch(mode=0o600)
    with LockFile(path.with_suffix(".lock")).held(time.monotonic() + 10):
        async with a_store(path, busy_timeout_s=0.05) as store:
            assert store.state.not_recording is not None
            with pytest.raises(LabError, match="could not be set up") as caught:
                await store.runs()
    assert caught.value.kind is ErrorKind.STORAGE


async def test_a_folder_that_cannot_be_is_told_and_nothing_raises(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    async with a_store(tmp_path / "file" / "data" / "history.db") as store:
        assert store.state.not_recording is not None
        assert store.state.not_recording.hint
        for call in (store.begin([a_record()]), store.runs(), store.recover()):
            with pytest.raises(LabError) as caught:
                await call
            assert caught.value.kind is ErrorKind.STORAGE


async def test_a_folder_in_place_of_the_database_is_not_renamed(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    path.mkdir()
    async with a_store(path) as store:
        assert store.state.not_recording is not None
    assert path.is_dir()


async def test_a_history_in_a_read_only_folder_can_be_read(tmp_path: Path) -> None:
    path = tmp_path / "data" / "history.db"
    await a_history(path)
    (path.parent / "history.lock").unlink()
    path.parent.chmod(0o500)
    try:
        skip_unless_bound(path.parent)
        async with a_store(path) as store:
            assert store.state.not_recording is not None
            assert len((await store.runs()).items) == 1
    finally:
        path.parent.chmod(0o700)


async def test_a_read_only_history_is_told_at_once_and_can_be_read(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    await a_history(path)
    path.chmod(0o400)
    skip_unless_bound(path)
    async with a_store(path) as store:
        assert store.state.not_recording is not None
        assert len((await store.runs()).items) == 1


async def test_the_newest_schema_needs_no_backup(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    await a_history(path)
    async with a_store(path) as store:
        assert store.state.notices == ()
    assert list(tmp_path.glob("*backup*")) == []


async def test_a_migration_makes_a_backup_first_and_names_it(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    await a_history(path)
    steps = [*packaged_migrations(), "ALTER TABLE runs ADD COLUMN mood TEXT;"]
    async with a_store(path, migrations=steps) as store:
        [notice] = store.state.notices
        assert (await store.run("last")).id == ulid(0)
    backup = tmp_path / "history.backup-2026-11-22.db"
    assert str(backup) in notice
    assert look(path, "PRAGMA user_version") == [(len(steps),)]
    assert look(backup, "PRAGMA user_version") == [(len(steps) - 1,)]
    assert look(backup, "SELECT id FROM runs") == [(ulid(0),)]


async def test_a_migration_that_fails_leaves_the_old_database_usable(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    await a_history(path)
    broken = "ALTER TABLE runs ADD COLUMN mood TEXT; INSERT INTO nowhere VALUES (1);"
    async with a_store(path, migrations=[*packaged_migrations(), broken]) as store:
        assert store.state.not_recording is not None
        assert (await store.run("last")).id == ulid(0)
    async with a_store(path) as store:
        assert store.state.not_recording is None
        await store.finish(a_finished(1), b"")
        assert len((await store.runs()).items) == 2
    assert "mood" not in str(look(path, "SELECT sql FROM sqlite_master WHERE name = 'runs'"))


async def test_recovering_finds_out_that_recording_works_again(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    await a_history(path)
    with locked_by_another(path):
        store_context = a_store(path, busy_timeout_s=0.05)
        store = await store_context.__aenter__()
        with pytest.raises(LabError, match="locked"):
            await store.recover()
    await store.recover()
    assert store.state.not_recording is None
    await store_context.__aexit__(None, None, None)


async def test_a_write_that_failed_is_not_held_against_the_next(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    async with a_store(path, busy_timeout_s=0.05) as store:
        with writing_by_another(path), pytest.raises(LabError, match="locked"):
            await store.finish(a_finished(0), b"")
        assert store.state.not_recording is not None
        await store.recover()
        assert store.state.not_recording is None


async def test_reading_waits_for_no_one_who_writes(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    await a_history(path)
    with writing_by_another(path):
        async with a_store(path, busy_timeout_s=0.05) as store:
            assert store.state.not_recording is not None
            assert len((await store.runs()).items) == 1


async def test_a_run_waits_longer_than_opening_for_others_that_write(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store_module, "OPENING_WAIT_S", 0.01)
    path = tmp_path / "history.db"
    await a_history(path)
    with writing_by_another(path):
        store_context = a_store(path)
        store = await store_context.__aenter__()
        assert store.state.not_recording is not None
        begun = asyncio.ensure_future(store.begin([a_record(ulid(1))]))
        await asyncio.sleep(0)
    await begun
    assert (await store.run("last")).id == ulid(1)
    await store_context.__aexit__(None, None, None)
