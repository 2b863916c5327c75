"""`tui-lab votes`: what people's judgements say of the models."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from typing import Any

from tui_lab.cli.output import narrate, print_json, print_table
from tui_lab.core.ranking import LEAST_VOTES
from tui_lab.core.votes import Score, Standings

_HEADINGS = ("model", "votes", "won", "lost", "tied", "win rate", "95 %", "rating", "95 %")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--workspace", default=argparse.SUPPRESS, metavar="NAME", help="only votes of this one"
    )
    parser.add_argument("--tag", metavar="TAG", help="only votes on runs that had this tag")
    parser.add_argument("-t", "--template", metavar="ID", help="only votes on runs of this one")
    parser.add_argument("--json", action="store_true", help="print every number")


def run(args: argparse.Namespace) -> int:
    from tui_lab.lab import Lab
    from tui_lab.store.voting import VoteFilter

    wanted = VoteFilter(args.workspace, args.tag, args.template)
    with Lab(workspace=args.workspace, known_secrets=args.known_secrets) as lab:
        for notice in lab.history.state.notices:
            narrate(f"tui-lab: {notice}")
        found = lab.votes.standings(wanted).result()
    if args.json:
        print_json(standings_to_json(found))
    else:
        _print(found)
    return 0


def standings_to_json(found: Standings) -> dict[str, Any]:
    """Shares from 0 to 1; a rating of null: there are not enough votes for an order."""
    return {
        "votes": found.votes,
        "void": found.void,
        "models": [
            {
                "model": one.model,
                "votes": one.votes,
                "wins": one.wins,
                "losses": one.losses,
                "ties": one.ties,
                "win_rate": one.win_rate,
                "win_rate_interval": asdict(one.interval),
                "rating": one.rating.rating if one.rating else None,
                "rating_interval": asdict(one.rating.interval) if one.rating else None,
            }
            for one in found.scores
        ],
    }


def _print(found: Standings) -> None:
    if not found.votes:
        narrate("no votes yet: judge two answers in the lab (b in the Lab or in the history)")
        return
    rows = [_HEADINGS, *map(_row, found.scores)]
    columns = list(zip(*rows, strict=True))
    widths = [0, *(max(map(len, column)) for column in columns[1:])]
    print_table(
        [cell.rjust(width) for cell, width in zip(row, widths, strict=True)] for row in rows
    )
    void = f", {found.void} of them void" if found.void else ""
    narrate(f"{found.votes} votes{void}")
    if any(one.rating is None for one in found.scores):
        narrate(f"no rating: not enough votes yet; it takes {LEAST_VOTES} against those rated")


def _row(one: Score) -> tuple[str, ...]:
    rated = one.rating
    return (
        one.model,
        str(one.votes),
        str(one.wins),
        str(one.losses),
        str(one.ties),
        "–" if one.win_rate is None else f"{one.win_rate:.0%}",
        f"{one.interval.low:.0%}–{one.interval.high:.0%}",
        f"{rated.rating:.0f}" if rated else "not enough votes yet",
        f"{rated.interval.low:.0f}–{rated.interval.high:.0f}" if rated else "",
    )
