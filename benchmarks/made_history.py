"""A history of any size, made up, the same at every making.

The words follow Zipf's law, as those of a language do: few are in nearly every run, most in next
to none. Runs come in batches of four models, spread evenly over the year that ends with `END`.
"""

from __future__ import annotations

import asyncio
import json
import random
import sqlite3
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from pathlib import Path
from typing import Any

from tui_lab.core.cost import Cost, CostSource
from tui_lab.core.ids import encode_ulid
from tui_lab.core.messages import Message
from tui_lab.core.record import Attempt, RunRecord, Status
from tui_lab.core.refs import ModelRef
from tui_lab.core.value_json import format_time
from tui_lab.store.owner import this_process
from tui_lab.store.rows import attempt_to_row, first_seq, run_to_row
from tui_lab.store.store import Store
from tui_lab.store.sums import rebuild

END = datetime(2026, 11, 22, 12, tzinfo=UTC)
YEAR = timedelta(days=365)
MODELS = (
    ModelRef("openai", "gpt-4o-mini"),
    ModelRef("anthropic", "claude-haiku-4-5"),
    ModelRef("openrouter", "meta-llama/llama-3.3-70b"),
    ModelRef("ollama", "qwen3:8b"),
)
RARE_MODEL = ModelRef("groq", "llama-3.1-8b")
"""It answered one run in ten thousand."""

_VOCABULARY = 60_000
_PROMPT_WORDS, _ANSWER_WORDS = 160, 320
_AT_ONCE = 5_000
_SYLLABLES = [
    onset + vowel + coda
    for onset in ("b", "d", "f", "g", "k", "l", "m", "n", "p", "r", "s", "t", "v", "z", "st", "tr")
    for vowel in "aeiou"
    for coda in ("", "n", "r", "s", "l")
]


def vocabulary() -> list[str]:
    """Words of one to four syllables, the commonest first; the commoner, the shorter."""
    rng = random.Random(8)
    words: dict[str, None] = {}
    while len(words) < _VOCABULARY:
        syllables = 1 + (len(words) > 150) + (len(words) > 4_000) + (len(words) > 30_000)
        words["".join(rng.choices(_SYLLABLES, k=syllables))] = None
    return list(words)


def make_history(path: Path, runs: int) -> None:
    """Makes the database at `path` with so many runs, written as plainly as SQLite can."""
    asyncio.run(_begin(path))
    db = sqlite3.connect(path, isolation_level=None)
    try:
        db.execute("PRAGMA synchronous = OFF")
        # Fewer and larger pieces of the index at once; the finished index has its usual settings.
        _configure_index(db, "hashsize", 1 << 26)
        rows = _rows(runs)
        for _ in range(0, runs, _AT_ONCE):
            db.execute("BEGIN")
            for run, attempt in (pair for pair, _ in zip(rows, range(_AT_ONCE), strict=False)):
                _insert(db, "runs", run)
                _insert(db, "attempts", attempt)
            db.execute("COMMIT")
        _configure_index(db, "hashsize", 1 << 20)
        db.row_factory = sqlite3.Row
        db.execute("BEGIN")
        rebuild(db)
        db.execute("COMMIT")
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        db.close()


async def _begin(path: Path) -> None:
    store = await Store.open(path, owner=this_process(), now=lambda: END)
    await store.close()


def _rows(runs: int) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """The rows of `runs` and of `attempts`."""
    rng = random.Random(1)
    words = vocabulary()
    weights = list(accumulate(1 / rank for rank in range(1, len(words) + 1)))
    run, attempt = _pattern()
    step = YEAR / runs
    batch = prompt = ""
    for number in range(runs):
        began = END - YEAR + step * (number // 4 * 4)
        run_id = encode_ulid(int(began.timestamp() * 1000), (number % 4) << 65)
        model = RARE_MODEL if number % 10_000 == 77 else MODELS[number % 4]
        if number % 4 == 0:
            batch, prompt = (
                run_id,
                " ".join(rng.choices(words, cum_weights=weights, k=_PROMPT_WORDS)),
            )
        text = " ".join(rng.choices(words, cum_weights=weights, k=_ANSWER_WORDS))
        measures = _measures(rng)
        run = run | measures | {
            "seq": first_seq(run_id),
            "id": run_id,
            "batch_id": batch,
            "lane": number % 4,
            "created_at": format_time(began),
            "workspace": "team" if number % 16 < 4 else "default",
            "model": str(model),
            "answered_by": str(model),
            "provider": model.provider,
            "status": "error" if number % 50 == 3 else "ok",
            "error_kind": "timeout" if number % 50 == 3 else None,
            "rating": 5 if number % 5_000 == 9 else None,
            "tags": '["keep"]' if number % 20_000 == 9 else "[]",
            "prompt": prompt,
            "text": text,
            "messages": json.dumps([{"role": "user", "parts": [{"type": "text", "text": prompt}]}]),
        }  # fmt: skip
        attempt = attempt | measures | {
            "run": run["seq"],
            "model": str(model),
            "provider": model.provider,
        }  # fmt: skip
        yield run, attempt


def _pattern() -> tuple[dict[str, Any], dict[str, Any]]:
    model = MODELS[0]
    record = RunRecord(
        id=encode_ulid(0, 0),
        batch_id="",
        model=str(model),
        provider=model.provider,
        created_at=END,
        prompt="",
        messages=(Message.of("user", ""),),
        status=Status.OK,
        cost=Cost(None, CostSource.TABLE, "2026-11-01"),
    )
    attempt = Attempt(1, model, Status.OK, cost=record.cost)
    return dict(run_to_row(record)), dict(attempt_to_row(attempt))


def _measures(rng: random.Random) -> dict[str, Any]:
    ttft = rng.lognormvariate(6, 0.6)
    itl = rng.lognormvariate(2.7, 0.5)
    tokens = rng.randrange(200, 600)
    return {
        "input_tokens": rng.randrange(150, 300),
        "output_tokens": tokens,
        "usd": f"0.{rng.randrange(100, 90_000):08d}",
        "ttft_ms": ttft,
        "first_visible_ms": ttft,
        "last_ms": ttft + itl * tokens,
        "latency_ms": ttft + itl * tokens + 5,
        "itl_ms": itl,
    }


def _insert(db: sqlite3.Connection, table: str, row: Mapping[str, Any]) -> None:
    columns, marks = ", ".join(row), ", ".join("?" * len(row))
    db.execute(f"INSERT INTO {table} ({columns}) VALUES ({marks})", tuple(row.values()))


def _configure_index(db: sqlite3.Connection, setting: str, value: int) -> None:
    db.execute("INSERT INTO runs_fts (runs_fts, rank) VALUES (?, ?)", (setting, value))
