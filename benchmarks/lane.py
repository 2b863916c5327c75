"""How soon a streamed token is on the screen, and what it costs in bytes and CPU time.

    python -m benchmarks.lane            all cases, with their floors, in one run (about 8 minutes)
    python -m benchmarks.lane CASE ...   some of them

Each case is a program in a 120×40 pseudo terminal, given tokens at a set pace, every seventh of
them a marker whose time is logged; the recording of the terminal tells when each marker was on the
screen. The floors and the bare lane make their tokens themselves; the real program gets them from
a server on a loopback port, through engine, journal and database. Keys are typed meanwhile, except
where a case says that they are not. Figures of machines differ: look at the ratios.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

from benchmarks.program import run_program
from benchmarks.stream import Case, tokens, vars_of
from benchmarks.terminal import Recording, percentile, record, replay

KEYS = "QZXJVKW" * 20
START_UP_S = 2.0
KEY_EVERY_S = 0.45

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
    "program": Case("tui-lab", typing=False),
    "program, 200/s": Case("tui-lab", pace=200, tokens=1600, typing=False),
    "program, 4 lanes": Case("tui-lab", lanes=4, typing=False),
    "program, 4 lanes, 200/s": Case("tui-lab", lanes=4, pace=200, tokens=1600, typing=False),
    "program, keys": Case("tui-lab"),
    "program, 4 lanes, 200/s, keys": Case("tui-lab", lanes=4, pace=200, tokens=1600),
    "program, after 50,000 tokens": Case("tui-lab", before=50_000, typing=False),
    "program, 20 KB/s": Case("tui-lab", lanes=4, tokens=800, typing=False, drain=20_000),
}


Sink = Callable[[str], Awaitable[None]]
Report = dict[str, Any]
"""When each marker was sent, when the stream began and ended, CPU seconds of the program."""


# The programs that make their own tokens


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
        run = run_program if case.program == "tui-lab" else run_floor
        recording, report = run(case, Path(folder), KEYS)
    return figures(case, recording, report)


def run_floor(case: Case, folder: Path, typed: str) -> tuple[Recording, Report]:
    path = folder / "stream.json"
    argv = [sys.executable, "-m", "benchmarks.lane"]
    keys = iter(typed)
    due = START_UP_S

    def next_key(elapsed: float) -> str | None:
        nonlocal due
        if case.program == "raw" or elapsed < due:
            return None
        due = elapsed + KEY_EVERY_S
        return next(keys, None)

    recording = record(
        [*argv, "--child", str(path), json.dumps(vars_of(case))],
        seconds=30 + case.before / 1000 + case.tokens / case.pace,
        keys=next_key,
    )
    return recording, json.loads(path.read_text())


def figures(case: Case, recording: Recording, report: Report) -> dict[str, float]:
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
    cpu = report.get("cpu") or recording.cpu_between(report["began"], report["ended"])
    return {
        "p50": 1e3 * percentile(delays, 0.5),
        "p95": 1e3 * percentile(delays, 0.95),
        "p99": 1e3 * percentile(delays, 0.99),
        "shown": 100 * len(delays) / len(sent),
        "bytes": recording.bytes_between(report["began"], report["ended"]) / count,
        "cpu": 1e3 * cpu / count,
        "core": 100 * cpu / seconds,
        "echo": 1e3 * percentile(echoes, 0.95),
    }


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
        found = measure(CASES[name])
        if name == "Markdown stream":
            markdown = found["bytes"]
        ratio = f"{found['bytes'] / markdown:8.2f}" if markdown else "       –"
        print(
            f"{name:30}{found['p50']:6.0f} {found['p95']:6.0f} {found['p99']:6.0f}"
            f"{found['bytes']:10.0f} {ratio}{found['cpu']:9.2f}{found['core']:7.0f}"
            f"{found['echo']:10.0f}{found['shown']:7.0f}",
            flush=True,
        )


if __name__ == "__main__":
    main()
