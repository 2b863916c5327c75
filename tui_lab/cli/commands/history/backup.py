"""`tui-lab history backup`: a copy that is whole and checked."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from tui_lab.cli.asking import confirm
from tui_lab.cli.output import narrate, print_text

HELP = "write a checked copy of the history"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", nargs="?", metavar="FILE", help="where to (beside the history)")
    parser.add_argument("--yes", action="store_true", help="replace a file that exists")


def run(args: argparse.Namespace) -> int:
    from tui_lab.export.new_file import check_free
    from tui_lab.lab.care import HistoryCare

    copy = None
    if args.file is not None:
        copy = Path(args.file).absolute()
        check_free(copy, replace=True)
        if copy.is_file():
            confirm(f"{copy} exists already: it is replaced", yes=args.yes)
    made = HistoryCare(os.environ).back_up(copy)
    narrate("the history is saved, and the copy is sound:")
    print_text(str(made))
    return 0
