"""`tui-lab route`: which models would answer a prompt, in which order, and why; none is asked."""

from __future__ import annotations

import argparse
from itertools import islice
from typing import TYPE_CHECKING, Any

from tui_lab import attached
from tui_lab.cli.output import narrate, print_json, print_table, say_error, say_problems
from tui_lab.cli.prompt import max_cost, pairs, prompt_text, with_options
from tui_lab.cli.route_table import (
    coverage_json,
    coverage_rows,
    excluded_lines,
    route_rows,
    total_json,
)
from tui_lab.core.attachments import turn_of
from tui_lab.core.draft import Draft
from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.core.messages import DocumentPart, Part
from tui_lab.core.routing import RoutePlan, Strategy

if TYPE_CHECKING:
    from tui_lab.lab import Lab
    from tui_lab.lab.survey import Demand

MOST_PAGES = 100_000
MOST_SHOWN = 20
"""Candidates in the table for people."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("prompt", nargs="?", metavar="PROMPT", help="what would be asked")
    parser.add_argument(
        "--route",
        choices=[*Strategy],
        metavar="STRATEGY",
        help=f"{', '.join(Strategy)} (without it: routing.strategy, else auto)",
    )
    parser.add_argument(
        "-m", "--model", metavar="MODEL", help="ask this one first (provider/model)"
    )
    parser.add_argument("-s", "--system", metavar="TEXT", help="the system prompt")
    parser.add_argument(
        "-o", "--option", action="append", default=[], metavar="NAME=VALUE", help="as of run"
    )
    parser.add_argument(
        "--image", action="append", default=[], metavar="PATH|URL", help="an image with it"
    )
    parser.add_argument(
        "--document", action="append", default=[], metavar="PATH|URL", help="a document with it"
    )
    parser.add_argument("--file", metavar="PATH", help="read the prompt from a file")
    parser.add_argument(
        "--max-cost", type=max_cost, metavar="USD", help="what one run may cost at most"
    )
    _add_document_arguments(parser)
    parser.add_argument(
        "--check",
        action="store_true",
        help="instead: which model of each provider there is under each plan, for each level",
    )
    parser.add_argument(
        "--workspace", default=argparse.SUPPRESS, metavar="NAME", help="as seen from this workspace"
    )
    parser.add_argument("--json", action="store_true", help="print as JSON")


def _add_document_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--pages", type=int, metavar="N", help="a PDF of so many pages with it, in place of a file"
    )
    parser.add_argument(
        "--documents", type=int, default=1, metavar="N", help="so many documents, a run for each"
    )
    parser.add_argument(
        "--max-total", type=max_cost, metavar="USD", help="what all of them may cost at most"
    )
    parser.add_argument(
        "--quality",
        choices=("high", "any"),
        metavar="high|any",
        help="high: only good models, the best first; any: the cheapest first",
    )


def run(args: argparse.Namespace) -> int:
    from tui_lab.lab import Lab

    _check_counts(args)
    with Lab(workspace=args.workspace, known_secrets=args.known_secrets) as lab:
        say_problems(lab.problems)
        if args.check:
            return _print_coverage(args, lab)
        draft, demand = _draft(args, lab), _demand(args)
        first = lab.models.find(args.model) if args.model else None
        plan = lab.routing.plan(draft, first, demand).result()
        if args.json:
            print_json(plan.to_json() | _documents_json(args, plan))
        else:
            _print_plan(plan, demand)
        if plan.candidates:
            return 0
        error = _nobody(plan)
        say_error(error)
        return error.exit_code


def _check_counts(args: argparse.Namespace) -> None:
    for option, count in (("--pages", args.pages), ("--documents", args.documents)):
        if count is not None and not 1 <= count <= MOST_PAGES:
            raise LabError(
                ErrorKind.USAGE, f"{option} cannot be {count}", f"a number from 1 to {MOST_PAGES:,}"
            )


def _draft(args: argparse.Namespace, lab: Lab) -> Draft:
    text = prompt_text(args.prompt, args.file)
    files = [*map(attached.image, args.image), *_documents(args)]
    if not text and not files:
        raise LabError(
            ErrorKind.USAGE, "the prompt is empty", "give it as an argument, --file or a pipe"
        )
    strategy = Strategy(args.route) if args.route else None
    if args.quality is not None and strategy is None:
        strategy = Strategy.BEST if args.quality == "high" else Strategy.CHEAPEST
    draft = Draft(
        models=(),
        messages=(turn_of(text, files),),
        system=args.system or None,
        max_cost=args.max_cost,
        workspace=lab.workspace,
        strategy=strategy or lab.routing.strategy,
    )
    return with_options(draft, pairs(args.option, "-o"), lab)


def _documents(args: argparse.Namespace) -> list[Part]:
    """Those that are given; where pages are told, a PDF of so many in place of their PDFs."""
    given = [attached.document(word) for word in args.document]
    if args.pages is not None:
        texts = [part for part in given if not isinstance(part, DocumentPart)]
        return [*texts, _blank_pdf(args.pages)]
    counted = args.documents > 1 or args.max_total is not None
    unseen = [part for part in given if isinstance(part, DocumentPart) and part.data is None]
    if counted and unseen:
        raise LabError(
            ErrorKind.USAGE, f"nobody has seen how many pages {unseen[0].name} has", "say --pages"
        )
    return [*given]


def _blank_pdf(pages: int) -> DocumentPart:
    """Enough of a PDF for its pages to be counted: it is sent to nobody."""
    data = b"%%PDF-1.7\n<< /Type /Pages /Count %d >>\n" % pages
    return DocumentPart(data=data, media_type="application/pdf", name="document.pdf")


def _demand(args: argparse.Namespace) -> Demand:
    from tui_lab.lab.survey import Demand
    from tui_lab.routing.quality import HIGH

    least = HIGH if args.quality == "high" else 0
    return Demand(times=args.documents, in_total=args.max_total, least_quality=least)


def _documents_json(args: argparse.Namespace, plan: RoutePlan) -> dict[str, Any]:
    """What all documents together may cost, by candidate, where there are several."""
    if args.documents == 1 and args.max_total is None:
        return {}
    return {
        "documents": args.documents,
        "max_total": None if args.max_total is None else format(args.max_total, "f"),
        "totals": [
            {"model": str(one.model)} | total_json(one, args.documents) for one in plan.candidates
        ],
    }


def _print_plan(plan: RoutePlan, demand: Demand) -> None:
    if plan.complexity is not None:
        level, sure = plan.complexity.level.word, plan.complexity.confidence
        narrate(f"{level}, {sure:.0%} sure: {'; '.join(plan.complexity.reasons)}")
    narrate(f"by the strategy {plan.strategy}:")
    print_table(islice(route_rows(plan, demand.times), MOST_SHOWN))
    if (more := len(plan.candidates) - MOST_SHOWN) > 0:
        narrate(f"and {more} more: --json has them all")
    for line in excluded_lines(plan):
        narrate(line)


def _print_coverage(args: argparse.Namespace, lab: Lab) -> int:
    found = lab.routing.coverage().result()
    if args.json:
        print_json({"items": [coverage_json(one) for one in found], "next": None})
    else:
        print_table(coverage_rows(found))
    return 0


def _nobody(plan: RoutePlan) -> LabError:
    """What to do goes by the first reason: models that were looked at come before those of
    providers that are not there.
    """
    reason = plan.excluded[0].reason if plan.excluded else ""
    hint = f"{plan.excluded[0].model}: {reason}" if reason else "add a key: tui-lab keys set"
    if "has no key" in reason or "simulated" in reason:
        hint = "add a key with `tui-lab keys set PROVIDER`, or start a local server"
    return LabError(ErrorKind.NO_ROUTE, "no model can answer this", hint)
