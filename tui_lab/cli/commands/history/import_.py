"""`tui-lab history import`: runs from a file that `export` has written."""

from __future__ import annotations

import argparse
import sys
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from tui_lab.cli.output import narrate
from tui_lab.core.errors import ErrorKind, LabError

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from tui_lab.lab import Lab

HELP = "add the runs of a file: JSON lines, or JSON"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help="what export has written; - is standard input")


def run(args: argparse.Namespace, lab: Lab) -> int:
    """Exits 1 where a line could not be taken; what could is added all the same."""
    from tui_lab.export.incoming import read_records
    from tui_lab.lab.importing import import_runs

    with _opened(args.file) as stream:
        done = import_runs(
            lab.history,
            read_records(stream),
            lambda line, words: narrate(f"line {line}: {words}"),
        )
    told = [f"{done.added:,} added"]
    told += [f"{done.same:,} here already"] if done.same else []
    told += [f"{done.kept:,} kept as they are here"] if done.kept else []
    told += [f"{done.refused:,} refused"] if done.refused else []
    narrate(f"runs: {', '.join(told)}")
    return 1 if done.refused else 0


def _opened(name: str) -> AbstractContextManager[BinaryIO]:
    if name == "-" and sys.stdin is not None:
        return nullcontext(sys.stdin.buffer)
    try:
        return Path(name).open("rb")
    except OSError as error:
        raise LabError(
            ErrorKind.USAGE, f"{name} cannot be read: {error.strerror}", "check the path"
        ) from error
