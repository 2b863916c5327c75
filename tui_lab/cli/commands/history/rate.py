"""`tui-lab history rate`: how good a run was, and why."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from tui_lab.cli.commands.history.references import add_run_argument, find_run
from tui_lab.cli.output import narrate
from tui_lab.core.annotations import BEST_RATING
from tui_lab.core.errors import ErrorKind, LabError

if TYPE_CHECKING:
    from tui_lab.lab import Lab

HELP = "say how good a run was"
_NONE = "none"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_run_argument(parser)
    parser.add_argument(
        "rating", nargs="?", metavar=f"1-{BEST_RATING}|{_NONE}", help=f"{BEST_RATING} is the best"
    )
    parser.add_argument(
        "--note", metavar="TEXT", help="write this to the run; '' takes its note away"
    )


def run(args: argparse.Namespace, lab: Lab) -> int:
    if args.rating is None and args.note is None:
        hint = f"from 1 to {BEST_RATING}, {_NONE}, or --note TEXT"
        raise LabError(ErrorKind.USAGE, "there is nothing to say of the run", hint)
    run_id = find_run(args.run, args, lab).id
    if args.rating is not None:
        lab.history.rate([run_id], _rating(args.rating)).result()
    if args.note is not None:
        lab.history.note(run_id, args.note).result()
    record = find_run(run_id, args, lab)
    narrate(f"run {run_id}: {rating_words(record.rating)}, {record.note or 'no note'}")
    return 0


def rating_words(rating: int | None) -> str:
    return "not rated" if rating is None else f"{rating} of {BEST_RATING}"


def _rating(word: str) -> int | None:
    if word == _NONE:
        return None
    if word.isascii() and word.isdigit() and len(word) < 3:
        return int(word)
    raise LabError(
        ErrorKind.USAGE, f"a rating cannot be {word!r}", f"from 1 to {BEST_RATING}, or {_NONE}"
    )
