"""`tui-lab templates import`: templates from a file of TOML tables."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from tui_lab.cli.output import narrate
from tui_lab.cli.text_editor import read_given
from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.lab.template_import import Clash, plan_import

if TYPE_CHECKING:
    from tui_lab.lab import Lab

HELP = "take templates from a file"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help="a file of [[template]] tables; - is the pipe")
    clash = parser.add_mutually_exclusive_group()
    clash.add_argument(
        "--replace", action="store_true", help="put them in the place of those of the same id"
    )
    clash.add_argument("--rename", action="store_true", help="give them another id then")


def run(args: argparse.Namespace, lab: Lab) -> int:
    text = read_given(args.file)
    plan = plan_import(text, args.file, lab.templates)
    how = Clash.REPLACE if args.replace else Clash.RENAME if args.rename else None
    if plan.clashing and how is None:
        how = _ask(", ".join(plan.clashing), from_pipe=args.file == "-")
    for template in plan.take(how or Clash.REPLACE):
        narrate(f"{template.id} is in {template.file}")
    for template_id in plan.same:
        narrate(f"{template_id} is there already, and the same")
    return 0


def _ask(ids: str, *, from_pipe: bool) -> Clash:
    question = f"there is already {ids}"
    if from_pipe or sys.stdin is None or not sys.stdin.isatty():
        raise LabError(ErrorKind.USAGE, question, "say --replace or --rename")
    narrate(f"{question}: [r]eplace, re[n]ame, or stop?")
    match sys.stdin.readline().strip().lower():
        case "r" | "replace":
            return Clash.REPLACE
        case "n" | "rename":
            return Clash.RENAME
        case _:
            raise LabError(ErrorKind.USAGE, "nothing was imported", "answer r or n")
