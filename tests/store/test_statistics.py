"""Statistics are those of what the database holds."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from tests.store.support import a_finished, a_store, look
from tui_lab.core.cost import billed
from tui_lab.core.record import RunRecord, Status, TemplateUse
from tui_lab.store.statistics import Span


def costing(record: RunRecord, usd: str) -> RunRecord:
    cost = billed(Decimal(usd))
    return replace(
        record, cost=cost, attempts=tuple(replace(one, cost=cost) for one in record.attempts)
    )


@pytest.mark.anyio
async def test_sums_are_those_of_the_ledger(tmp_path: Path) -> None:
    async with a_store(tmp_path / "history.db") as store:
        for number, usd in enumerate(["0.000000125", "1.1", "2.2"]):
            await store.finish(costing(a_finished(number), usd), b"")
        found = await store.statistics(Span(), UTC)
    rows = look(tmp_path / "history.db", "SELECT usd, input_tokens FROM attempts")
    assert found.totals.usd == sum(Decimal(str(usd)) for usd, _ in rows)
    assert found.totals.input_tokens == sum(tokens or 0 for _, tokens in rows)  # type: ignore[misc]
    assert found.totals.runs == found.totals.calls == 3


@pytest.mark.anyio
async def test_a_run_in_progress_is_not_counted(tmp_path: Path) -> None:
    async with a_store(tmp_path / "history.db") as store:
        ended = a_finished(1)
        await store.begin([replace(ended, status=Status.RUNNING, attempts=())])
        assert (await store.statistics(Span(), UTC)).totals.runs == 0
        await store.finish(ended, b"")
        assert (await store.statistics(Span(), UTC)).totals.runs == 1


@pytest.mark.anyio
async def test_a_span_has_the_runs_that_began_in_it_and_in_its_workspace(tmp_path: Path) -> None:
    async with a_store(tmp_path / "history.db") as store:
        for number in (0, 1000, 2000):
            await store.finish(a_finished(number), b"")
        await store.finish(a_finished(1001, workspace="work"), b"")
        began = datetime.fromtimestamp(1_790_000_001, UTC)
        ended = datetime.fromtimestamp(1_790_000_002, UTC)
        assert (await store.statistics(Span(began, ended), UTC)).totals.runs == 2
        assert (await store.statistics(Span(began, ended, "work"), UTC)).totals.runs == 1
        assert (await store.statistics(Span(until=began), UTC)).totals.runs == 1


def test_the_span_before_is_as_long_and_ends_where_this_one_begins() -> None:
    now = datetime(2026, 11, 22, tzinfo=UTC)
    since, until = now - timedelta(days=7), now - timedelta(days=5)
    assert Span(since).before(now) == Span(since - timedelta(days=7), since)
    assert Span(since, until, "work").before(now) == Span(since - timedelta(days=2), since, "work")
    assert Span(until=until).before(now) is None


@pytest.mark.anyio
async def test_templates_are_told_by_their_ids(tmp_path: Path) -> None:
    async with a_store(tmp_path / "history.db") as store:
        used = TemplateUse("explain", 1, {"topic": "light"})
        await store.finish(a_finished(1, template=used), b"")
        await store.finish(a_finished(2), b"")
        found = await store.statistics(Span(), UTC)
    assert {name: one.runs for name, one in found.by["template"].items()} == {"explain": 1}
