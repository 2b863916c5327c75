"""What a run leaves in the history, from its beginning to its end."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from tests.builders import NOON, a_record, an_answer
from tests.store.support import a_finished, a_store, change, look, ulid
from tui_lab.core.cost import billed
from tui_lab.core.deltas import DeltaLog, decode_deltas
from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.core.events import AttemptFailed, Failed, Finished, Routed, Stamped, TextDelta
from tui_lab.core.fold import fold
from tui_lab.core.record import Status
from tui_lab.core.refs import ModelRef
from tui_lab.core.usage import Usage

pytestmark = pytest.mark.anyio
BUSY = LabError(ErrorKind.RATE_LIMIT, "slow down", "wait", 429)


async def test_a_run_is_on_disk_before_it_is_answered(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    async with a_store(path) as store:
        await store.begin([a_record(ulid(0))])
        assert look(path, "SELECT id, status FROM runs") == [(ulid(0), "running")]
        assert look(path, "SELECT count(*) FROM running") == [(1,)]


async def test_a_blocked_run_is_final_from_the_start(tmp_path: Path) -> None:
    error = LabError(ErrorKind.BUDGET, "the day's budget is spent")
    blocked = a_record(ulid(0), status=Status.BLOCKED, error=error)
    async with a_store(tmp_path / "history.db") as store:
        await store.begin([blocked])
        assert await store.run("last") == blocked
    assert look(tmp_path / "history.db", "SELECT count(*) FROM running") == [(0,)]


async def test_a_run_in_progress_reads_as_far_as_its_journal_goes(tmp_path: Path) -> None:
    initial = a_record(ulid(0))
    events = an_answer(TextDelta("Hel"), TextDelta("lo"))
    async with a_store(tmp_path / "history.db") as store:
        await store.begin([initial])
        await store.journal({initial.id: events[:3]})
        assert (await store.run("last")).text == "Hel"
        await store.journal({initial.id: events[3:], ulid(9): events})
        found = await store.run("last")
    assert found == fold(initial, events)
    assert found.status is Status.RUNNING


async def test_the_end_of_a_run_leaves_its_record_and_nothing_of_the_journal(
    tmp_path: Path,
) -> None:
    path, initial = tmp_path / "history.db", a_record(ulid(0))
    events = an_answer(TextDelta("Hello"), Finished())
    deltas = DeltaLog()
    for event in events:
        deltas.add(event)
    async with a_store(path) as store:
        await store.begin([initial])
        await store.journal({initial.id: events})
        await store.finish(fold(initial, events), deltas.encode())
        await store.journal({initial.id: [Stamped(900, TextDelta("too late"))]})
        assert await store.run("last") == fold(initial, events)
        assert await store.deltas(initial.id) == deltas.encode()
        assert await store.deltas(ulid(9)) is None
    assert look(path, "SELECT (SELECT count(*) FROM journal), (SELECT count(*) FROM running)") == [
        (0, 0)
    ]
    [(pieces,)] = look(path, "SELECT pieces FROM deltas")
    assert isinstance(pieces, bytes)
    assert [piece.length for piece in decode_deltas(pieces)] == [5]


async def test_the_cost_of_a_journal_entry_does_not_grow_with_the_answer(tmp_path: Path) -> None:
    path, run_id = tmp_path / "history.db", ulid(0)
    async with a_store(path) as store:
        await store.begin([a_record(run_id)])
        await store.journal({run_id: an_answer(TextDelta("x" * 100_000))})
        await store.journal({run_id: [Stamped(500, TextDelta("y"))]})
    lengths = look(path, "SELECT length(events) FROM journal ORDER BY n")
    assert lengths[1] < (100,)


async def test_failed_and_cancelled_runs_are_recorded_with_their_attempts(tmp_path: Path) -> None:
    path, initial = tmp_path / "history.db", a_record(ulid(0))
    cancelled = LabError(ErrorKind.CANCELLED, "stopped")
    other = ModelRef("openai", "gpt-4o-mini")
    events = [
        Stamped(0, Routed(ModelRef("sandbox", "echo"))),
        Stamped(5, AttemptFailed(BUSY, "req-1")),
        *an_answer(TextDelta("Hel"), Failed(cancelled), model=other, attempt=2),
    ]
    async with a_store(path) as store:
        await store.finish(fold(initial, events), b"")
        found = await store.run("last")
    assert found.status is Status.CANCELLED
    assert [attempt.error for attempt in found.attempts] == [BUSY, cancelled]
    sql = "SELECT n, model, provider, status, http_status, error_kind FROM attempts ORDER BY seq"
    assert look(path, sql) == [
        (1, "sandbox/echo", "sandbox", "error", 429, "rate_limit"),
        (2, "openai/gpt-4o-mini", "openai", "cancelled", 200, "cancelled"),
    ]


async def test_money_is_stored_exactly(tmp_path: Path) -> None:
    usd = Decimal("0.000000123456789012345678901234567890")
    async with a_store(tmp_path / "history.db") as store:
        await store.finish(a_finished(0, cost=billed(usd)), b"")
        assert (await store.run("last")).cost.usd == usd


async def test_the_end_of_a_run_keeps_what_the_person_added_meanwhile(tmp_path: Path) -> None:
    path, done = tmp_path / "history.db", a_finished(0)
    async with a_store(path) as store:
        await store.begin([a_record(ulid(0))])
        change(path, """UPDATE runs SET tags = '["good"]', rating = 5, note = 'keep'""")
        await store.finish(done, b"")
        assert await store.run("last") == replace(done, tags=("good",), rating=5, note="keep")


async def test_a_run_that_has_not_ended_cannot_be_finished(tmp_path: Path) -> None:
    async with a_store(tmp_path / "history.db") as store:
        with pytest.raises(ValueError, match="has not ended"):
            await store.finish(a_record(ulid(0)), b"")
        await store.finish(a_finished(0), b"")


async def test_a_transaction_that_fails_leaves_nothing_and_the_next_one_works(
    tmp_path: Path,
) -> None:
    path = tmp_path / "history.db"
    async with a_store(path) as store:
        twice = [a_record(ulid(0)), a_record(ulid(0))]
        with pytest.raises(LabError) as caught:
            await store.begin(twice)
        assert caught.value.kind is ErrorKind.STORAGE
        assert store.state.not_recording == caught.value
        assert look(path, "SELECT count(*) FROM runs") == [(0,)]
        await store.begin(twice[:1])
        assert store.state.not_recording is None


async def test_the_customary_view_of_usage(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    done = a_finished(
        0,
        workspace="team",
        answered_by="openai/gpt-4o-mini",
        usage=Usage(input_tokens=14, output_tokens=150),
        cost=billed(Decimal("0.000092")),
    )
    async with a_store(path) as store:
        await store.begin([a_record(ulid(1))])
        await store.finish(done, b"")
    assert look(path, "SELECT name FROM pragma_table_info('llm_usage_logs')") == [
        (name,)
        for name in (
            "id user_id model_name input_tokens output_tokens total_tokens cost latency_ms "
            "success metadata created_at"
        ).split()
    ]
    [(*columns, metadata, created_at)] = look(path, "SELECT * FROM llm_usage_logs")
    assert columns == [
        done.id,
        "team",
        "openai/gpt-4o-mini",
        14,
        150,
        164,
        "0.000092",
        done.timing.latency_ms,
        1,
    ]
    assert created_at == "2026-11-22T12:00:00.123Z"
    assert json.loads(str(metadata))["provider"] == "sandbox"


async def test_a_heartbeat_is_written_for_the_runs_named(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    async with a_store(path) as store:
        await store.begin([a_record(ulid(0)), a_record(ulid(1))])
    later = NOON.replace(minute=5)
    async with a_store(path, now=later) as store:
        await store.beat([ulid(1)])
    beats = [beat for (beat,) in look(path, "SELECT heartbeat_ms FROM running ORDER BY run")]
    assert beats == [round(NOON.timestamp() * 1000), round(later.timestamp() * 1000)]


async def test_what_doctor_asks_is_told(tmp_path: Path) -> None:
    async with a_store(tmp_path / "history.db") as store:
        state = store.state
    assert state.path == tmp_path / "history.db"
    assert (state.journal_mode, state.network_filesystem, state.notices) == ("wal", None, ())
    assert state.not_recording is None


async def test_a_network_home_has_a_rollback_journal(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    async with a_store(path) as store:
        await store.finish(a_finished(0), b"")
    async with a_store(path, network_home=True) as store:
        await store.finish(a_finished(1), b"")
        assert store.state.journal_mode == "delete"
        assert store.state.network_filesystem is not None
        assert len((await store.runs()).items) == 2
        assert not (tmp_path / "history.db-wal").exists()


async def test_a_closed_store_says_so(tmp_path: Path) -> None:
    async with a_store(tmp_path / "history.db") as store:
        await store.close()
        for call in (store.begin([a_record()]), store.runs(), store.beat([])):
            with pytest.raises(LabError, match="closed"):
                await call
