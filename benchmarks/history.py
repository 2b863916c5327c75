"""How fast the history is: `python -m benchmarks.history [RUNS] [FOLDER]`.

Makes a history of so many runs (a million unless told, which takes half an hour and 11 GB; one that
the folder has already is used again), then measures the store as the screens use it, with 100 ms
for a search as one types. Goals: to open and to page under 50 ms wherever; p95 of a search under
50 ms where an index can serve it, never over 150 ms; a month's statistics under 200 ms; recording
as fast as in an empty history.
Beside each figure stands its ratio to bare SQLite that does the least possible work.
"""

from __future__ import annotations

import asyncio
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import replace
from datetime import UTC, timedelta
from functools import partial
from pathlib import Path

from benchmarks.made_history import END, RARE_MODEL, YEAR, make_history, vocabulary
from tui_lab.core.ids import encode_ulid
from tui_lab.core.query_parsing import parse_query
from tui_lab.core.record import Status
from tui_lab.store.owner import this_process
from tui_lab.store.pages import OLDEST, RunFilter, cursor_at
from tui_lab.store.statistics import Span, seq_at
from tui_lab.store.store import Store

PATIENCE_S = 0.1
_ROUNDS = 20


def searches() -> dict[str, list[str]]:
    """What people type, kind by kind; each search is typed key by key."""
    words = vocabulary()
    common, middle, rare = words[:3], words[300:303], words[50_000:50_003]
    return {
        "common words": common,
        "middling words": middle,
        "rare words": rare,
        "two words": [f"{common[0]} {middle[0]}", f"{middle[1]} {middle[2]}"],
        "rare and common": [f"{common[1]} {rare[1]}", f"{rare[2]} -{common[0]}"],
        "phrases": [f'"{common[0]} {common[1]}"', f'"{middle[0]} {common[0]}"'],
        "words and filters": [
            f"{middle[0]} model:gpt",
            f"{common[0]} provider:{RARE_MODEL.provider}",
            f"{middle[1]} status:error after:30d",
        ],
        "filters": [
            f"provider:{RARE_MODEL.provider}",
            "tag:keep",
            "rating:>=4",
            "status:error -model:gpt",
            "cost:>0.0008",
            "on:2026-03-03",
        ],
        "what no index serves": ["cost:>5", "世界", f'"{common[0]} {common[0]} {common[0]}"'],
    }


async def measured(work: Callable[[], Awaitable[object]], rounds: int = _ROUNDS) -> list[float]:
    """Milliseconds of each round."""
    taken = []
    for _ in range(rounds):
        begun = time.perf_counter()
        await work()
        taken.append((time.perf_counter() - begun) * 1000)
    return taken


def tell(name: str, taken: Iterable[float], bare: float | None = None) -> None:
    taken = sorted(taken)
    middle, late = statistics.median(taken), taken[int(len(taken) * 0.95)]
    ratio = f"  {middle / bare:6.1f} ×" if bare else ""
    print(f"{name:<28} {middle:8.2f} ms  p95 {late:8.2f}  most {taken[-1]:8.2f}{ratio}")


async def pages(store: Store, db: sqlite3.Connection) -> None:
    def bare(bound: int) -> None:
        sql = "SELECT id, prompt FROM runs WHERE seq < ? ORDER BY seq DESC LIMIT 20"
        db.execute(sql, (bound,)).fetchall()

    least = statistics.median([await _timed(bare, 2**62) for _ in range(_ROUNDS)])
    tell("the first page", await measured(store.runs), least)
    for share in (0.1, 0.5, 0.9):
        page = partial(store.runs, after=cursor_at(END - share * YEAR))
        taken = await measured(page)
        tell(f"a page {share:.0%} back", taken, least)
    tell("the last page", await measured(lambda: store.runs(before=OLDEST)), least)
    last = await store.runs(limit=1)
    tell("a whole run", await measured(lambda: store.run(last.items[0].id)), least)


async def _timed(work: Callable[[int], None], value: int) -> float:
    begun = time.perf_counter()
    work(value)
    return (time.perf_counter() - begun) * 1000


async def typed(store: Store, db: sqlite3.Connection) -> None:
    """Every search key by key, as on the screen: newest first, the last word only begun."""

    word = vocabulary()[300]

    def bare(limit: int) -> None:
        sql = "SELECT rowid FROM runs_fts WHERE runs_fts MATCH ? ORDER BY rowid DESC LIMIT ?"
        db.execute(sql, (word, limit)).fetchall()

    least = statistics.median([await _timed(bare, 20) for _ in range(_ROUNDS)])
    for kind, texts in searches().items():
        taken, unfinished = [], 0
        for text in texts:
            for end in range(1, len(text) + 1):
                query = parse_query(text[:end], END, UTC, typing=True)
                begun = time.perf_counter()
                page = await store.search(query, RunFilter(), patience_s=PATIENCE_S)
                taken.append((time.perf_counter() - begun) * 1000)
                unfinished += page.unfinished
        tell(kind, taken, least)
        if unfinished:
            print(f"{'':<28} {unfinished} of {len(taken)} gave a part, and go on")


async def month(store: Store, db: sqlite3.Connection) -> None:
    """The statistics of a month, of all workspaces."""
    begin = END - YEAR + timedelta(days=60)
    span = Span(begin, begin + timedelta(days=30))

    def bare(first: int) -> None:
        sql = "SELECT latency_ms, usd FROM runs WHERE seq >= ? AND seq < ?"
        assert span.until is not None
        db.execute(sql, (first, seq_at(span.until))).fetchall()

    least = await _timed(bare, seq_at(begin))
    taken = await measured(lambda: store.statistics(span, UTC), rounds=3)
    tell("statistics of a month", taken, least)


async def recording(store: Store, folder: Path) -> None:
    """The beginning and the end of a run, in this history and in an empty one."""
    last = await store.run("last")
    empty = await Store.open(folder / "empty.db", owner=this_process(), now=lambda: END)
    taken: dict[str, list[float]] = {}
    for name, one in (("an empty history", empty), ("this history", store)):
        for number in range(_ROUNDS):
            began = END + timedelta(days=1, seconds=number)
            run_id = encode_ulid(int(began.timestamp() * 1000), number)
            run = replace(last, id=run_id, status=Status.RUNNING)
            begun = time.perf_counter()
            await one.begin([run])
            await one.finish(replace(run, status=Status.OK), b"")
            taken.setdefault(name, []).append((time.perf_counter() - begun) * 1000)
            await one.delete([run_id])
    await empty.close()
    least = statistics.median(taken["an empty history"])
    for name, times in taken.items():
        tell(f"recording: {name}", times, least)


async def measure(path: Path, folder: Path) -> None:
    begun = time.perf_counter()
    store = await Store.open(path, owner=this_process(), now=lambda: END)
    print(f"{'opening':<28} {(time.perf_counter() - begun) * 1000:8.2f} ms")
    db = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    try:
        await pages(store, db)
        print("searching, at each key:")
        await typed(store, db)
        await month(store, db)
        await recording(store, folder)
    finally:
        db.close()
        await store.close()


def main(runs: int, folder: Path | None) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        path = (folder or Path(scratch)) / "history.db"
        if not path.exists():
            make_history(path, runs)
        asyncio.run(measure(path, Path(scratch)))


if __name__ == "__main__":
    main(
        int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000,
        Path(sys.argv[2]) if len(sys.argv) > 2 else None,
    )
