"""How soon a streamed token is on the screen, and what it costs in bytes and CPU time.

    python -m benchmarks.lane            all cases, with their floors, in one run (about 3 minutes)
    python -m benchmarks.lane CASE ...   some of them

Each case is a program in a 120×40 pseudo terminal. It makes its own tokens at a set pace, every
seventh of them a marker whose time is logged; the recording of the terminal tells when each marker
was on the screen. Keys are typed meanwhile. Figures of machines differ: look at the ratios.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.terminal import percentile, record, replay

KEYS = "QZXJVKW" * 20
START_UP_S = 2.0
KEY_EVERY_S = 0.45
WORDS = [
    "the",
    "of",
    "and",
    "to",
    "model",
    "token",
    "stream",
    "cache",
    "prompt",
    "context",
    "layer",
]
MARKER_EVERY = 7  # no multiple of a frame at any pace used here, so markers meet every phase


@dataclass(frozen=True, slots=True)
class Case:
    """A program, its lanes, tokens a second and tokens for each lane, text already there."""

    program: str
    lanes: int = 1
    pace: int = 50
    tokens: int = 400
    before: int = 0
    content: str = "prose"


CASES = {
    "empty app": Case("empty"),
    "raw writes": Case("raw"),
    "Markdown stream": Case("markdown"),
    "lane": Case("lane"),
    "lane, code": Case("lane", content="code"),
    "4 lanes": Case("lane", lanes=4),
    "lane, 200/s": Case("lane", pace=200, tokens=1600),
    "4 lanes, 200/s": Case("lane", lanes=4, pace=200, tokens=1600),
    "4 Markdown streams, 200/s": Case("markdown", lanes=4, pace=200, tokens=800),
    "lane, after 50,000 tokens": Case("lane", before=50_000),
    "code, after 50,000 tokens": Case("lane", before=50_000, content="code"),
    "one line, after 50,000 tokens": Case("lane", before=50_000, content="line"),
}


Sink = Callable[[str], Awaitable[None]]
Report = dict[str, Any]
"""When each marker was sent, when the stream began and ended, CPU seconds of the program."""


# The stream


def text_tokens(content: str, seed: int = 0) -> Callable[[], str]:
    """A source of tokens, about four characters each; the same for the same seed."""
    chance = random.Random(seed)
    words = WORDS
    state = {"line": 0, "left": 0}

    def prose() -> str:
        state["left"] -= 1
        if state["left"] >= 0:
            return f" {chance.choice(words)}"
        state["line"] += 1
        state["left"] = chance.randint(8, 60)
        return chance.choice(["\n\n", "\n\n", "\n- ", "\n\n## ", "\n1. "])

    def code() -> str:
        state["left"] -= 1
        if state["left"] >= 0:
            return chance.choice([" x", " =", " (1)", " 'a'", " if", " def", " #", " return"])
        state["left"] = chance.randint(3, 14)
        return "\n    "

    def line() -> str:
        return f" {chance.choice(words)}"

    return {"prose": prose, "code": code, "line": line}[content]


async def tokens(case: Case, lane: int, log: dict[int, float]) -> AsyncIterator[str]:
    """The tokens of a lane at their pace, noting when each marker was given out."""
    make = text_tokens(case.content, lane)
    if case.content == "code":
        yield "```python\n"
    if case.before:
        yield "".join(make() for _ in range(case.before))
        await asyncio.sleep(1)
    began = time.monotonic()
    for number in range(case.tokens):
        await asyncio.sleep(max(0, began + number / case.pace - time.monotonic()))
        if number % MARKER_EVERY == MARKER_EVERY - 1:
            marker = lane * 100_000 + number
            log[marker] = time.monotonic()
            yield f" ⟦{marker:06}⟧"
        else:
            yield make()


async def stream(case: Case, sinks: Sequence[Sink]) -> Report:
    """Feeds every lane; tells when what was sent and what it took."""
    log: dict[int, float] = {}
    began: list[tuple[float, float]] = []

    async def feed(lane: int, sink: Sink) -> None:
        async for token in tokens(case, lane, log):
            await sink(token)
            if not began and len(token) < 100 and not token.startswith("```"):
                began.append((time.monotonic(), time.process_time()))

    await asyncio.gather(*(feed(lane, sink) for lane, sink in enumerate(sinks)))
    await asyncio.sleep(0.3)
    at, cpu = began[0]
    return {
        "markers": log,
        "began": at,
        "ended": time.monotonic(),
        "cpu": time.process_time() - cpu,
    }


# The programs


def run_raw(case: Case) -> Report:
    async def write(token: str) -> None:
        os.write(1, token.replace("\n", "\r\n").encode())

    return asyncio.run(stream(case, [write]))


def run_app(case: Case) -> Report:
    from textual.app import App, ComposeResult
    from textual.containers import Grid, Vertical, VerticalScroll
    from textual.widgets import Input, Markdown

    from tui_lab.ui.painting import Painter, writes_waiting
    from tui_lab.ui.widgets.answer_view import AnswerView

    class Bench(App[Report]):
        CSS = """
        Grid { grid-gutter: 0; }
        Grid > * { border: round $primary; }
        Input { dock: bottom; }
        """
        AUTO_FOCUS = "Input"

        def __init__(self) -> None:
            super().__init__()
            self.painter = Painter(lambda: writes_waiting(self._driver))

        def compose(self) -> ComposeResult:
            with Grid():
                for _ in range(case.lanes):
                    if case.program == "markdown":
                        yield VerticalScroll(Markdown())
                    elif case.program == "lane":
                        yield Vertical(AnswerView(self.painter))
            entry = Input(compact=True)
            entry.cursor_blink = False
            yield entry

        def on_mount(self) -> None:
            grid = self.query_one(Grid)
            grid.styles.grid_size_columns = 2 if case.lanes > 1 else 1
            self.run_worker(self.work())

        async def work(self) -> None:
            await asyncio.sleep(0.5)
            sinks: Sequence[Sink]
            if case.program == "empty":
                sinks = [self.ignore]
            elif case.program == "markdown":
                for view in self.query(VerticalScroll):
                    view.anchor()
                sinks = [Markdown.get_stream(view).write for view in self.query(Markdown)]
            else:
                sinks = [self.into(view) for view in self.query(AnswerView)]
            self.exit(await stream(case, sinks))

        def into(self, view: AnswerView) -> Sink:
            async def sink(token: str) -> None:
                view.append(token)

            return sink

        async def ignore(self, token: str) -> None:
            """The floor of an app in which nothing happens."""

    report = Bench().run()
    assert report is not None
    return report


# The report


def measure(case: Case) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "stream.json"
        argv = [
            sys.executable,
            "-m",
            "benchmarks.lane",
            "--child",
            str(path),
            json.dumps(vars_of(case)),
        ]
        keys = iter(KEYS)
        due = START_UP_S

        def next_key(elapsed: float) -> str | None:
            nonlocal due
            if case.program == "raw" or elapsed < due:
                return None
            due = elapsed + KEY_EVERY_S
            return next(keys, None)

        recording = record(argv, seconds=30 + case.tokens / case.pace, keys=next_key)
        report = json.loads(path.read_text())
    seen = replay(recording)
    sent = {int(number): at for number, at in report["markers"].items()}
    delays = [seen.markers[number] - at for number, at in sent.items() if number in seen.markers]
    during = [at for at, _ in recording.keys if report["began"] <= at <= report["ended"] - 1]
    echoes = [
        echo - at
        for (at, _), echo in zip(recording.keys, seen.echoes, strict=False)
        if at in during
    ]
    count = case.tokens * case.lanes
    seconds = report["ended"] - report["began"]
    return {
        "p50": 1e3 * percentile(delays, 0.5),
        "p95": 1e3 * percentile(delays, 0.95),
        "p99": 1e3 * percentile(delays, 0.99),
        "shown": 100 * len(delays) / len(sent),
        "bytes": recording.bytes_between(report["began"], report["ended"]) / count,
        "cpu": 1e3 * report["cpu"] / count,
        "core": 100 * report["cpu"] / seconds,
        "echo": 1e3 * percentile(echoes, 0.95),
    }


def vars_of(case: Case) -> dict[str, object]:
    return {name: getattr(case, name) for name in Case.__slots__}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("cases", nargs="*", metavar="CASE", help=", ".join(CASES))
    parser.add_argument("--child", nargs=2, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.child:
        path, case = Path(asked.child[0]), Case(**json.loads(asked.child[1]))
        report = run_raw(case) if case.program == "raw" else run_app(case)
        path.write_text(json.dumps(report))
        return
    print(f"{'':30}   chunk to screen, ms   bytes a  against    CPU ms   % of  key echo  shown")
    print(f"{'case':30}   p50    p95    p99     token Markdown  a token a core    p95 ms      %")
    markdown = None
    for name in asked.cases or CASES:
        figures = measure(CASES[name])
        if name == "Markdown stream":
            markdown = figures["bytes"]
        ratio = f"{figures['bytes'] / markdown:8.2f}" if markdown else "       –"
        print(
            f"{name:30}{figures['p50']:6.0f} {figures['p95']:6.0f} {figures['p99']:6.0f}"
            f"{figures['bytes']:10.0f} {ratio}{figures['cpu']:9.2f}{figures['core']:7.0f}"
            f"{figures['echo']:10.0f}{figures['shown']:7.0f}",
            flush=True,
        )


if __name__ == "__main__":
    main()
