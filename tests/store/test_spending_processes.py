"""Several processes that want the same money at once, and killed ones."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from tests.store.support import a_store
from tests.store.test_processes import kill_after, start
from tui_lab.core.budget import Limit, Period

pytestmark = pytest.mark.anyio


async def test_fifty_runs_of_five_processes_do_not_get_more_than_there_is(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    async with a_store(path, now=datetime.now(UTC)):
        spenders = [
            start("-m", "tests.store.spender_process", path, name, 10, "0.1", "1")
            for name in "abcde"
        ]
        said = [spender.stdout.readline() for spender in spenders for _ in range(10)]  # type: ignore[union-attr]
        for spender in spenders:
            kill_after(spender, 0)
    assert said.count("reserved\n") == 10
    assert said.count("refused\n") == 40


async def test_what_a_killed_process_had_reserved_is_spent_as_an_estimate(tmp_path: Path) -> None:
    path, limit = tmp_path / "history.db", Limit("budgets.month", Period.MONTH, Decimal(1))
    spender = start("-m", "tests.store.spender_process", path, "a", 3, "0.2", "1")
    kill_after(spender, 3)
    async with a_store(path) as store:
        [state] = await store.limit_states([limit], datetime.now(UTC))
    assert (state.spent, state.estimated) == (Decimal("0.6"), Decimal("0.6"))
    assert state.reserved == 0
