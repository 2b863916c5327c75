"""Runs that are stopped or killed, at any moment."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tests.cli.program import CHECKOUT, ECHO, Program

LONG = ("-m", "sandbox/markdown", "-o", "sandbox.tokens=4000", "-o", "sandbox.seed=5")
"""An answer that takes 20 s at a pace of 200."""
PACED = (*LONG, "-o", "sandbox.pace=200")


def until_signals_are_handled(process: subprocess.Popen[bytes]) -> None:
    """Returns once the program, not the interpreter, answers SIGTERM."""
    bit = 1 << (signal.SIGTERM - 1)
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        status = Path(f"/proc/{process.pid}/status").read_text()
        caught = next(line for line in status.splitlines() if line.startswith("SigCgt"))
        if int(caught.split()[1], 16) & bit:
            return
        time.sleep(0.002)
    raise AssertionError("it never did")


def first_words(process: subprocess.Popen[bytes]) -> bytes:
    assert process.stdout is not None
    return os.read(process.stdout.fileno(), 1)


def items(program: Program) -> list[Any]:
    found: list[Any] = program("history", "list", "--json").json["items"]
    return found


@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_in_the_middle_keeps_what_came(program: Program, signum: int) -> None:
    with program.start("run", "hi", *PACED, "--jsonl") as process:
        begun = first_words(process)
        time.sleep(0.4)
        process.send_signal(signum)
        process.send_signal(signum)  # as a shell and a terminal do together
        rest, errors = process.communicate(timeout=30)
    assert process.returncode == 130
    assert errors == b""
    record = program.last()
    assert json.loads((begun + rest).splitlines()[-1]) == {"type": "run", "run": record}
    assert record["status"] == "cancelled"
    assert record["error"]["kind"] == "cancelled"
    assert record["usage"]["estimated"] is True
    assert record["text"]


def test_a_signal_at_any_moment_leaves_a_cancelled_run_or_none(program: Program) -> None:
    assert program("doctor").code == 0
    chance = random.Random(11)
    signals = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP] * 4

    def stopped(signum: int, after: float) -> tuple[int, bytes]:
        with program.start("run", "hi", *PACED) as process:
            until_signals_are_handled(process)
            time.sleep(after)
            process.send_signal(signum)
            _, errors = process.communicate(timeout=30)
        return process.returncode, errors

    with ThreadPoolExecutor(max_workers=4) as pool:
        moments = [chance.uniform(0, 1.2) for _ in signals]
        for code, errors in pool.map(stopped, signals, moments):
            assert code == 130
            assert b"Traceback" not in errors
            assert b"Exception" not in errors
    assert {run["status"] for run in items(program)} <= {"cancelled"}


def test_a_killed_run_is_interrupted_and_misses_a_quarter_second_at_most(program: Program) -> None:
    whole = program("run", "whole", *LONG, "-o", "sandbox.pace=0").out.decode().rstrip("\n")
    per_second = 200 * len(whole) / 4000

    def killed(prompt: str) -> str:
        """What the run had said when it was killed."""
        with program.start("run", prompt, *PACED, "--raw") as process:
            seen = first_words(process)
            threading.Timer(random.uniform(0.6, 1.6), process.kill).start()
            seen += process.communicate(timeout=30)[0]
        return seen.decode("utf-8", "ignore")

    prompts = [f"killed {n}" for n in range(5)]
    with ThreadPoolExecutor(max_workers=3) as pool:
        seen = dict(zip(prompts, pool.map(killed, prompts), strict=True))
    ids = {run["prompt"]: run["id"] for run in items(program)}
    for prompt in prompts:
        record = program("history", "show", ids[prompt], "--json").json
        assert record["status"] == "interrupted"
        assert whole.startswith(record["text"])
        assert len(seen[prompt]) - len(record["text"]) <= per_second * 0.25 * 3 + 50


def test_a_run_in_progress_is_seen_from_another_process(program: Program) -> None:
    with program.start("run", "hi", *PACED) as process:
        first_words(process)
        time.sleep(0.6)
        record = program.last()
        listed = program("history", "list").text
        process.terminate()
        process.communicate(timeout=30)
    assert record["status"] == "running"
    assert record["text"]
    assert record["finish_reason"] is None
    assert "running" in listed
    assert program.last()["status"] == "cancelled"


def test_twenty_at_once_share_one_history(program: Program) -> None:
    processes = [
        program.start("run", f"number {n}", *ECHO, "--json", stderr=subprocess.STDOUT)
        for n in range(20)
    ]
    ends = [(process.communicate(timeout=120)[0], process.returncode) for process in processes]
    assert [code for _, code in ends] == [0] * 20
    listed = program("history", "list", "--json", "--limit", "100").json["items"]
    assert {run["prompt"] for run in listed} == {f"number {n}" for n in range(20)}
    assert {run["status"] for run in listed} == {"ok"}


DYING = """
import sys
import tui_lab.engine.admission as admission

async def dies(*words):
    raise SystemExit("the thread ends here")
    yield

admission.exchange = dies
from tui_lab.cli import main
sys.exit(main(sys.argv[1:]))
"""


def test_an_engine_that_dies_is_told_and_ends_with_5(program: Program) -> None:
    done = subprocess.run(
        [sys.executable, "-c", DYING, "run", "hi", *ECHO],
        env=program.variables(),
        cwd=CHECKOUT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 5
    assert done.stdout == b""
    assert done.stderr.decode().startswith("tui-lab: the engine has stopped")
    assert done.stderr.count(b"\n") == 1
    assert program.last()["status"] == "interrupted"
    assert "has died" in (program.data / "tui-lab.log").read_text()
