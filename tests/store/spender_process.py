"""A program that reserves money for many runs at once, says how each went, and keeps it.

python -m tests.store.spender_process DATABASE NAME HOW_MANY USD LIMIT
"""

from __future__ import annotations

import asyncio
import sys
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from tui_lab.core.budget import Limit, Period, Reservation
from tui_lab.store.owner import this_process
from tui_lab.store.store import Store


async def spend(path: Path, name: str, runs: int, usd: Decimal, most: Decimal) -> None:
    store = await Store.open(path, owner=this_process(), now=lambda: datetime.now(UTC))
    limit = Limit("budgets.month", Period.MONTH, most)

    async def one(number: int) -> bool:
        run_id = f"{name}{number}"
        wanted = Reservation(run_id, datetime.now(UTC), "default", "openai", usd)
        return (await store.reserve(wanted, [limit])).allowed

    for allowed in await asyncio.gather(*(one(number) for number in range(runs))):
        print("reserved" if allowed else "refused", flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    path, name, runs, usd, most = sys.argv[1:]
    asyncio.run(spend(Path(path), name, int(runs), Decimal(usd), Decimal(most)))
