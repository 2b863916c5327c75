"""`tui-lab history compact`: the file made as small as what it holds."""

from __future__ import annotations

import argparse
import os

from tui_lab.cli.output import narrate
from tui_lab.core.sizes import size_words

HELP = "give the room of deleted runs back to the disk"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """It takes none."""


def run(args: argparse.Namespace) -> int:
    from tui_lab.lab.care import HistoryCare

    before, after = HistoryCare(os.environ).compact()
    narrate(f"the history had {size_words(before.bytes)}, it has {size_words(after.bytes)} now")
    return 0
