"""`tui-lab history rerun`: the same prompt once more, of the same models or of others."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from tui_lab.cli.commands.history.references import all_runs
from tui_lab.cli.prompt import max_cost, pairs, with_options
from tui_lab.cli.running import add_output_arguments, run_draft
from tui_lab.core.asked import Asked, asked_together
from tui_lab.core.draft import Draft, check_attached, repeat
from tui_lab.core.query import Query
from tui_lab.core.record import RunRecord
from tui_lab.core.refs import ModelRef

if TYPE_CHECKING:
    from tui_lab.lab import Lab

HELP = "ask the same again, of the same model or of others"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("run", metavar="RUN", help="an id, its unique beginning, or last")
    parser.add_argument(
        "-m",
        "--model",
        action="append",
        default=[],
        metavar="MODEL",
        help="ask this model in place of the one before; may be given several times",
    )
    parser.add_argument(
        "--batch", action="store_true", help="ask all models of its batch, as often as then"
    )
    parser.add_argument(
        "-o",
        "--option",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="a parameter in place of the one before, or what else `tui-lab run -o` takes",
    )
    parser.add_argument(
        "--max-cost",
        type=max_cost,
        metavar="USD",
        help="ask nothing of a model that may cost more than so many US dollars a run",
    )
    parser.add_argument(
        "--workspace", default=argparse.SUPPRESS, metavar="NAME", help="the workspace of the run"
    )
    add_output_arguments(parser)


def run(args: argparse.Namespace, lab: Lab) -> int:
    record = lab.history.run(args.run).result()
    check_attached(record)
    models = [lab.models.find(name) for name in args.model]
    draft = repeat(record, lab.workspace, Asked(tuple(models)))
    if args.batch:
        draft = _as_batch(draft, record, lab, other_models=models)
    draft = with_options(replace(draft, max_cost=args.max_cost), pairs(args.option, "-o"), lab)
    return run_draft(draft, args, lab)


def _as_batch(
    draft: Draft, record: RunRecord, lab: Lab, *, other_models: Sequence[ModelRef]
) -> Draft:
    from tui_lab.store.pages import RunFilter

    batch = list(all_runs(Query(), RunFilter(batch_id=record.batch_id), lab))
    times = 1 + max(run.repeat for run in batch)
    if other_models:
        return replace(draft, repeat=times)
    asked = asked_together(batch)
    return replace(
        draft,
        models=asked.models,
        routes=asked.routes,
        fallbacks=asked.fallbacks,
        strategy=asked.strategy,
        repeat=times,
    )
