"""`tui-lab history search`: the runs in which words occur."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from tui_lab.cli.commands.history import listing
from tui_lab.cli.commands.history.searching import explained

if TYPE_CHECKING:
    from tui_lab.lab import Lab

HELP = "the runs in which all these words occur"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("words", nargs="+", metavar="WORD")
    listing.add_arguments(parser)


def run(args: argparse.Namespace, lab: Lab) -> int:
    wanted = listing.run_filter(args)
    query = explained(" ".join(args.words), lab)
    found = lab.history.search(query, wanted, limit=args.limit, after=args.after).result()
    listing.print_page(found, args)
    return 0
