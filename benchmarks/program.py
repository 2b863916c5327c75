"""The real program in a terminal: opened, given models and a prompt, and run, by keys alone."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from benchmarks.stream import Case, vars_of
from benchmarks.terminal import Recording, record

PROGRAM = [sys.executable, "-m", "tui_lab"]
OPEN_S = 4.0
"""Until the lab is open, on a slow machine."""


def run_program(case: Case, folder: Path, keys: str) -> tuple[Recording, dict[str, object]]:
    """Streams a case through program, engine, journal and database; the recording and the log."""
    log = folder / "log.json"
    server = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.loopback", json.dumps(vars_of(case)), str(log)],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert server.stdout is not None
    environ = environment(folder, int(server.stdout.readline()), case.lanes)
    script = list(steps(case))
    began = script[-1][0]
    typed = iter(keys if case.typing else "")
    due = began + 1

    def next_key(elapsed: float) -> str | None:
        nonlocal due
        if log.exists():
            return "\x11"  # ^q
        if elapsed < due:
            return None
        due = elapsed + 0.45
        return next(typed, None)

    seconds = began + 20 + case.before / 1000 + case.tokens / case.pace
    try:
        recording = record(
            PROGRAM,
            seconds=seconds,
            keys=next_key,
            script=script,
            environ=environ,
            drain=case.drain,
        )
    finally:
        server.wait(10)
    return recording, json.loads(log.read_text())


def environment(folder: Path, port: int, lanes: int) -> dict[str, str]:
    models = [f"lane{lane}" for lane in range(lanes)]
    return os.environ | {
        "TUI_LAB_CONFIG_DIR": str(folder / "config"),
        "TUI_LAB_DATA_DIR": str(folder / "data"),
        "TUI_LAB_PROVIDERS__BENCH__DIALECT": "openai-chat",
        "TUI_LAB_PROVIDERS__BENCH__BASE_URL": f"http://127.0.0.1:{port}/v1",
        "TUI_LAB_PROVIDERS__BENCH__MODELS": ",".join(models),
        "TUI_LAB_DEFAULT_MODEL": "bench/lane0",
    }


def steps(case: Case) -> Iterator[tuple[float, str]]:
    """Seconds since the start, and what is typed then: models, a prompt, ^j; esc to type on."""
    at = OPEN_S
    if case.lanes > 1:
        words = ["\x0c"]
        for lane in range(1, case.lanes):
            words += [f"bench/lane{lane}", " ", "\x15"]
        for word in [*words, "\r"]:
            yield at, word
            at += 0.3
    yield at, "go "
    yield at + 0.5, "\x0a"
    yield at + 1.0, "\x1b" if case.typing else ""
