"""How long a start takes: `python -m benchmarks.startup [ROUNDS]`.

Commands as ratios to a bare Python, where `--version` is meant to stay below three times a
`python -c pass`; the first picture of the screens as a ratio to that of an app of one word, meant
to stay below 1.3. The programs take turns, so that whatever else the machine does falls on all of
them alike; the figures are medians.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from typing import TypeVar

from benchmarks.terminal import record

PROGRAM = [sys.executable, "-m", "tui_lab"]
COMMANDS = {
    "python -c pass": [sys.executable, "-c", "pass"],
    "tui-lab --version": [*PROGRAM, "--version"],
    "tui-lab --help": [*PROGRAM, "--help"],
    "tui-lab run (sandbox)": [*PROGRAM, "run", "hi", "-m", "sandbox/echo", "-o", "sandbox.pace=0"],
}

ONE_WORD = """
from textual.app import App
from textual.widgets import Static

class OneWord(App):
    def compose(self):
        yield Static("READY")

OneWord().run()
"""
SCREENS = {
    "Textual, one word": ([sys.executable, "-c", ONE_WORD], b"READY"),
    "tui-lab": (PROGRAM, b"help"),  # the last word of the footer
}

LONGEST_S = 20

Program = TypeVar("Program")


def command_seconds(command: list[str], environ: Mapping[str, str]) -> float:
    begun = time.perf_counter()
    subprocess.run(command, env=environ, stdin=subprocess.DEVNULL, capture_output=True, check=True)
    return time.perf_counter() - begun


def picture_seconds(screen: tuple[list[str], bytes], environ: Mapping[str, str]) -> float:
    """From the start to the first picture, which holds these words."""
    argv, words = screen
    recording = record(
        argv, seconds=LONGEST_S, keys=lambda elapsed: None, environ=environ, until=words
    )
    return recording.ended - recording.began


def compare(
    programs: Mapping[str, Program],
    seconds: Callable[[Program, Mapping[str, str]], float],
    rounds: int,
) -> None:
    """Prints how long each takes, and its ratio to the first."""
    taken: dict[str, list[float]] = {name: [] for name in programs}
    with tempfile.TemporaryDirectory() as home:
        environ = os.environ | {
            "TUI_LAB_CONFIG_DIR": f"{home}/config",
            "TUI_LAB_DATA_DIR": f"{home}/data",
            "PYTHONDONTWRITEBYTECODE": "",  # what is installed has been compiled, once
        }
        for _ in range(rounds + 1):
            for name, program in programs.items():
                taken[name].append(seconds(program, environ))
    medians = {name: statistics.median(times[1:]) for name, times in taken.items()}
    first = next(iter(medians.values()))
    for name, median in medians.items():
        print(f"{name:<22} {median * 1000:7.1f} ms  {median / first:6.2f} ×")


def main(rounds: int) -> None:
    compare(COMMANDS, command_seconds, rounds)
    print("to the first picture:")
    compare(SCREENS, picture_seconds, rounds)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 15)
