"""How far is the token estimate off? Measured on recorded answers whose provider told the count.

Needs the recordings: TUI_LAB_TEST_DATA names the folder that holds `wire/manifest.json`.
Left out are counts that cover what the text does not show (hidden reasoning, tool calls, searches:
fewer than 2 characters a token), fewer than 20 tokens, and toy models.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from tui_lab.core.tokens import estimate_tokens

GUESSES: dict[str, Callable[[str], float]] = {
    "estimate": estimate_tokens,
    "characters / 4": lambda text: len(text) / 4,
    "words × 1.3": lambda text: len(text.split()) * 1.3,
}


def answers(folder: Path) -> Iterator[tuple[str, str, int]]:
    """(model, text, tokens that the provider counted for it)."""
    manifest: dict[str, Any] = json.loads((folder / "wire" / "manifest.json").read_text("utf-8"))
    for file in manifest["files"]:
        text, usage = file.get("expected_text"), file.get("expected_usage") or {}
        if not text or file.get("expected_tool_calls") or "/local/" in file["file"]:
            continue
        reasoning = usage.get("reasoning_tokens") or 0
        tokens = (usage.get("output_tokens") or 0) - reasoning
        untold = file.get("expected_reasoning") and not reasoning
        if tokens >= 20 and not untold and len(text) >= 2 * tokens:
            yield file.get("model") or Path(file["file"]).stem[:45], text, tokens


def main() -> None:
    folder = os.environ.get("TUI_LAB_TEST_DATA")
    if not folder:
        sys.exit("Set TUI_LAB_TEST_DATA to the folder of recordings.")
    errors: dict[str, list[float]] = {name: [] for name in GUESSES}
    print(f"{'model':45} {'tokens':>6}  " + "  ".join(f"{name:>14}" for name in GUESSES))
    for model, text, tokens in answers(Path(folder)):
        for name, guess in GUESSES.items():
            errors[name].append(100 * (guess(text) / tokens - 1))
        print(f"{model:45} {tokens:6}  " + "  ".join(f"{e[-1]:+13.0f}%" for e in errors.values()))
    means = {name: sum(map(abs, off)) / len(off) for name, off in errors.items()}
    print(f"{'mean absolute error':52}  " + "  ".join(f"{m:13.1f}%" for m in means.values()))


if __name__ == "__main__":
    main()
