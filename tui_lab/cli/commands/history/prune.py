"""`tui-lab history prune`: removes the runs that the person's rules let go."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from tui_lab.cli.asking import confirm
from tui_lab.cli.commands.history.references import run_count
from tui_lab.cli.output import narrate, print_table

if TYPE_CHECKING:
    from tui_lab.lab import Lab

HELP = "remove old runs by the rules of [history] in config.toml"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--dry-run", action="store_true", help="only tell how many would go")
    parser.add_argument("--yes", action="store_true", help="do not ask")


def run(args: argparse.Namespace, lab: Lab) -> int:
    if not lab.settings.forgets:
        narrate("there is no rule: every run is kept (history.keep_days, history.keep_runs)")
        return 0
    counts = lab.history.expired().result()
    if not counts:
        narrate("no run may go")
        return 0
    print_table([name, f"{count:,}"] for name, count in counts.items())
    if args.dry_run:
        return 0
    confirm(f"{run_count(sum(counts.values()))} would be deleted for good", yes=args.yes)
    pruning = lab.history.prune()
    try:
        narrate(f"{run_count(pruning.result())} deleted")
    except BaseException:
        pruning.cancel()
        raise
    return 0
