"""`tui-lab history search`: the language of searches on the command line."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from tui_lab.cli.commands.history import listing
from tui_lab.cli.commands.history.searching import explained
from tui_lab.core.errors import ErrorKind, LabError

if TYPE_CHECKING:
    from tui_lab.lab import Lab

HELP = "the runs that a search finds"
DESCRIPTION = """\
Words, "phrases", -without, begin*, and filters, each of which may be negated by a - before it:
model: provider: status: tag: template: workspace: source:  (a name; a * at its end leaves it open)
rating:>=4 cost:>0.01 ttft:>1s latency:<2min tokens:>1k  after: before: on:  (yesterday, 7d, 12h,
2026-11-22, 2026-11)  has:reasoning (image document tool error system template tag rating note)
A search with - or > in it is best put into quotes; one that begins with - comes after --.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.description = DESCRIPTION
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("words", nargs="+", metavar="WORD")
    parser.add_argument(
        "--rank", action="store_true", help="the best of the newest 500 first, on one page"
    )
    listing.add_arguments(parser)


def run(args: argparse.Namespace, lab: Lab) -> int:
    if args.rank and args.after is not None:
        raise LabError(ErrorKind.USAGE, "the best have one page", "leave out --after or --rank")
    wanted = listing.run_filter(args)
    query = explained(" ".join(args.words), lab)
    if args.rank:
        found = lab.history.best(query, wanted, limit=args.limit).result()
    else:
        found = lab.history.search(query, wanted, limit=args.limit, after=args.after).result()
    listing.print_page(found, args, query)
    return 0
