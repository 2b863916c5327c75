"""How often is the level of a prompt what its author says? And how long does it take to tell?

Needs prompts with levels: TUI_LAB_TEST_DATA names the folder that holds `corpora/prompts/*.jsonl`,
one object a line, with `prompt` and `difficulty`.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tui_lab.core.routing import Level
from tui_lab.routing.complexity import complexity

LONG = "The quick brown fox, x = f(y); prove it. " * 25_000


@dataclass(frozen=True)
class Agreement:
    """Shares of prompts: of those on the level that was expected, and of those next to it too."""

    prompts: int
    exact: float
    within_one: float


def agreement(file: Path) -> Agreement:
    distances = [abs(complexity(prompt).level - level) for prompt, level in prompts(file)]
    count = len(distances)
    return Agreement(count, distances.count(0) / count, sum(one <= 1 for one in distances) / count)


def prompts(file: Path) -> Iterator[tuple[str, Level]]:
    for line in file.read_text("utf-8").splitlines():
        row = json.loads(line)
        yield row["prompt"], Level[row["difficulty"].upper()]


def main() -> None:
    folder = os.environ.get("TUI_LAB_TEST_DATA")
    if not folder:
        sys.exit("Set TUI_LAB_TEST_DATA to the folder of test data.")
    files = sorted((Path(folder) / "corpora" / "prompts").glob("*.jsonl"))
    print(f"{'prompts of':20} {'count':>5} {'exact':>7} {'within one level':>17}")
    for file in files:
        found = agreement(file)
        print(f"{file.stem:20} {found.prompts:5} {found.exact:7.0%} {found.within_one:17.0%}")
    texts = [prompt for file in files for prompt, _ in prompts(file)]
    print(f"a prompt of these: {_milliseconds(texts):.2f} ms", end="; ")
    print(f"one of {len(LONG):,} characters: {_milliseconds([LONG]):.1f} ms")


def _milliseconds(texts: list[str]) -> float:
    """The mean of five rounds."""
    began = time.perf_counter()
    for _ in range(5):
        for text in texts:
            complexity(text)
    return (time.perf_counter() - began) * 1000 / len(texts) / 5


if __name__ == "__main__":
    main()
