"""Whether the history is sound: looked at as it is, and left as it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.builders import NOON, a_record
from tests.store.support import a_finished, a_store, change, ulid
from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.store.checking import check
from tui_lab.store.files import HistoryFiles
from tui_lab.store.migrate import packaged_migrations
from tui_lab.store.opening import Plan
from tui_lab.store.owner import this_process

NUMBER = 300


def a_plan(path: Path, timeout_s: float = 1) -> Plan:
    files = HistoryFiles(path)
    return Plan(files, this_process(), lambda: NOON, None, timeout_s, packaged_migrations())


@pytest.fixture
async def history(tmp_path: Path) -> Path:
    path = tmp_path / "history.db"
    async with a_store(path) as store:
        for number in range(NUMBER):
            await store.finish(a_finished(number, f"answer {number} " * 50), b"")
    return path


def spoil(path: Path, table: str) -> None:
    """Overwrites a page in the middle of a table."""
    import sqlite3

    db = sqlite3.connect(path)
    pages = db.execute(
        "SELECT pageno FROM dbstat WHERE name = ? AND pagetype = 'leaf' ORDER BY pageno", (table,)
    ).fetchall()
    size = db.execute("PRAGMA page_size").fetchone()[0]
    db.close()
    with path.open("r+b") as file:
        file.seek((pages[len(pages) // 2][0] - 1) * size)
        file.write(b"\xff" * size)


@pytest.mark.anyio
async def test_a_sound_history_is_sound_and_tells_its_size(history: Path) -> None:
    found = check(a_plan(history))
    assert found.is_sound
    assert found.runs == NUMBER
    assert found.size.bytes == history.stat().st_size
    assert not found.is_partly_checked


@pytest.mark.anyio
async def test_a_spoilt_page_is_damage_and_the_file_stays_as_it_is(history: Path) -> None:
    spoil(history, "runs")
    before = history.read_bytes()
    found = check(a_plan(history))
    assert found.damage
    assert not found.is_sound
    assert history.read_bytes() == before


@pytest.mark.anyio
async def test_what_is_no_database_is_damage(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    path.write_bytes(b"no database at all, but long enough to be looked at" * 100)
    assert check(a_plan(path)).damage


@pytest.mark.anyio
@pytest.mark.parametrize(
    "sql",
    [
        "INSERT INTO runs_fts (runs_fts) VALUES ('delete-all')",
        "DELETE FROM runs_fts_docsize WHERE id = (SELECT max(id) FROM runs_fts_docsize)",
        "DELETE FROM runs_fts_data WHERE id > 10",
    ],
)
async def test_a_search_index_that_does_not_fit_is_told(history: Path, sql: str) -> None:
    change(history, sql)
    found = check(a_plan(history))
    assert found.index
    assert not found.damage


@pytest.mark.anyio
async def test_rows_that_belong_to_nothing_are_told(history: Path) -> None:
    change(history, "UPDATE attempts SET run = 1 WHERE seq = 1")
    change(history, "UPDATE runs SET status = 'running' WHERE id = ?", ulid(5))
    assert check(a_plan(history)).strays[:2] == (
        "1 rows belong to runs that are gone",
        "1 runs are in progress without a process",
    )


@pytest.mark.anyio
async def test_a_run_in_progress_is_sound(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    async with a_store(path) as store:
        await store.begin([a_record(ulid(1))])
        assert check(a_plan(path)).is_sound


@pytest.mark.anyio
async def test_while_others_write_the_index_is_checked_in_part(history: Path) -> None:
    import sqlite3

    other = sqlite3.connect(history, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    found = check(a_plan(history, timeout_s=0.05))
    other.close()
    assert found.is_sound
    assert found.is_partly_checked


@pytest.mark.anyio
async def test_a_newer_history_is_not_looked_into(history: Path) -> None:
    change(history, "PRAGMA user_version = 999")
    with pytest.raises(LabError, match="newer tui-lab") as refused:
        check(a_plan(history))
    assert refused.value.kind is ErrorKind.STORAGE
