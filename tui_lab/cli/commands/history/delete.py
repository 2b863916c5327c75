"""`tui-lab history delete`: runs removed for good."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from typing import TYPE_CHECKING

from tui_lab.cli.asking import confirm
from tui_lab.cli.commands.history.references import (
    add_workspace_argument,
    all_runs,
    find_run,
    run_count,
)
from tui_lab.cli.commands.history.searching import understood
from tui_lab.cli.output import narrate
from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.core.record import RunRecord, Status

if TYPE_CHECKING:
    from tui_lab.lab import Lab

HELP = "remove runs for good"
_AT_ONCE = 500
"""Runs removed in one transaction: other programs get their turn in between."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("runs", nargs="*", metavar="RUN", help="ids, their beginnings, or last")
    parser.add_argument("--query", metavar="QUERY", help="all runs that a search for this finds")
    parser.add_argument("--yes", action="store_true", help="do not ask")
    add_workspace_argument(parser)


def run(args: argparse.Namespace, lab: Lab) -> int:
    if bool(args.runs) is (args.query is not None):
        raise LabError(ErrorKind.USAGE, "nothing says what to delete", "name runs, or --query")
    ids = list(dict.fromkeys(record.id for record in _wanted(args, lab)))
    if not ids:
        narrate("no such runs")
        return 0
    confirm(f"{run_count(len(ids))} would be deleted for good", yes=args.yes)
    deleted = 0
    for first in range(0, len(ids), _AT_ONCE):
        deleted += len(lab.history.delete(ids[first : first + _AT_ONCE]).result())
    narrate(f"{run_count(deleted)} deleted")
    return 0


def _wanted(args: argparse.Namespace, lab: Lab) -> Iterator[RunRecord]:
    if args.query is None:
        yield from (find_run(ref, args, lab) for ref in args.runs)
        return
    from tui_lab.store.pages import RunFilter

    query = understood(args.query, lab)
    if not (query.terms or query.conditions):  # a slip of the finger must not find everything
        raise LabError(ErrorKind.USAGE, "the query would find every run", "say what to look for")
    for record in all_runs(query, RunFilter(workspace=args.workspace), lab):
        if record.status is Status.RUNNING:
            narrate(f"run {record.id} is left: it is in progress")
        else:
            yield record
