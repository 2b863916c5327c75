"""`tui-lab stats`: sums over the history, offline."""

from __future__ import annotations

import argparse
import re
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from tui_lab.cli.budget_table import print_budgets
from tui_lab.cli.output import narrate, print_json, print_table, print_text, say_problems
from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.core.money import exact_dollars
from tui_lab.core.period_change import period_changes
from tui_lab.core.statistics import DIMENSIONS, Spread, Statistics, Totals
from tui_lab.core.value_json import format_time

if TYPE_CHECKING:
    from tui_lab.store.statistics import Span

_AGES = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}
_PERCENTILES = ("p50", "p95", "p99")
_HEADINGS = ("runs", "failed", "tokens", "cost")
_SPREADS = {"ttft": "ttft_ms", "latency": "latency_ms", "tok/s": "tokens_per_second"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--by", choices=DIMENSIONS, default="model", metavar="WHAT", help=", ".join(DIMENSIONS)
    )
    parser.add_argument(
        "--since", default="30d", metavar="WHEN", help="24h, 7d, 4w, a date, or all (30d)"
    )
    parser.add_argument("--until", metavar="WHEN", help="the same: runs before that")
    parser.add_argument(
        "--workspace", default=argparse.SUPPRESS, metavar="NAME", help="only of this workspace"
    )
    parser.add_argument(
        "--budgets", action="store_true", help="print what is left of each budget, and nothing else"
    )
    parser.add_argument("--json", action="store_true", help="print every number")


def run(args: argparse.Namespace) -> int:
    from tui_lab.lab import Lab
    from tui_lab.store.statistics import Span

    with Lab(workspace=args.workspace, known_secrets=args.known_secrets) as lab:
        zone = lab.settings.zone
        now = datetime.now(zone)
        since = None if args.since == "all" else moment(args.since, now)
        until = moment(args.until, now) if args.until else None
        for notice in lab.history.state.notices:
            narrate(f"tui-lab: {notice}")
        if args.budgets:
            say_problems(problem for problem in lab.problems if problem.hides_budget)
            print_budgets(lab.budgets.states().result(), as_json=args.json)
            return 0
        span = Span(since, until, args.workspace)
        found = lab.history.statistics(span, zone).result()
        span_before = span.before(now)
        before = lab.history.statistics(span_before, zone).result() if span_before else None
    if args.json:
        told = _span_to_json(span) | statistics_to_json(found)
        told["before"] = (
            _span_to_json(span_before) | statistics_to_json(before)
            if span_before and before
            else None
        )
        told["change"] = _changes_to_json(found, before)
        print_json(told)
    else:
        _print(found, before, args)
    return 0


def moment(text: str, now: datetime) -> datetime:
    """`24h`, `7d`, `4w` before now, or an ISO date or time, of the time zone of `now`.

    Raises `LabError` of kind `usage`.
    """
    try:
        if match := re.fullmatch(r"(\d{1,6})([hdw])", text):
            return now - int(match[1]) * _AGES[match[2]]
        told = datetime.fromisoformat(text)
        return (told if told.tzinfo else told.replace(tzinfo=now.tzinfo)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise LabError(
            ErrorKind.USAGE,
            f"{text!r} is no time",
            "write 24h, 7d or 4w, or a date like 2026-11-30",
        ) from None


def statistics_to_json(found: Statistics) -> dict[str, Any]:
    """Money as decimal strings, exact; times in milliseconds; shares from 0 to 1."""
    return {
        "totals": _totals(found.totals),
        "by": {
            by: [{by: key} | _totals(totals) for key, totals in groups.items()]
            for by, groups in found.by.items()
        },
    }


def _span_to_json(span: Span) -> dict[str, Any]:
    return {
        "since": format_time(span.since) if span.since else None,
        "until": format_time(span.until) if span.until else None,
        "workspace": span.workspace,
    }


def _changes_to_json(found: Statistics, before: Statistics | None) -> dict[str, float | None]:
    """Shares of what was before, the failure rate in points; empty without a period before."""
    if before is None:
        return {}
    changes = period_changes(found.totals, before.totals).values()
    return {one.name: None if one.value is None else round(one.value, 6) for one in changes}


def _totals(totals: Totals) -> dict[str, Any]:
    return {
        "runs": totals.runs,
        "statuses": {status.value: count for status, count in totals.statuses.items()},
        "failure_rate": totals.failure_rate,
        "calls": totals.calls,
        "input_tokens": totals.input_tokens,
        "output_tokens": totals.output_tokens,
        "total_tokens": totals.total_tokens,
        "usd": f"{totals.usd:f}",
        "unknown_cost_calls": totals.unknown_cost_calls,
        "models": totals.models,
        "last_run_at": format_time(totals.last_run_at) if totals.last_run_at else None,
        "latency_ms": _spread_to_json(totals.latency_ms),
        "ttft_ms": _spread_to_json(totals.ttft_ms),
        "tokens_per_second": _spread_to_json(totals.tokens_per_second),
    }


def _spread_to_json(spread: Spread | None) -> dict[str, float] | None:
    return {name: round(value, 3) for name, value in asdict(spread).items()} if spread else None


def _print(found: Statistics, before: Statistics | None, args: argparse.Namespace) -> None:
    if not found.totals.runs:
        print_text(
            "no runs" + ("" if args.since == "all" else f" since {args.since}: try --since all")
        )
        return
    spreads = (f"{name} {'/'.join(_PERCENTILES)}" for name in _SPREADS)
    rows: list[tuple[str, ...]] = [(args.by, *_HEADINGS, *spreads)]
    rows += [(key, *_cells(totals)) for key, totals in found.by[args.by].items()]
    rows.append(("in all", *_cells(found.totals)))
    if before is not None and before.totals.runs:
        rows.append(("the period before", *_cells(before.totals)))
        rows.append(("change", *_change_cells(found.totals, before.totals)))
    print_table(zip(*map(_aligned, zip(*rows, strict=True)), strict=True))


def _aligned(column: tuple[str, ...]) -> list[str]:
    """Names to the left, as they are; numbers to the right, below their heading."""
    width = 0 if column[0] in DIMENSIONS else max(map(len, column))
    return [cell.rjust(width) for cell in column]


def _cells(totals: Totals) -> tuple[str, ...]:
    rate = totals.failure_rate
    return (
        f"{totals.runs:,}",
        "–" if rate is None else f"{rate:.0%}",
        f"↑{totals.input_tokens:,} ↓{totals.output_tokens:,}",
        _money(totals),
        _spread(totals.ttft_ms, " ms"),
        _spread(totals.latency_ms, " ms"),
        _spread(totals.tokens_per_second, ""),
    )


def _change_cells(now: Totals, before: Totals) -> tuple[str, ...]:
    changes = period_changes(now, before)
    sums = (str(changes[name]) for name in ("runs", "failure_rate", "total_tokens", "usd"))
    spreads = (
        "/".join(str(changes[f"{name}.{place}"]) for place in _PERCENTILES)
        for name in _SPREADS.values()
    )
    return (*sums, *spreads)


def _money(totals: Totals) -> str:
    """What is known to have been spent; `+ 2?`: two calls of unknown cost come on top."""
    unknown = f" + {totals.unknown_cost_calls}?" if totals.unknown_cost_calls else ""
    return exact_dollars(totals.usd) + unknown


def _spread(spread: Spread | None, unit: str) -> str:
    if spread is None:
        return "–"
    return "/".join(f"{getattr(spread, place):.0f}" for place in _PERCENTILES) + unit
