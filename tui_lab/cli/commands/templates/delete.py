"""`tui-lab templates delete`: templates of one's own, taken out of their file."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from tui_lab.cli.asking import confirm
from tui_lab.cli.output import narrate

if TYPE_CHECKING:
    from tui_lab.lab import Lab

HELP = "remove a template of your own"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("id", metavar="ID")
    parser.add_argument("--yes", action="store_true", help="do not ask")


def run(args: argparse.Namespace, lab: Lab) -> int:
    lab.templates.check_deletable(args.id)
    confirm(f"template {args.id!r} would be deleted", yes=args.yes)
    lab.templates.delete(args.id)
    again = lab.templates.library.find(args.id)
    words = "; the one that comes with tui-lab is there again" if again else ""
    narrate(f"{args.id} is deleted{words}")
    return 0
