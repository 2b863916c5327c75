"""Old runs go by small steps, all of them in the end."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.store.support import a_finished, a_store
from tui_lab.core.retention import Keep
from tui_lab.lab import retention
from tui_lab.lab.retention import keep_pruning, prune
from tui_lab.store.store import Store


def keep_two(workspace: str) -> Keep:
    return Keep(runs=2)


async def filled(store: Store, count: int) -> None:
    for number in range(count):
        await store.finish(a_finished(number), b"")


@pytest.mark.anyio
async def test_all_that_may_go_has_gone_in_the_end(tmp_path: Path) -> None:
    async with a_store(tmp_path / "history.db") as store:
        await filled(store, 60)
        assert await prune(store, keep_two) == 58
        assert len((await store.runs(limit=100)).items) == 2
        assert await prune(store, keep_two) == 0


@pytest.mark.anyio
async def test_while_the_lab_is_open_they_go_by_themselves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "_FIRST_AFTER_S", 0)
    async with a_store(tmp_path / "history.db") as store:
        await filled(store, 3)
        task = asyncio.create_task(keep_pruning(store, keep_two))
        async with asyncio.timeout(20):
            while len((await store.runs()).items) > 2:
                await asyncio.sleep(0)
        task.cancel()
