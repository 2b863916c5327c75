"""`tui-lab templates run`: a template against one or several models, once or for each row."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from tui_lab.cli.commands.templates.batch_arguments import add_batch_arguments
from tui_lab.cli.prompt import add_draft_arguments, draft_from
from tui_lab.cli.running import add_output_arguments, run_draft
from tui_lab.core.errors import ErrorKind, LabError

if TYPE_CHECKING:
    from tui_lab.lab import Lab

HELP = "run a template"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("id", metavar="ID")
    parser.add_argument("prompt", nargs="?", metavar="TEXT", help="fills the input variable")
    add_draft_arguments(parser)
    add_output_arguments(parser)
    add_batch_arguments(parser)


def run(args: argparse.Namespace, lab: Lab) -> int:
    if args.data is not None:
        from tui_lab.cli.commands.templates.batch import run_batch

        return run_batch(args, lab)
    if rest := [name for name in ("output", "name", "resume") if getattr(args, name)]:
        raise LabError(ErrorKind.USAGE, f"--{rest[0]} goes with --data", "name a file of rows")
    draft = draft_from(args, lab, template_id=args.id, parent=None)
    return run_draft(draft, args, lab)
