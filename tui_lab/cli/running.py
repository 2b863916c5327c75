"""A draft run from the command line: started, shown as it comes, stopped by ctrl-c."""

from __future__ import annotations

import argparse
import concurrent.futures
import sys
import threading
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from tui_lab.cli.asking import confirm_cost, open_vault_for
from tui_lab.cli.choosing import usable_providers
from tui_lab.cli.output import OutputLostError, narrate, say_lost, say_problems
from tui_lab.cli.printers import JsonlPrinter, JsonPrinter, Printer, TextPrinter, exit_code
from tui_lab.core.draft import Draft
from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.core.record import RunRecord
from tui_lab.core.secret import KnownSecrets
from tui_lab.engine.engine import Batch
from tui_lab.engine.tap import Tap
from tui_lab.engine.thread import engine_stopped

if TYPE_CHECKING:
    from tui_lab.lab import Lab


def add_output_arguments(parser: argparse.ArgumentParser) -> None:
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="print the records, as one document")
    form.add_argument("--jsonl", action="store_true", help="print every event, one a line")
    form.add_argument("--raw", action="store_true", help="print the exact bytes of the answer")
    parser.add_argument(
        "--yes", action="store_true", help="do not ask, whatever it may cost (budgets.confirm)"
    )
    parser.add_argument("--no-stream", action="store_true", help="ask the provider not to stream")
    parser.add_argument("--no-record", action="store_true", help="keep nothing of this run")
    parser.add_argument(
        "--dry-run", action="store_true", help="print the requests that would be sent; send none"
    )


def run_draft(draft: Draft, args: argparse.Namespace, lab: Lab) -> int:
    """Runs it and prints it; returns the exit code: of several runs the largest."""
    draft = replace(draft, stream=not args.no_stream)
    say_problems(lab.problems)
    if args.dry_run:
        from tui_lab.cli.dry_run import print_requests

        return print_requests(draft, lab)
    check_output()
    confirm_cost([draft], lab, yes=args.yes)
    open_vault_for(usable_providers(draft, lab), draft.workspace, lab)
    warn_of_keys(draft.texts, lab.known_secrets)
    printer = _printer(args)
    news = threading.Event()
    tap = Tap(news.set)
    batch = lab.start(draft, tap, record=not args.no_record).result()
    if not args.no_record:
        _say_notices(lab)
    printer.begin(batch.runs)
    try:
        try:
            _follow(tap, news, lab.done(batch), printer)
        except KeyboardInterrupt:
            _cancel(batch, lab)
            _follow(tap, news, lab.done(batch), printer)
    except OutputLostError as lost:
        # An answer that nobody gets is not worth its money.
        _cancel(batch, lab)
        say_lost(lost)
        return max(lost.exit_code, *map(exit_code, lab.done(batch).result()))
    return max(printer.exit_codes, default=0)


def check_output() -> None:
    """Raises `LabError` where the answers could not be shown; no call was made."""
    if sys.stdout is None:
        raise LabError(ErrorKind.USAGE, "standard output is closed", "send it to a file or a pipe")


def warn_of_keys(texts: Iterable[str], known: KnownSecrets) -> None:
    if any(map(known.seem_in, texts)):
        narrate("tui-lab: there is what looks like a key in what is sent; ctrl-c stops it")


def _say_notices(lab: Lab) -> None:
    """What was repaired, saved or set aside, at the latest to record these runs."""
    for notice in lab.history.state.notices:
        narrate(f"tui-lab: {notice}")


def _cancel(batch: Batch, lab: Lab) -> None:
    for run in batch.runs:
        lab.cancel(run.id)


def _printer(args: argparse.Namespace) -> Printer:
    if args.json:
        return JsonPrinter()
    return JsonlPrinter() if args.jsonl else TextPrinter(raw=args.raw)


def _follow(
    tap: Tap,
    news: threading.Event,
    done: concurrent.futures.Future[list[RunRecord]],
    printer: Printer,
) -> None:
    done.add_done_callback(lambda _: news.set())
    over = False
    while not over:
        news.wait()
        news.clear()
        over = done.done()
        for one in tap.drain():
            printer.show(one)
    if done.cancelled():
        raise engine_stopped()
    done.result()
    printer.end()
