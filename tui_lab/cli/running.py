"""A draft run from the command line: started, shown as it comes, stopped by ctrl-c."""

from __future__ import annotations

import argparse
import concurrent.futures
import threading
from dataclasses import replace
from typing import TYPE_CHECKING

from tui_lab.cli.output import say_problems
from tui_lab.cli.printers import JsonlPrinter, JsonPrinter, Printer, TextPrinter
from tui_lab.core.draft import Draft
from tui_lab.core.record import RunRecord
from tui_lab.engine.tap import Tap

if TYPE_CHECKING:
    from tui_lab.lab import Lab


def add_output_arguments(parser: argparse.ArgumentParser) -> None:
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="print the records, as one document")
    form.add_argument("--jsonl", action="store_true", help="print every event, one a line")
    form.add_argument("--raw", action="store_true", help="print the exact bytes of the answer")
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
    printer = _printer(args)
    news = threading.Event()
    tap = Tap(news.set)
    batch = lab.start(draft, tap, record=not args.no_record).result()
    printer.begin(batch.runs)
    try:
        _follow(tap, news, lab.done(batch), printer)
    except KeyboardInterrupt:
        for run in batch.runs:
            lab.cancel(run.id)
        _follow(tap, news, lab.done(batch), printer)
    except BrokenPipeError:
        for run in batch.runs:
            lab.cancel(run.id)
        raise
    return max(printer.exit_codes, default=0)


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
    while True:
        over = done.done()
        news.clear()
        for one in tap.drain():
            printer.show(one)
        if over:
            break
        news.wait()
    done.result()
    printer.end()
