"""Runs whose process is gone become `interrupted`; runs of a living one are left alone."""

from __future__ import annotations

import os
import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from tests.builders import NOON, a_price, a_query, a_record, an_answer
from tests.store.support import ELSEWHERE, a_store, change, look, ulid
from tui_lab.core.deltas import decode_deltas
from tui_lab.core.events import Finished, Stamped, TextDelta
from tui_lab.core.fold import fold
from tui_lab.core.price import cost_of
from tui_lab.core.record import Status
from tui_lab.store.owner import this_process

pytestmark = pytest.mark.anyio


async def leave_a_run(path: Path, *events: Stamped, **owner: object) -> None:
    """A run in progress with this journal; columns of its owner changed as given."""
    async with a_store(path) as store:
        await store.begin([a_record(ulid(0))])
        await store.journal({ulid(0): events or an_answer(TextDelta("Hel"), TextDelta("lo"))})
    for column, value in owner.items():
        change(path, f"UPDATE running SET {column} = ?", value)


async def test_a_run_of_a_dead_process_is_interrupted_and_its_text_kept(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    await leave_a_run(path, pid=2**22 + 1)
    async with a_store(path) as store:
        found = await store.run("last")
        assert store.state.notices == ("1 interrupted run was saved",)
        assert [run.id for run in (await store.search(a_query("hello"))).items] == [ulid(0)]
    assert (found.status, found.text) == (Status.INTERRUPTED, "Hello")
    assert [attempt.status for attempt in found.attempts] == [Status.INTERRUPTED]
    [(pieces,)] = look(path, "SELECT pieces FROM deltas")
    assert isinstance(pieces, bytes)
    assert [(piece.t_ms, piece.length) for piece in decode_deltas(pieces)] == [(200, 3), (300, 2)]
    assert look(path, "SELECT (SELECT count(*) FROM running) + (SELECT count(*) FROM journal)") == [
        (0,)
    ]


async def test_an_interrupted_run_costs_what_is_estimated_by_the_price_it_was_sent_at(
    tmp_path: Path,
) -> None:
    path = tmp_path / "history.db"
    await leave_a_run(path, *an_answer(TextDelta("Hello"), price=a_price()), pid=2**22 + 1)
    async with a_store(path) as store:
        found = await store.run("last")
    assert found.usage.estimated
    assert found.cost == cost_of(a_price(), found.usage)
    assert found.cost.usd


async def test_a_run_of_this_process_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    await leave_a_run(path)
    async with a_store(path) as store:
        assert (await store.run("last")).status is Status.RUNNING
        assert await store.recover() == 0


async def test_a_process_that_was_given_an_old_number_is_not_the_owner(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    await leave_a_run(path, pid=os.getpid(), process_start="an earlier process")
    async with a_store(path) as store:
        assert (await store.run("last")).status is Status.INTERRUPTED


async def test_nothing_of_an_earlier_boot_is_alive(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    await leave_a_run(path, boot_id="before the power cut")
    async with a_store(path) as store:
        assert (await store.run("last")).status is Status.INTERRUPTED


async def test_a_copied_history_has_no_running_process(tmp_path: Path) -> None:
    path, copy = tmp_path / "a" / "history.db", tmp_path / "b"
    await leave_a_run(path)
    shutil.copytree(path.parent, copy)
    copy.chmod(0o700)
    async with a_store(copy / "history.db") as store:
        assert (await store.run("last")).status is Status.INTERRUPTED
    async with a_store(path) as store:
        assert (await store.run("last")).status is Status.RUNNING


@pytest.mark.parametrize(("silent_s", "status"), [(59, Status.RUNNING), (61, Status.INTERRUPTED)])
async def test_a_process_on_another_host_is_dead_after_a_minute_of_silence(
    silent_s: int, status: Status, tmp_path: Path
) -> None:
    path = tmp_path / "history.db"
    async with a_store(path, owner=ELSEWHERE) as store:
        await store.begin([a_record(ulid(0))])
    async with a_store(path, now=NOON + timedelta(seconds=silent_s)) as store:
        assert (await store.run("last")).status is status


async def test_the_owner_that_was_only_silent_has_the_last_word(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    initial = a_record(ulid(0))
    async with a_store(path, owner=ELSEWHERE) as slow:
        await slow.begin([initial])
        async with a_store(path, now=NOON + timedelta(hours=1)) as other:
            assert (await other.run("last")).status is Status.INTERRUPTED
        await slow.journal({initial.id: an_answer(TextDelta("more"))})
        await slow.beat([initial.id])
        done = fold(initial, an_answer(TextDelta("all of it"), Finished()))
        await slow.finish(done, b"")
        assert await slow.run("last") == done


async def test_recovery_while_the_program_runs(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    async with a_store(path) as store:
        await store.begin([a_record(ulid(0)), a_record(ulid(1))])
        change(
            path,
            "UPDATE running SET boot_id = 'old' WHERE run = (SELECT seq FROM runs WHERE id = ?)",
            ulid(0),
        )
        assert await store.recover() == 1
        assert (await store.run(ulid(1))).status is Status.RUNNING


async def test_a_journal_that_came_to_the_end_keeps_it(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    await leave_a_run(path, *an_answer(TextDelta("Hello"), Finished()), boot_id="old")
    async with a_store(path) as store:
        assert (await store.run("last")).status is Status.OK


@pytest.mark.parametrize(
    "events",
    ["no json", '{"a":1}', '[{"type":"text_delta"}]', '[{"type":"martian","t_ms":0}]', "[3]"],
)
async def test_an_unreadable_journal_keeps_what_came_before(events: str, tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    await leave_a_run(path, boot_id="old")
    change(path, "INSERT INTO journal (run, events) SELECT run, ? FROM running", events)
    async with a_store(path) as store:
        found = await store.run("last")
    assert (found.status, found.text) == (Status.INTERRUPTED, "Hello")


def test_this_process_is_told_from_others() -> None:
    owner = this_process()
    assert (owner.pid, owner.host != "") == (os.getpid(), True)
    assert owner.process_start
    assert owner.boot_id
