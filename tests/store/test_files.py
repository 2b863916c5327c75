"""The history is for its owner alone, whatever the umask."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.builders import a_record
from tests.store.support import a_finished, a_store, ulid
from tui_lab.store.migrate import packaged_migrations

pytestmark = pytest.mark.anyio


@contextmanager
def umask(mask: int) -> Iterator[None]:
    before = os.umask(mask)
    try:
        yield
    finally:
        os.umask(before)


def modes(folder: Path) -> dict[str, int]:
    return {file.name: stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()}


async def test_everything_is_private_from_the_start(tmp_path: Path) -> None:
    folder = tmp_path / "share" / "tui-lab"
    with umask(0):
        async with a_store(folder / "history.db") as store:
            await store.begin([a_record(ulid(0))])
            await store.runs()
            assert {"history.db", "history.db-wal", "history.db-shm", "history.lock"} <= set(
                modes(folder)
            )
            assert set(modes(folder).values()) == {0o600}
        steps = [*packaged_migrations(), "SELECT 1;"]
        async with a_store(folder / "history.db", migrations=steps):
            assert "history.backup-2026-11-22.db" in modes(folder)
            assert set(modes(folder).values()) == {0o600}
    assert modes(tmp_path) == {"share": 0o700}
    assert modes(tmp_path / "share") == {"tui-lab": 0o700}


async def test_wider_modes_are_repaired_and_told(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    async with a_store(folder / "history.db") as store:
        await store.finish(a_finished(0), b"")
    folder.chmod(0o755)
    (folder / "history.db").chmod(0o644)
    async with a_store(folder / "history.db") as store:
        notices = store.state.notices
        assert (await store.run("last")).id == ulid(0)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert set(modes(folder).values()) == {0o600}
    assert [("0755" in notice, "0644" in notice) for notice in notices] == [
        (True, False),
        (False, True),
    ]


async def test_a_folder_that_is_meant_to_be_shared_keeps_its_mode(tmp_path: Path) -> None:
    folder = tmp_path / "like-tmp"
    folder.mkdir()
    folder.chmod(0o1777)
    async with a_store(folder / "history.db") as store:
        assert store.state.notices == ()
    assert stat.S_IMODE(folder.stat().st_mode) == 0o1777
