"""`tui-lab history export`: runs as a file for other programs."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from tui_lab.cli.asking import confirm
from tui_lab.cli.commands.history.listing import add_filter_arguments, run_filter
from tui_lab.cli.commands.history.references import find_run, run_count
from tui_lab.cli.commands.history.searching import understood
from tui_lab.cli.output import narrate, write_raw, write_text
from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.core.sanitise import sanitise

if TYPE_CHECKING:
    from collections.abc import Callable

    from tui_lab.lab import Lab
    from tui_lab.lab.exporting import Selection

HELP = "write runs to a file: CSV, JSON, JSON lines, Markdown or HTML"
_TOLD_EVERY_S = 2.0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("runs", nargs="*", metavar="RUN", help="these runs (all that fit)")
    parser.add_argument(
        "--format",
        required=True,
        choices=("csv", "json", "jsonl", "markdown", "html"),
        help="csv, json, jsonl, markdown or html",
    )
    parser.add_argument("--query", default="", metavar="Q", help="only what this search finds")
    parser.add_argument("--output", metavar="FILE", help="where to (standard output)")
    parser.add_argument("--yes", action="store_true", help="replace a file that exists")
    add_filter_arguments(parser)


def run(args: argparse.Namespace, lab: Lab) -> int:
    from tui_lab.export.formats import Format

    selection, name, progress = _selection(args, lab), Format(args.format), _progress()
    if args.output is None:
        writing = lab.history.export_to(selection, name, _to_output(), progress=progress)
    else:
        path = Path(args.output)
        if replace := path.is_file():
            confirm(f"{path} exists already: it is replaced", yes=args.yes)
        writing = lab.history.export(selection, name, path, replace=replace, progress=progress)
    try:
        done = writing.result()
    except BaseException:
        writing.cancel()
        raise
    if done == 0:
        narrate("no such runs")
    elif args.output is not None:
        narrate(f"{run_count(done)} written to {args.output}")
    return 0


def _selection(args: argparse.Namespace, lab: Lab) -> Selection:
    from tui_lab.lab.exporting import Selection

    if not args.runs:
        return Selection(understood(args.query, lab), run_filter(args))
    if args.query or any((args.status, args.model, args.provider)):
        raise LabError(
            ErrorKind.USAGE, "either runs or a search", "leave out the runs, or --query and filters"
        )
    found = (find_run(ref, args, lab) for ref in args.runs)
    return Selection(run_ids=tuple(dict.fromkeys(run.id for run in found)))


def _to_output() -> Callable[[str], object]:
    """A file and a pipe get every character as it is, a terminal none that acts."""
    if sys.stdout is not None and sys.stdout.isatty():
        return lambda text: write_text(sanitise(text))
    return write_raw


def _progress() -> Callable[[int], object]:
    """Tells a person, every now and then, how far it is."""
    told_at = time.monotonic()
    watched = sys.stderr is not None and sys.stderr.isatty()

    def tell(done: int) -> None:
        nonlocal told_at
        if watched and time.monotonic() - told_at >= _TOLD_EVERY_S:
            told_at = time.monotonic()
            narrate(f"{run_count(done)} so far")

    return tell
