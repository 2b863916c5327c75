"""The file is made as small as what it holds, where that keeps nobody from recording."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import suppress
from functools import partial
from pathlib import Path

import pytest

from tests.store.support import a_store, ulid
from tests.store.test_checking import NUMBER, a_plan
from tests.store.test_checking import history as history
from tui_lab.core.errors import LabError
from tui_lab.store import compacting
from tui_lab.store.checking import check
from tui_lab.store.compacting import compact, is_open_elsewhere
from tui_lab.store.files import HistoryFiles

READER = """
import sqlite3, sys
db = sqlite3.connect(sys.argv[1])
db.execute("SELECT count(*) FROM runs").fetchone()
print("open", flush=True)
sys.stdin.read()
"""


@pytest.mark.anyio
async def test_the_room_of_deleted_runs_is_given_back(history: Path) -> None:
    async with a_store(history) as store:
        await store.delete([ulid(number) for number in range(NUMBER - 1)])
    before, after = compact(a_plan(history))
    assert before.free_bytes > 0
    assert after.free_bytes == 0
    assert after.bytes < before.bytes / 2
    assert check(a_plan(history)).is_sound


@pytest.mark.anyio
async def test_a_large_history_that_another_process_has_open_is_left(
    history: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    command = [sys.executable, "-c", READER, str(history)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        other.stdout.readline()
        assert is_open_elsewhere(HistoryFiles(history))
        compact(a_plan(history))
        monkeypatch.setattr(compacting, "_QUICK", 0)
        with pytest.raises(LabError, match="another tui-lab has"):
            compact(a_plan(history))
        other.communicate("")
    assert not is_open_elsewhere(HistoryFiles(history))
    compact(a_plan(history))


@pytest.mark.anyio
@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="needs /proc to see open files")
async def test_the_scratch_file_lies_where_the_room_was_looked_at(
    history: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: set[Path] = set()

    class Watched(sqlite3.Connection):
        def set_progress_handler(self, handler: object, steps: int, /) -> None:
            self.execute("PRAGMA cache_size = 1")  # more than that is written out
            super().set_progress_handler(look_around, 100)

    def look_around() -> int:
        for handle in Path("/proc/self/fd").iterdir():
            with suppress(FileNotFoundError):
                seen.add(handle.readlink())
        return 0

    monkeypatch.setattr(sqlite3, "connect", partial(sqlite3.connect, factory=Watched))
    compact(a_plan(history))
    assert {file.parent for file in seen if "etilqs" in file.name} == {history.parent}


@pytest.mark.anyio
async def test_where_there_is_no_room_nothing_is_begun(
    history: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compacting, "_ROOM", 10**9)
    before = history.read_bytes()
    with pytest.raises(LabError, match=r"compaction needs .* GiB free"):
        compact(a_plan(history))
    assert history.read_bytes() == before
