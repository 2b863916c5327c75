"""`tui-lab run`: a prompt against one or several models, the answers as they come."""

from __future__ import annotations

import argparse

from tui_lab.cli.prompt import add_draft_arguments, draft_from
from tui_lab.cli.running import add_output_arguments, run_draft


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("prompt", nargs="?", metavar="PROMPT", help="what to ask")
    add_draft_arguments(parser)
    parser.add_argument("-t", "--template", metavar="ID", help="start from this template")
    parser.add_argument(
        "--continue", dest="parent", metavar="RUN", help="reply to the answer of this run"
    )
    add_output_arguments(parser)


def run(args: argparse.Namespace) -> int:
    from tui_lab.lab import Lab

    with Lab(workspace=args.workspace, known_secrets=args.known_secrets) as lab:
        parent = lab.history.run(args.parent).result() if args.parent else None
        draft = draft_from(args, lab, template_id=args.template, parent=parent)
        return run_draft(draft, args, lab)
