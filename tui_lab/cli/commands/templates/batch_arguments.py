"""The options of a batch: rows of variables, how they are run, where the results go."""

from __future__ import annotations

import argparse

_ROWS_AT_ONCE = 4


def add_batch_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--data", metavar="FILE", help="a run for each row of a .csv or .jsonl file of variables"
    )
    parser.add_argument(
        "--parallel",
        type=int,
        default=_ROWS_AT_ONCE,
        metavar="N",
        help=f"rows at the same time ({_ROWS_AT_ONCE})",
    )
    parser.add_argument("--output", metavar="FILE", help="the results, as .csv or .jsonl")
    parser.add_argument("--name", metavar="NAME", help="of the batch (the template and the file)")
    parser.add_argument(
        "--resume", action="store_true", help="ask only what the batch has no answer to yet"
    )
    parser.add_argument(
        "--skip-bad-rows", action="store_true", help="run the others where some cannot be used"
    )
