"""The sums that are kept are those of the ledger, whatever was done to its runs."""

from __future__ import annotations

import random
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.store.support import ELSEWHERE, a_finished, a_store, change, look, ulid
from tests.store.test_checking import a_plan
from tui_lab.core.cost import UNKNOWN, billed
from tui_lab.core.ids import encode_ulid
from tui_lab.core.record import Attempt, RunRecord, Status, TemplateUse
from tui_lab.core.refs import ModelRef
from tui_lab.core.retention import Keep
from tui_lab.core.statistics import Spread, Statistics, percentile, statistics
from tui_lab.core.sums import tally
from tui_lab.core.timing import Timing
from tui_lab.core.usage import Usage
from tui_lab.store.checking import check
from tui_lab.store.owner import this_process
from tui_lab.store.repairing import repair
from tui_lab.store.run_lines import END_OF_TIME, lines_between
from tui_lab.store.statistics import Span
from tui_lab.store.store import Store
from tui_lab.store.sums import wrong_hours

BEGIN = 1_790_000_000_000
MODELS = [ModelRef("acme", "one"), ModelRef("acme", "two"), ModelRef("bolt", "three")]
ENDED = [status for status in Status if status is not Status.RUNNING]


def made_up(rng: random.Random, number: int) -> RunRecord:
    """A run of the next few hours, that one or two models were asked for."""
    at = BEGIN + rng.randrange(4 * 3_600_000)
    first, second = rng.choices(MODELS, k=2)
    calls = tuple(
        Attempt(
            n,
            model,
            usage=Usage(rng.randrange(1000), rng.randrange(1000)),
            cost=rng.choice([UNKNOWN, billed(Decimal(rng.randrange(10**9)).scaleb(-12))]),
        )
        for n, model in enumerate([first, second][: rng.choice([1, 1, 2])], start=1)
    )
    return a_finished(
        number,
        id=encode_ulid(at, number),
        workspace=rng.choice(["default", "work"]),
        template=rng.choice([None, TemplateUse("explain", 1, {})]),
        answered_by=str(calls[-1].model),
        provider=calls[-1].model.provider,
        status=rng.choice([Status.OK, Status.OK, *ENDED]),
        timing=Timing(
            ttft_ms=rng.lognormvariate(6, 1), latency_ms=rng.lognormvariate(8, 1), itl_ms=12.5
        ),
        attempts=calls,
    )


def folded(path: Path, zone: ZoneInfo) -> Statistics:
    """Of the ledger alone."""
    with closing(sqlite3.connect(path)) as db:
        db.row_factory = sqlite3.Row
        return statistics(tally(lines_between(db, 0, END_OF_TIME)).items(), zone)


def wrong(path: Path) -> int:
    with closing(sqlite3.connect(path)) as db:
        db.row_factory = sqlite3.Row
        return wrong_hours(db)


async def some_step(store: Store, rng: random.Random, runs: list[RunRecord]) -> None:
    """One of the things that can be done to a history."""
    some = rng.sample(runs, min(len(runs), rng.randrange(1, 4)))
    new = made_up(rng, rng.randrange(10**6))
    match rng.randrange(6):
        case 0 | 1:
            await store.begin([replace(new, status=Status.RUNNING, attempts=())])
            await store.finish(new, b"")
            runs.append(new)
        case 2:
            other = made_up(rng, 1)
            await store.finish(replace(other, id=some[0].id), b"")
        case 3:
            await store.add([new])
            runs.append(new)
        case 4:
            deleted = await store.delete([run.id for run in some])
            if rng.random() < 0.5:
                await store.restore(deleted)
        case _:
            await store.prune(lambda workspace: Keep(runs=25), 3)


@pytest.mark.anyio
@pytest.mark.parametrize("seed", range(4))
async def test_whatever_is_done_they_stay_those_of_the_ledger(tmp_path: Path, seed: int) -> None:
    path, rng = tmp_path / "history.db", random.Random(seed)
    async with a_store(path) as store:
        runs = [made_up(rng, number) for number in range(20)]
        await store.add(runs)
        for _ in range(40):
            await some_step(store, rng, runs)
        assert wrong(path) == 0
        for zone in map(ZoneInfo, ("UTC", "Asia/Kolkata", "Asia/Kathmandu")):
            assert await store.statistics(Span(), zone) == folded(path, zone)
        await store.delete([run.id for run in runs])
    assert look(path, "SELECT count(*) FROM sums") == look(path, "SELECT count(*) FROM runs")


