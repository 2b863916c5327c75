"""Runs from elsewhere: each once, none in place of another, none on a budget."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings

from tests.store.strategies import records
from tests.store.support import a_finished, a_store, look, ulid
from tui_lab.core.cost import Cost, CostSource
from tui_lab.core.ids import encode_ulid
from tui_lab.core.record import RunRecord
from tui_lab.store.importing import Outcome, import_run
from tui_lab.store.migrate import packaged_migrations
from tui_lab.store.reading import whole_runs


@pytest.mark.anyio
async def test_a_run_is_added_once(tmp_path: Path) -> None:
    async with a_store(tmp_path / "history.db") as store:
        run = a_finished(1)
        assert await store.add([run, run]) == (Outcome.ADDED, Outcome.SAME)
        assert await store.whole([run.id]) == (run,)
        assert (await store.runs()).items[0].id == run.id


@pytest.mark.anyio
async def test_a_run_that_is_here_with_other_content_stays(tmp_path: Path) -> None:
    async with a_store(tmp_path / "history.db") as store:
        here = a_finished(1, "mine")
        await store.finish(here, b"")
        assert await store.add([a_finished(1, "theirs")]) == (Outcome.OTHER,)
        assert await store.add([replace(here, attempts=())]) == (Outcome.OTHER,)
        assert await store.add([here]) == (Outcome.SAME,)
        assert await store.whole([ulid(1)]) == (here,)


@pytest.mark.anyio
async def test_runs_of_one_instant_keep_their_order_whichever_comes_first(tmp_path: Path) -> None:
    runs = [replace(a_finished(1), id=encode_ulid(1_000, chance)) for chance in range(3)]
    again = replace(runs[1], note="another")
    async with a_store(tmp_path / "history.db") as store:
        outcomes = await store.add([again, *reversed(runs)])
        assert outcomes == (Outcome.ADDED, Outcome.ADDED, Outcome.OTHER, Outcome.ADDED)
        assert [run.id for run in (await store.runs()).items] == [run.id for run in runs[::-1]]


@pytest.mark.anyio
async def test_what_was_spent_elsewhere_is_on_no_budget_here(tmp_path: Path) -> None:
    paid = Cost(Decimal("2.5"), CostSource.PROVIDER)
    run = a_finished(1)
    run = replace(run, cost=paid, attempts=(replace(run.attempts[0], cost=paid),))
    async with a_store(tmp_path / "history.db") as store:
        await store.add([run])
    assert look(tmp_path / "history.db", "SELECT * FROM spend") == []
    assert look(tmp_path / "history.db", "SELECT usd FROM attempts") == [("2.5",)]


@settings(deadline=None, max_examples=30)
@given(record=records(ulid(1)))
def test_any_run_is_the_same_when_it_comes_again(record: RunRecord) -> None:
    db = sqlite3.connect(":memory:", isolation_level=None)
    db.row_factory = sqlite3.Row
    for script in packaged_migrations():
        db.executescript(script)
    assert import_run(db, record) is Outcome.ADDED
    (back,) = whole_runs(db, [record.id])
    assert import_run(db, back) is Outcome.SAME
    assert import_run(db, record) is Outcome.SAME
    db.close()
