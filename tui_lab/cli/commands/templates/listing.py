"""`tui-lab templates list`: all of them, or those of a category."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from tui_lab.cli.commands.templates.show import to_json
from tui_lab.cli.output import narrate, print_json, print_table, say_problems

if TYPE_CHECKING:
    from tui_lab.lab import Lab

HELP = "all templates"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--category", metavar="NAME", help="only those of this category")
    parser.add_argument("--json", action="store_true", help="print as JSON")


def run(args: argparse.Namespace, lab: Lab) -> int:
    library = lab.templates.library
    say_problems(library.problems)
    chosen = [one for one in library.templates if args.category in (None, one.category)]
    if args.json:
        items = [to_json(one, own=lab.templates.is_own(one)) for one in chosen]
        print_json({"items": items, "next": None})
        return 0
    print_table([one.id, one.category, one.description] for one in chosen)
    if not chosen:
        categories = sorted({one.category for one in library.templates})
        narrate(f"no template is in {args.category!r}; there are {', '.join(categories)}")
    return 0