@pytest.mark.anyio
async def test_an_interrupted_run_counts_as_soon_as_it_is_saved(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    running = replace(a_finished(1), status=Status.RUNNING, attempts=())
    async with a_store(path, owner=ELSEWHERE) as store:
        await store.begin([running])
    change(path, "UPDATE running SET heartbeat_ms = 0")
    async with a_store(path, owner=this_process()) as store:
        statuses = (await store.statistics(Span(), UTC)).totals.statuses
    assert statuses == {Status.INTERRUPTED: 1}
    assert wrong(path) == 0


@pytest.mark.anyio
@pytest.mark.parametrize("zone", ["UTC", "Asia/Kathmandu"])
async def test_a_span_may_begin_and_end_anywhere(tmp_path: Path, zone: str) -> None:
    rng = random.Random(8)
    runs = [made_up(rng, number) for number in range(150)]
    begin = datetime.fromtimestamp(BEGIN / 1000, UTC)
    async with a_store(tmp_path / "history.db") as store:
        await store.add(runs)
        for _ in range(20):
            since, until = (begin + timedelta(hours=rng.uniform(0, 4)) for _ in range(2))
            found = await store.statistics(Span(since, until, "work"), ZoneInfo(zone))
            inside = [
                run
                for run in runs
                if ulid_ms(since) <= run.id[:10] < ulid_ms(until) and run.workspace == "work"
            ]
            assert found.totals.runs == len(inside)


def ulid_ms(moment: datetime) -> str:
    return encode_ulid(round(moment.timestamp() * 1000), 0)[:10]


@pytest.mark.anyio
async def test_percentiles_are_within_one_percent_of_what_was_measured(tmp_path: Path) -> None:
    rng = random.Random(3)
    runs = [replace(made_up(rng, number), status=Status.OK) for number in range(300)]
    async with a_store(tmp_path / "history.db") as store:
        await store.add(runs)
        spread = (await store.statistics(Span(), UTC)).totals.ttft_ms
    assert spread is not None
    measured = sorted(run.timing.ttft_ms or 0 for run in runs)
    for share, told in ((0.5, spread.p50), (0.95, spread.p95), (0.99, spread.p99)):
        assert told == pytest.approx(percentile(measured, share), rel=0.01)
    assert spread.mean == pytest.approx(sum(measured) / len(measured), abs=0.001)


@pytest.mark.anyio
async def test_a_history_of_before_is_summed_when_it_is_opened(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    async with a_store(path) as store:
        for number in range(5):
            await store.finish(a_finished(number), b"")
    change(path, "DELETE FROM sums")
    assert wrong(path) == 1
    async with a_store(path) as store:
        assert (await store.statistics(Span(), UTC)).totals.runs == 5
    assert wrong(path) == 0


@pytest.mark.anyio
async def test_sums_that_are_not_those_of_the_runs_are_found_and_made_anew(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    async with a_store(path) as store:
        await store.finish(a_finished(1), b"")
    change(path, "UPDATE sums SET ok = 7 WHERE quarters = 4")
    assert check(a_plan(path)).strays == ("the sums of 1 hours are not those of their runs",)
    repair(a_plan(path))
    assert wrong(path) == 0


@pytest.mark.anyio
async def test_any_number_that_a_provider_tells_can_be_summed(tmp_path: Path) -> None:
    most = Usage(2**80, 2**80)
    call = Attempt(1, MODELS[0], usage=most, cost=billed(Decimal("1e-30")))
    dear = replace(call, cost=billed(Decimal("123456789012345")))
    run = a_finished(1, attempts=(call, dear), timing=Timing(ttft_ms=0.0, latency_ms=1e300))
    async with a_store(tmp_path / "history.db") as store:
        await store.finish(run, b"")
        await store.finish(replace(run, id=ulid(2)), b"")
        totals = (await store.statistics(Span(), UTC)).totals
    assert totals.usd == Decimal("246913578024690.000000000000000000000000000002")
    assert totals.ttft_ms == Spread(0, 0, 0, 0)
