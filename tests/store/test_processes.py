"""Several processes at once, killed ones, and a disk with no more room."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.store.support import a_finished, a_store, look, ulid
from tui_lab.core.record import Status
from tui_lab.store.migrate import packaged_migrations

pytestmark = pytest.mark.anyio
FOREVER = 1_000_000


def start(*arguments: object) -> subprocess.Popen[str]:
    command = [sys.executable, *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def start_writer(path: Path, name: str, runs: int) -> subprocess.Popen[str]:
    return start("-m", "tests.store.writer_process", path, name, runs)


def kill_after(process: subprocess.Popen[str], lines: int) -> list[str]:
    """What the process said before it was killed."""
    assert process.stdout is not None
    said = [process.stdout.readline() for _ in range(lines)]
    process.kill()
    said += process.stdout.readlines()
    process.wait()
    process.stdout.close()
    return said


def last_words(said: Sequence[str]) -> dict[str, list[str]]:
    """The last thing that was said of each run: what was certainly on disk."""
    return {words[1]: words for line in said if len(words := line.split()) >= 2}


async def test_no_acknowledged_run_and_no_text_is_lost_by_a_kill(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    said: list[str] = []
    for lines in (1, 3, 12, 25, 40):
        said += kill_after(start_writer(path, "a", FOREVER), lines)
    async with a_store(path) as store:
        for run_id, words in last_words(said).items():
            found = await store.run(run_id)
            match words[0]:
                case "ended":
                    assert found.status is Status.OK
                case "written":
                    assert found.status in (Status.OK, Status.INTERRUPTED)
                    assert f"word{words[2]} " in found.text
                case _:
                    assert found.status in (Status.OK, Status.INTERRUPTED)
    assert look(path, "PRAGMA integrity_check") == [("ok",)]


async def test_two_processes_that_write_at_once_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    writers = [start_writer(path, name, 60) for name in ("a", "b")]
    said = [line for writer in writers for line in writer.communicate()[0].splitlines()]
    assert [writer.returncode for writer in writers] == [0, 0]
    ended = {words[1] for words in map(str.split, said) if words[0] == "ended"}
    assert len(ended) == 120
    stored = look(path, "SELECT id FROM runs WHERE status = 'ok'")
    assert {run_id for (run_id,) in stored} == ended
    assert look(path, "PRAGMA integrity_check") == [("ok",)]


MIGRATE_SLOWLY = """
import asyncio, sys
from datetime import UTC, datetime
from pathlib import Path
from tui_lab.store.migrate import packaged_migrations
from tui_lab.store.owner import this_process
from tui_lab.store.store import Store

SLOW = '''
CREATE TABLE more (a);
INSERT INTO more SELECT zeroblob(5000) FROM (
  WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n) SELECT i FROM n
);
'''
asyncio.run(Store.open(
    Path(sys.argv[1]), owner=this_process(), now=lambda: datetime.now(UTC),
    migrations=[*packaged_migrations(), SLOW],
))
"""


async def test_a_migration_killed_half_way_leaves_the_old_database_usable(tmp_path: Path) -> None:
    path, wal = tmp_path / "history.db", tmp_path / "history.db-wal"
    async with a_store(path) as store:
        await store.finish(a_finished(0), b"")
    migration = start("-c", MIGRATE_SLOWLY, path)
    try:
        # The transaction no longer fits in memory: it is being written.
        while migration.poll() is None and not (wal.exists() and wal.stat().st_size > 1_000_000):
            pass
        assert migration.poll() is None
    finally:
        kill_after(migration, 0)
    assert len(list(tmp_path.glob("history.backup-*.db"))) == 1
    async with a_store(path) as store:
        assert store.state.not_recording is None
        await store.finish(a_finished(1), b"")
        assert [run.id for run in (await store.runs()).items] == [ulid(1), ulid(0)]
    assert look(path, "PRAGMA user_version") == [(len(packaged_migrations()),)]


FILL_THE_DISK = """
import asyncio, resource, sys
from pathlib import Path
from tests.store.support import a_finished, a_store
from tests.builders import a_record
from tui_lab.core.errors import LabError

def limit(size):
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))

async def main(path):
    limit(0)
    async with a_store(path) as store:
        print(store.state.not_recording.kind)
    limit(resource.RLIM_INFINITY)
    async with a_store(path) as store:
        await store.finish(a_finished(0), b"")
        limit(200_000)
        try:
            await store.finish(a_finished(1, "x" * 1_000_000), b"")
        except LabError as error:
            print(error.kind, store.state.not_recording == error)
        print([run.text for run in (await store.runs()).items])
        limit(resource.RLIM_INFINITY)
        await store.finish(a_finished(1, "fits"), b"")
        print([run.text for run in (await store.runs()).items], store.state.not_recording)

asyncio.run(main(Path(sys.argv[1])))
"""


def test_without_room_nothing_is_half_recorded_and_recording_goes_on_when_there_is_some(
    tmp_path: Path,
) -> None:
    filler = start("-B", "-c", FILL_THE_DISK, tmp_path / "history.db")
    assert filler.communicate()[0].splitlines() == [
        "storage",
        "storage True",
        "['Hello!']",
        "['fits', 'Hello!'] None",
    ]
