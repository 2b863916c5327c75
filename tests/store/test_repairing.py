"""A damaged history made whole again; whatever it was is still there afterwards."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from tests.builders import a_query, a_record, an_answer
from tests.store.support import a_finished, a_store, change, look, ulid
from tests.store.test_checking import NUMBER, a_plan, spoil
from tests.store.test_checking import history as history
from tui_lab.core.errors import LabError
from tui_lab.core.events import TextDelta
from tui_lab.store.checking import check
from tui_lab.store.repairing import bring_back, repair


@pytest.mark.anyio
async def test_nothing_is_done_where_nothing_is_wrong(history: Path) -> None:
    before = history.read_bytes()
    assert repair(a_plan(history)) == []
    assert history.read_bytes() == before
    assert not list(history.parent.glob("history.*-*.db"))


@pytest.mark.anyio
async def test_the_search_index_is_made_anew_and_a_copy_kept(history: Path) -> None:
    change(history, "INSERT INTO runs_fts (runs_fts) VALUES ('delete-all')")
    (words,) = repair(a_plan(history))
    assert check(a_plan(history)).is_sound
    (copy,) = history.parent.glob("history.backup-*.db")
    assert str(copy) in words
    async with a_store(history) as store:
        assert [run.id for run in (await store.search(a_query("answer 7"))).items] == [ulid(7)]


@pytest.mark.anyio
async def test_a_history_from_before_there_were_sums_is_mended_as_it_is(history: Path) -> None:
    change(history, "DROP TABLE sums")
    change(history, "INSERT INTO runs_fts (runs_fts) VALUES ('delete-all')")
    assert repair(a_plan(history))
    assert check(a_plan(history)).is_sound


@pytest.mark.anyio
async def test_rows_of_nothing_go_and_endless_runs_end(history: Path) -> None:
    change(history, "UPDATE attempts SET run = 1 WHERE seq = 1")
    change(history, "UPDATE runs SET status = 'running' WHERE id = ?", ulid(5))
    assert repair(a_plan(history))
    assert check(a_plan(history)).is_sound
    assert look(history, "SELECT status FROM runs WHERE id = ?", ulid(5)) == [("interrupted",)]


@pytest.mark.anyio
@pytest.mark.parametrize("table", ["runs", "runs_fts_data", "runs_by_batch", "attempts"])
async def test_all_that_can_be_read_of_a_damaged_file_comes_over(history: Path, table: str) -> None:
    whole = set(look(history, "SELECT id, text FROM runs"))
    spoil(history, table)
    damaged = history.read_bytes()
    words = repair(a_plan(history))
    assert "recovered" in words[0]
    (aside,) = history.parent.glob("history.damaged-*.db")
    assert aside.read_bytes() == damaged
    assert check(a_plan(history)).is_sound
    back = set(look(history, "SELECT id, text FROM runs"))
    assert back <= whole
    assert len(back) > NUMBER - 30
    if table != "runs":
        assert back == whole
    assert history.stat().st_mode & 0o777 == 0o600


@pytest.mark.anyio
async def test_a_run_in_progress_in_a_damaged_file_keeps_its_text(history: Path) -> None:
    async with a_store(history) as store:
        await store.begin([a_record(ulid(NUMBER))])
        await store.journal({ulid(NUMBER): an_answer(TextDelta("so far"))})
    spoil(history, "attempts")
    repair(a_plan(history))
    async with a_store(history) as store:
        run = await store.run(ulid(NUMBER))
    assert (run.status, run.text) == ("interrupted", "so far")


@pytest.mark.anyio
async def test_what_nothing_can_be_read_of_stays_where_it_is(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    path.write_bytes(b"no database " * 1000)
    before = path.read_bytes()
    with pytest.raises(LabError, match="nothing of"):
        repair(a_plan(path))
    assert path.read_bytes() == before
    assert not list(tmp_path.glob("*.recovered"))


@pytest.mark.anyio
async def test_runs_of_a_file_that_was_set_aside_come_back(history: Path, tmp_path: Path) -> None:
    spoil(history, "attempts")
    aside = history.rename(tmp_path / "history.damaged-2026-11-22.db")
    async with a_store(history) as store:
        await store.finish(a_finished(1, "mine"), b"")
    words = bring_back(a_plan(history), aside)
    assert words[0] == f"{NUMBER - 1} runs of {aside} are here again"
    assert look(history, "SELECT count(*) FROM runs") == [(NUMBER,)]
    assert look(history, "SELECT text FROM runs WHERE id = ?", ulid(1)) == [("mine",)]
    assert check(a_plan(history)).is_sound


@pytest.mark.anyio
async def test_a_file_that_is_not_there_is_told(history: Path) -> None:
    with pytest.raises(LabError, match="there is no file"):
        bring_back(a_plan(history), history.parent / "no.db")


@pytest.mark.anyio
async def test_damage_leaves_the_money_counted(history: Path) -> None:
    db = sqlite3.connect(history)
    db.execute("INSERT INTO spend VALUES (1, 'default', 'openai', 5, 0)")
    db.commit()
    db.close()
    spoil(history, "runs")
    repair(a_plan(history))
    assert look(history, "SELECT amount FROM spend") == [(5,)]
