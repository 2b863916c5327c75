"""`tui-lab history tag`: words by which a run is found again."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from tui_lab.cli.commands.history.references import add_run_argument, find_run
from tui_lab.cli.output import narrate

if TYPE_CHECKING:
    from tui_lab.lab import Lab

HELP = "give a run tags, or take them away"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_run_argument(parser)
    parser.add_argument("names", nargs="+", metavar="NAME", help="a tag")
    parser.add_argument("--remove", action="store_true", help="take these tags away")


def run(args: argparse.Namespace, lab: Lab) -> int:
    run_id = find_run(args.run, args, lab).id
    added, removed = ((), args.names) if args.remove else (args.names, ())
    lab.history.tag([run_id], add=added, remove=removed).result()
    tags = find_run(run_id, args, lab).tags
    narrate(f"run {run_id}: {', '.join(tags) or 'no tags'}")
    return 0
