"""`tui-lab history repair`: makes whole what can be made whole; the old file stays beside."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from tui_lab.cli.output import narrate

HELP = "mend the history, or bring back the runs of a damaged one"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "file", nargs="?", metavar="FILE", help="a damaged history that was set aside"
    )


def run(args: argparse.Namespace) -> int:
    from tui_lab.lab.care import HistoryCare

    care = HistoryCare(os.environ)
    done = care.repair() if args.file is None else care.bring_back(Path(args.file))
    for words in done or ["nothing is wrong with the history"]:
        narrate(words)
    return 0
