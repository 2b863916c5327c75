"""`tui-lab history check`: whether the history is sound, and how large it is."""

from __future__ import annotations

import argparse
import os
from typing import TYPE_CHECKING

from tui_lab.cli.output import narrate, print_json, print_text
from tui_lab.core.sizes import size_words

if TYPE_CHECKING:
    from tui_lab.store.checking import Soundness

HELP = "tell whether the history is sound, and its size"
UNSOUND = 5


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print as JSON")


def run(args: argparse.Namespace) -> int:
    """Exits 5 where something is wrong."""
    from tui_lab.lab.care import HistoryCare

    care = HistoryCare(os.environ)
    found = care.check()
    if args.json:
        print_json(_as_json(found))
    else:
        _tell(found)
    for file in care.set_aside:
        narrate(f"a damaged history lies beside: tui-lab history repair {file}")
    return 0 if found.is_sound else UNSOUND


def _tell(found: Soundness) -> None:
    size = size_words(found.size.bytes)
    if found.size.free_bytes:
        size += f", {size_words(found.size.free_bytes)} of it free (tui-lab history compact)"
    print_text(f"path    {found.path}")
    print_text(f"size    {size}")
    print_text(f"runs    {'?' if found.runs is None else f'{found.runs:,}'}")
    for title, lines in (("file", found.damage), ("search", found.index), ("rows", found.strays)):
        print_text(f"{title:7} {'; '.join(lines) if lines else 'sound'}")
    if found.is_partly_checked:
        narrate("the search index is large or in use: it was not checked to its end")
    if not found.is_sound:
        narrate("tui-lab history repair mends what can be mended, and keeps the file as it was")


def _as_json(found: Soundness) -> dict[str, object]:
    return {
        "path": str(found.path),
        "sound": found.is_sound,
        "runs": found.runs,
        "bytes": found.size.bytes,
        "free_bytes": found.size.free_bytes,
        "damage": list(found.damage),
        "index": list(found.index),
        "strays": list(found.strays),
        "partly_checked": found.is_partly_checked,
    }
