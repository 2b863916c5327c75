"""How long a start takes, as a ratio to a bare Python: `python benchmarks/startup.py [ROUNDS]`.

The commands take turns, so that whatever else the machine does falls on all of them alike; the
figures are medians. `--version` is meant to stay below three times a bare `python -c pass`.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time

PROGRAM = [sys.executable, "-m", "tui_lab"]
COMMANDS = {
    "python -c pass": [sys.executable, "-c", "pass"],
    "tui-lab --version": [*PROGRAM, "--version"],
    "tui-lab --help": [*PROGRAM, "--help"],
    "tui-lab run (sandbox)": [*PROGRAM, "run", "hi", "-m", "sandbox/echo", "-o", "sandbox.pace=0"],
}


def seconds(command: list[str], environ: dict[str, str]) -> float:
    begun = time.perf_counter()
    subprocess.run(command, env=environ, stdin=subprocess.DEVNULL, capture_output=True, check=True)
    return time.perf_counter() - begun


def main(rounds: int) -> None:
    taken: dict[str, list[float]] = {name: [] for name in COMMANDS}
    with tempfile.TemporaryDirectory() as home:
        directories = {"TUI_LAB_CONFIG_DIR": f"{home}/config", "TUI_LAB_DATA_DIR": f"{home}/data"}
        for _ in range(rounds + 1):
            for name, command in COMMANDS.items():
                taken[name].append(seconds(command, os.environ | directories))
    medians = {name: statistics.median(times[1:]) for name, times in taken.items()}
    bare = next(iter(medians.values()))
    for name, median in medians.items():
        print(f"{name:<22} {median * 1000:7.1f} ms  {median / bare:5.1f} ×")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 15)
