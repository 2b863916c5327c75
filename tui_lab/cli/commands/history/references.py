"""How a command names a run of the past: an id, its unique beginning, or `last`; and how many."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from typing import TYPE_CHECKING

from tui_lab.core.query import Query
from tui_lab.core.record import RunRecord

if TYPE_CHECKING:
    from tui_lab.lab import Lab
    from tui_lab.store.pages import RunFilter

_PAGE = 100


def add_run_argument(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("run", metavar="RUN", help="an id, its unique beginning, or last")
    add_workspace_argument(parser)


def add_workspace_argument(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--workspace",
        default=argparse.SUPPRESS,
        metavar="NAME",
        help="only runs of this workspace",
    )


def find_run(ref: str, args: argparse.Namespace, lab: Lab) -> RunRecord:
    """The whole record. Raises `LabError` of kind `usage` where there is none, or are several."""
    return lab.history.run(ref, workspace=args.workspace).result()


def all_runs(query: Query, wanted: RunFilter, lab: Lab) -> Iterator[RunRecord]:
    """Brief records of all that a query finds, newest first."""
    after = None
    while True:
        page = lab.history.search(query, wanted, limit=_PAGE, after=after).result()
        yield from page.items
        if (after := page.next) is None:
            return


def run_count(count: int) -> str:
    """`1 run`, `2,000 runs`."""
    return "1 run" if count == 1 else f"{count:,} runs"
