"""A template over rows of variables: `tui-lab templates run ID --data FILE`."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from tui_lab.cli.asking import confirm, confirm_cost, open_vault_for
from tui_lab.cli.choosing import usable_providers
from tui_lab.cli.output import narrate, print_json, print_table, say_problems
from tui_lab.cli.printers import exit_code
from tui_lab.cli.prompt import draft_of, fill_template, pairs
from tui_lab.cli.running import check_output, warn_of_keys
from tui_lab.cli.text_editor import read_given
from tui_lab.core.annotations import normal_tag
from tui_lab.core.data_rows import BadRow, Row, csv_rows, jsonl_rows
from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.core.money import cost_words, dollars
from tui_lab.core.record import RunRecord, Status
from tui_lab.core.record_json import record_to_json
from tui_lab.core.summary import GLYPHS
from tui_lab.export.new_file import check_free, new_file
from tui_lab.export.result_table import results_csv, results_jsonl
from tui_lab.lab.row_batch import RowTask, ask_rows, take_answers
from tui_lab.templates.template import Template

if TYPE_CHECKING:
    from tui_lab.lab import Lab

_READERS = {".csv": csv_rows, ".jsonl": jsonl_rows}
_SHOWN_TEXT = 60


def run_batch(args: argparse.Namespace, lab: Lab) -> int:
    """Exit code as of one run: the largest of all."""
    _refuse_others(args)
    check_output()
    say_problems(lab.problems)
    template = lab.templates.library.get(args.id)
    names = [variable.name for variable in template.variables]
    rows = _READERS[_suffix(args.data, "--data")](read_given(args.data), names)
    name = args.name or f"{template.id}:{Path(args.data).stem}"
    tag = normal_tag(f"batch:{name}")
    tasks = _usable(rows, template, tag, args, lab)
    if args.resume:
        _take_answers(tasks, template, tag, lab)
    _ask(tasks, args, lab)
    records = [record for task in tasks for _, record in task.results]
    _give(tasks, template, args)
    return max(map(exit_code, records), default=0)


def _refuse_others(args: argparse.Namespace) -> None:
    for option in ("jsonl", "raw", "no_record", "dry_run", "prompt"):
        if getattr(args, option):
            word = "a text" if option == "prompt" else f"--{option.replace('_', '-')}"
            message = f"{word} does not go with --data"
            raise LabError(ErrorKind.USAGE, message, "results: --output FILE, or --json")
    if args.parallel < 1:
        raise LabError(ErrorKind.USAGE, "no rows at the same time", "--parallel 1 or more")
    if args.output is not None:
        _suffix(args.output, "--output")
        path = Path(args.output)
        if path.is_file():
            confirm(f"{path} exists already: it is replaced", yes=args.yes or args.resume)
        check_free(path, replace=True)


def _suffix(name: str, option: str) -> str:
    suffix = Path(name).suffix.lower()
    if suffix not in _READERS:
        raise LabError(ErrorKind.USAGE, f"{option} {name}: which form?", "name it .csv or .jsonl")
    return suffix


def _usable(
    rows: Iterable[Row], template: Template, tag: str, args: argparse.Namespace, lab: Lab
) -> list[RowTask]:
    """The rows as drafts. Those that cannot be used are listed, each with its line.

    Raises `LabError` of kind `usage` where there are such, unless they are to be skipped.
    """
    fixed = dict(pairs(args.var, "-v"))
    tasks: list[RowTask] = []
    bad: list[BadRow] = []
    for row in rows:
        if isinstance(row, BadRow):
            bad.append(row)
            continue
        try:
            prompt, system, use = fill_template(template, fixed | dict(row.values), "")
        except LabError as error:
            bad.append(BadRow(row.line, error))
            continue
        draft = draft_of(prompt, args, lab, system=system, template=template, use=use)
        once = replace(draft, repeat=1, tags=(tag,), stream=not args.no_stream)
        tasks += [RowTask(row, once) for _ in range(draft.repeat)]
    for one in bad:
        narrate(f"{args.data}:{one.line}: {one.error.message} ({one.error.hint})")
    if bad and not args.skip_bad_rows:
        message = f"{len(bad)} of {len(bad) + len(tasks)} rows cannot be used; nothing was sent"
        raise LabError(ErrorKind.USAGE, message, "correct them, or say --skip-bad-rows")
    if not tasks:
        raise LabError(ErrorKind.USAGE, f"{args.data} has no rows", "a row for each run")
    return tasks


def _take_answers(tasks: Sequence[RowTask], template: Template, tag: str, lab: Lab) -> None:
    """What was answered before, whole."""
    take_answers(tasks, lab.templates.answered_runs(template.id, tag).result())
    for task in tasks:
        for name, record in task.found.items():
            task.found[name] = lab.history.run(record.id).result()
    done = sum(len(task.found) for task in tasks)
    narrate(f"{done} of {_runs(tasks)} are answered already")


def _runs(tasks: Iterable[RowTask]) -> int:
    return sum(len(task.asked) for task in tasks)


def _ask(tasks: Sequence[RowTask], args: argparse.Namespace, lab: Lab) -> None:
    """Asks what is open. Raises `KeyboardInterrupt` where a person stops it: all is recorded."""
    left = [draft for one in tasks if (draft := one.left)]
    if not left:
        return
    confirm_cost(left, lab, yes=args.yes)
    open_vault_for(usable_providers(tasks[0].draft, lab), lab.workspace, lab)
    warn_of_keys((text for draft in left for text in draft.texts), lab.known_secrets)
    progress = _Progress(len(tasks), len(tasks) - len(left))
    try:
        asyncio.run(ask_rows(tasks, lab, at_once=args.parallel, told=progress.tell))
    except KeyboardInterrupt:
        narrate(f"stopped with {progress.words}; the same command with --resume goes on")
        raise


class _Progress:
    """A line for each row that is over."""

    def __init__(self, rows: int, done: int) -> None:
        self._rows = rows
        self._done = done

    @property
    def words(self) -> str:
        return f"{self._done} of {self._rows} rows done"

    def tell(self, task: RowTask) -> None:
        self._done += 1
        ends = ", ".join(
            f"{GLYPHS[run.status]} {run.answered_by or run.model} {cost_words(run)}"
            for _, run in task.results
        )
        narrate(
            f"{self._done:>{len(str(self._rows))}}/{self._rows} · line {task.row.line} · {ends}"
        )
        for _, run in task.results:
            if run.error is not None:
                narrate(f"  {run.model}: {run.error.message} ({run.error.hint})")


def _give(tasks: Sequence[RowTask], template: Template, args: argparse.Namespace) -> None:
    """The results, in the order of rows and models, and what they have cost."""
    results = [result for task in tasks for result in task.results]
    if args.output is not None:
        path = Path(args.output)
        names = [variable.name for variable in template.variables]
        is_csv = _suffix(args.output, "--output") == ".csv"
        with new_file(path, replace=True) as file:
            for line in results_csv(results, names) if is_csv else results_jsonl(results):
                file.write(line)
            file.finish()
        narrate(f"{len(results)} results in {path}")
    if args.json:
        print_json([record_to_json(record) for _, record in results])
    elif args.output is None:
        print_table(_row(line, record) for line, record in results)
    known = sum((run.cost.usd for _, run in results if run.cost.usd is not None), Decimal(0))
    ok = sum(run.status is Status.OK for _, run in results)
    narrate(f"{ok} of {len(results)} runs answered · {dollars(known)}")


def _row(line: int, record: RunRecord) -> list[str]:
    text = " ".join((record.text or record.refusal or _words(record)).split())
    return [
        str(line),
        record.answered_by or record.model,
        f"{GLYPHS[record.status]} {record.status}",
        cost_words(record),
        text if len(text) <= _SHOWN_TEXT else f"{text[: _SHOWN_TEXT - 1]}…",
    ]


def _words(record: RunRecord) -> str:
    return record.error.message if record.error is not None else ""
