"""`tui-lab history show`: one run, as it was."""

from __future__ import annotations

import argparse
from datetime import datetime
from typing import TYPE_CHECKING

from tui_lab.cli.commands.history.references import add_run_argument, find_run
from tui_lab.cli.output import narrate, print_json, print_table, print_text, write_raw
from tui_lab.core.command_line import as_command
from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.core.nearest import nearest
from tui_lab.core.record import RunRecord
from tui_lab.core.record_json import record_to_json
from tui_lab.core.run_facts import arrival_facts, asked_facts, error_details, measured_facts
from tui_lab.core.secret import remove_key_formats
from tui_lab.core.summary import summary

if TYPE_CHECKING:
    from tui_lab.lab import Lab

HELP = "one run, as it was"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_run_argument(parser)
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="print the record")
    form.add_argument("--raw", action="store_true", help="print the exact bytes of the answer")
    form.add_argument(
        "--as",
        choices=("curl", "command"),
        dest="form",
        metavar="curl|command",
        help="print its request, or the command that repeats it; never with a key",
    )
    form.add_argument("--field", metavar="NAME", help="print one field of the record, as JSON")


def run(args: argparse.Namespace, lab: Lab) -> int:
    record = find_run(args.run, args, lab)
    data = record_to_json(record)
    if args.json:
        print_json(data)
    elif args.raw:
        write_raw(record.text)
    elif args.form is not None:
        _print_command(record, args.form, lab)
    elif args.field is not None:
        if args.field not in data:
            raise LabError(
                ErrorKind.USAGE, f"a run has no field {args.field!r}", nearest(args.field, data)
            )
        print_json(data[args.field])
    else:
        _show_to_person(record)
    return 0


def _print_command(record: RunRecord, form: str, lab: Lab) -> None:
    if form == "command":
        print_text(as_command(record))
        return
    print_text(lab.curl(record))
    if record.simulated:
        narrate("a simulated model listens nowhere until tui-lab sandbox serve is run")


def _show_to_person(run: RunRecord) -> None:
    now = datetime.now().astimezone()
    facts = (
        ("outcome", summary(run)),
        *asked_facts(run, now),
        *measured_facts(run),
        *arrival_facts(run.timing),
    )
    print_table(facts)
    sections = [("system", run.system)]
    sections += [(turn.role, turn.text) for turn in run.messages[:-1]]
    sections += [
        ("prompt", run.prompt),
        ("reasoning", run.reasoning),
        ("refusal", run.refusal),
        ("answer", run.text),
    ]
    sections += [(f"tool call {call.name}", call.arguments) for call in run.tool_calls]
    if run.error is not None:
        sections.append(("error", _error_words(run.error)))
    for title, text in sections:
        if text:
            print_text(f"\n── {title}\n{text}")


def _error_words(error: LabError) -> str:
    """What happened, what to do, and what the provider said; without what looks like a key."""
    told = [remove_key_formats(f"{error.kind}: {error.message}"), error.hint, error_details(error)]
    return "\n".join(filter(None, told))
