"""`tui-lab history`: the runs of the past, offline."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from tui_lab.cli.output import narrate, print_json, print_table, print_text, write_raw
from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.core.money import cost_words
from tui_lab.core.nearest import nearest
from tui_lab.core.record import RunRecord, Status
from tui_lab.core.record_json import record_to_json
from tui_lab.core.summary import GLYPHS, summary, tokens

if TYPE_CHECKING:
    from tui_lab.store.reading import Page, RunFilter

LEFT_OUT_OF_LISTS = ("messages", "reasoning", "tool_calls", "logprobs", "attempts")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(title="actions", metavar="ACTION", dest="action", required=True)
    listing = actions.add_parser("list", help="the newest runs", allow_abbrev=False)
    search = actions.add_parser(
        "search", help="the runs in which all these words occur", allow_abbrev=False
    )
    search.add_argument("words", nargs="+", metavar="WORD")
    for one in (listing, search):
        one.add_argument("--limit", type=int, default=20, metavar="N", help="1 to 100 (20)")
        one.add_argument("--after", metavar="CURSOR", help="go on where a list ended")
        one.add_argument("--status", metavar="STATUS", help="only runs that ended so")
        one.add_argument("-m", "--model", metavar="MODEL", help="only runs of this model")
        one.add_argument("--provider", metavar="ID", help="only runs of this provider")
        one.add_argument("--json", action="store_true", help="print records")
    show = actions.add_parser("show", help="one run, as it was", allow_abbrev=False)
    show.add_argument("run", metavar="RUN", help="an id, its unique beginning, or last")
    for one in (listing, search, show):
        one.add_argument(
            "--workspace",
            default=argparse.SUPPRESS,
            metavar="NAME",
            help="only runs of this workspace",
        )
    form = show.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="print the record")
    form.add_argument("--raw", action="store_true", help="print the exact bytes of the answer")
    form.add_argument("--field", metavar="NAME", help="print one field of the record, as JSON")


def run(args: argparse.Namespace) -> int:
    from tui_lab.lab import Lab

    with Lab(workspace=args.workspace, known_secrets=args.known_secrets) as lab:
        for notice in lab.history.state.notices:
            narrate(f"tui-lab: {notice}")
        if args.action == "show":
            _show(lab.history.run(args.run, workspace=args.workspace).result(), args)
        else:
            wanted = _filter(args)
            if args.action == "search":
                words = " ".join(args.words)
                page = lab.history.search(
                    words, wanted, limit=args.limit, after=args.after
                ).result()
            else:
                page = lab.history.runs(wanted, limit=args.limit, after=args.after).result()
            _list(page, as_json=args.json)
    return 0


def _filter(args: argparse.Namespace) -> RunFilter:
    from tui_lab.store.reading import RunFilter

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


def _list(page: Page, *, as_json: bool) -> None:
    if as_json:
        print_json({"items": [list_item(run) for run in page.items], "next": page.next})
        return
    print_table(_row(run) for run in page.items)
    if not page.items:
        narrate("no such runs")
    if page.next is not None:
        narrate(f"older ones: --after {page.next}")


def list_item(run: RunRecord) -> dict[str, Any]:
    """A record as lists have it: without its long fields, its text cut by the store."""
    data = record_to_json(run)
    return {name: value for name, value in data.items() if name not in LEFT_OUT_OF_LISTS}


def _row(run: RunRecord) -> list[str]:
    first_line = next((line for line in run.prompt.splitlines() if line.strip()), "")
    return [
        run.id,
        f"{run.created_at.astimezone():%Y-%m-%d %H:%M}",
        f"{GLYPHS[run.status]} {run.status}",
        run.answered_by or run.model,
        tokens(run),
        cost_words(run),
        first_line[:60],
    ]


def _show(run: RunRecord, args: argparse.Namespace) -> None:
    data = record_to_json(run)
    if args.json:
        print_json(data)
    elif args.raw:
        write_raw(run.text)
    elif args.field is not None:
        if args.field not in data:
            raise LabError(
                ErrorKind.USAGE, f"a run has no field {args.field!r}", nearest(args.field, data)
            )
        print_json(data[args.field])
    else:
        _show_to_person(run)


def _show_to_person(run: RunRecord) -> None:
    print_text(f"run        {run.id}")
    print_text(f"when       {run.created_at.astimezone():%Y-%m-%d %H:%M:%S}")
    print_text(f"workspace  {run.workspace}")
    print_text(f"outcome    {summary(run)}")
    if parameters := run.parameters.as_dict():
        words = (f"{name}={value}" for name, value in parameters.items())
        print_text(f"parameters {' '.join(words)}")
    if run.template is not None:
        print_text(f"template   {run.template.id}, version {run.template.version}")
    sections = [("system", run.system)]
    sections += [(turn.role, turn.text) for turn in run.messages[:-1]]
    sections += [
        ("prompt", run.prompt),
        ("reasoning", run.reasoning),
        ("refusal", run.refusal),
        ("answer", run.text),
    ]
    sections += [(f"tool call {call.name}", call.arguments) for call in run.tool_calls]
    for title, text in sections:
        if text:
            print_text(f"\n── {title}\n{text}")
    if run.error is not None:
        print_text(f"\n── error\n{run.error.kind}: {run.error.message}\n{run.error.hint}".rstrip())
