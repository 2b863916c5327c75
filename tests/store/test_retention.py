"""Old runs go by the person's rules, and never one that somebody rated, tagged or noted."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.builders import NOON, a_record
from tests.store.support import a_finished, a_store
from tui_lab.core.ids import encode_ulid
from tui_lab.core.record import RunRecord
from tui_lab.core.retention import Keep
from tui_lab.store.store import Store


def ago(days: float, **changes: Any) -> RunRecord:
    begun = NOON - timedelta(days=days)
    run_id = encode_ulid(round(begun.timestamp() * 1000), 1 << 70)
    return a_finished(0, id=run_id, created_at=begun, **changes)


async def prompts(store: Store) -> list[str]:
    return [run.prompt for run in (await store.runs(limit=100)).items]


@pytest.mark.anyio
async def test_runs_older_than_so_many_days_go(tmp_path: Path) -> None:
    async with a_store(tmp_path / "history.db") as store:
        for days in (1, 29.9, 30.1, 90):
            await store.finish(ago(days, prompt=str(days)), b"")

        def keep(workspace: str) -> Keep:
            return Keep(days=30)

        assert await store.expired(keep) == {"default": 2}
        assert await store.prune(keep, 1) == 1
        assert await prompts(store) == ["1", "29.9", "30.1"]
        assert await store.prune(keep, 9) == 1
        assert await store.prune(keep, 9) == 0
        assert await prompts(store) == ["1", "29.9"]


@pytest.mark.anyio
async def test_the_newest_of_each_workspace_stay(tmp_path: Path) -> None:
    async with a_store(tmp_path / "history.db") as store:
        for days in (1, 2, 3):
            await store.finish(ago(days, prompt=f"a{days}", workspace="a"), b"")
            await store.finish(ago(days + 0.5, prompt=f"b{days}", workspace="b"), b"")

        def keep(workspace: str) -> Keep:
            return Keep(runs=2) if workspace == "a" else Keep()

        assert await store.expired(keep) == {"a": 1}
        assert await store.prune(keep, 9) == 1
        assert await prompts(store) == ["a1", "b1", "a2", "b2", "b3"]


@pytest.mark.anyio
@pytest.mark.parametrize("own", [{"rating": 0}, {"tags": ("x",)}, {"note": "mine"}])
async def test_what_somebody_has_marked_stays(tmp_path: Path, own: dict[str, Any]) -> None:
    async with a_store(tmp_path / "history.db") as store:
        await store.finish(ago(99, prompt="marked", **own), b"")
        await store.finish(ago(98, prompt="not"), b"")
        assert await store.prune(lambda workspace: Keep(days=1, runs=1), 9) == 1
        assert await prompts(store) == ["marked"]


@pytest.mark.anyio
async def test_a_run_in_progress_stays(tmp_path: Path) -> None:
    async with a_store(tmp_path / "history.db") as store:
        old = encode_ulid(1_000_000_000_000, 1)
        await store.begin([a_record(old)])
        assert await store.expired(lambda workspace: Keep(days=1)) == {}


@pytest.mark.anyio
async def test_without_a_rule_nothing_goes(tmp_path: Path) -> None:
    async with a_store(tmp_path / "history.db") as store:
        await store.finish(ago(9999), b"")
        assert await store.prune(lambda workspace: Keep(), 9) == 0
