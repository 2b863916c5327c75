"""A program that records runs until it is stopped, and says of each when it is on disk.

python -m tests.store.writer_process DATABASE NAME HOW_MANY
"""

from __future__ import annotations

import asyncio
import sys
from datetime import UTC, datetime
from pathlib import Path
from time import time_ns

from tests.builders import a_record, an_answer
from tui_lab.core.events import Finished, Stamped, TextDelta
from tui_lab.core.fold import fold
from tui_lab.core.ids import UlidFactory
from tui_lab.store.owner import this_process
from tui_lab.store.store import Store


async def write(path: Path, name: str, runs: int) -> None:
    digit = name.encode()
    new_id = UlidFactory(lambda: time_ns() // 1_000_000, lambda n: digit * n)
    store = await Store.open(path, owner=this_process(), now=lambda: datetime.now(UTC))
    for _ in range(runs):
        initial = a_record(new_id(), workspace=name)
        await store.begin([initial])
        say("begun", initial.id)
        events: list[Stamped] = an_answer()
        await store.journal({initial.id: events})
        for word in range(5):
            events.append(Stamped(300 + word, TextDelta(f"word{word} ")))
            await store.journal({initial.id: events[-1:]})
            say("written", initial.id, word)
        await store.finish(fold(initial, [*events, Stamped(400, Finished())]), b"")
        say("ended", initial.id)
    await store.close()


def say(*words: object) -> None:
    print(*words, flush=True)


if __name__ == "__main__":
    asyncio.run(write(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])))
