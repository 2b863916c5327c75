"""`tui-lab history list`; and how any list of runs is asked for and printed."""

from __future__ import annotations

import argparse
from functools import partial
from typing import TYPE_CHECKING, Any

from tui_lab.cli.commands.history.references import add_workspace_argument
from tui_lab.cli.output import is_coloured, narrate, print_json, print_table
from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.core.matching import excerpt, highlights
from tui_lab.core.money import cost_words
from tui_lab.core.nearest import nearest
from tui_lab.core.query import Query
from tui_lab.core.record import RunRecord, Status
from tui_lab.core.record_json import record_to_json
from tui_lab.core.summary import GLYPHS, tokens

if TYPE_CHECKING:
    from tui_lab.lab import Lab
    from tui_lab.store.pages import Page, RunFilter

HELP = "the newest runs"
EVERY_RUN = Query()
_WIDTH = 60
_BOLD, _PLAIN = "\x1b[1m", "\x1b[0m"
LEFT_OUT_OF_LISTS = ("messages", "reasoning", "tool_calls", "logprobs", "attempts")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--limit", type=int, default=20, metavar="N", help="1 to 100 (20)")
    parser.add_argument("--after", metavar="CURSOR", help="go on where a list ended")
    add_filter_arguments(parser)
    parser.add_argument("--json", action="store_true", help="print records")


def add_filter_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--status", metavar="STATUS", help="only runs that ended so")
    parser.add_argument("-m", "--model", metavar="MODEL", help="only runs of this model")
    parser.add_argument("--provider", metavar="ID", help="only runs of this provider")
    add_workspace_argument(parser)


def run(args: argparse.Namespace, lab: Lab) -> int:
    wanted = run_filter(args)
    print_page(lab.history.runs(wanted, limit=args.limit, after=args.after).result(), args)
    return 0


def run_filter(args: argparse.Namespace) -> RunFilter:
    """Raises `LabError` of kind `usage` for a status that does not exist."""
    from tui_lab.store.pages import RunFilter

    if args.status is not None and args.status not in list(Status):
        raise LabError(
            ErrorKind.USAGE, f"there is no status {args.status!r}", nearest(args.status, Status)
        )
    return RunFilter(
        workspace=args.workspace,
        status=Status(args.status) if args.status else None,
        model=args.model,
        provider=args.provider,
    )


def print_page(page: Page, args: argparse.Namespace, query: Query = EVERY_RUN) -> None:
    """Of each run the line that the query has found, on a terminal with what it found marked."""
    if args.json:
        print_json({"items": [list_item(run) for run in page.items], "next": page.next})
        return
    dress = partial(marked, query) if is_coloured() else str
    print_table((_row(run, query) for run in page.items), dress=dress)
    if not page.items:
        narrate("no such runs")
    if page.next is not None:
        narrate(f"older ones: --after {page.next}")


def list_item(run: RunRecord) -> dict[str, Any]:
    """A record as lists have it: without its long fields, its text cut by the store."""
    data = record_to_json(run)
    return {name: value for name, value in data.items() if name not in LEFT_OUT_OF_LISTS}


def marked(query: Query, safe_text: str) -> str:
    """The text with what the query finds in bold."""
    pieces, last = [], 0
    for begin, end in highlights(query, safe_text):
        pieces += [safe_text[last:begin], _BOLD, safe_text[begin:end], _PLAIN]
        last = end
    return "".join([*pieces, safe_text[last:]])


def _row(run: RunRecord, query: Query) -> list[str]:
    return [
        run.id,
        f"{run.created_at.astimezone():%Y-%m-%d %H:%M}",
        f"{GLYPHS[run.status]} {run.status}",
        run.answered_by or run.model,
        tokens(run),
        cost_words(run),
        excerpt(query, (run.prompt, run.text), _WIDTH),
    ]
