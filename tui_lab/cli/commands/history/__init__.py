"""`tui-lab history`: the runs of the past, offline. A module for each action."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Protocol

from tui_lab.cli.commands.history import (
    backup,
    check,
    compact,
    delete,
    diff,
    export,
    import_,
    listing,
    prune,
    rate,
    repair,
    replay,
    rerun,
    search,
    show,
    tag,
)
from tui_lab.cli.output import narrate

if TYPE_CHECKING:
    from tui_lab.lab import Lab


class Action(Protocol):
    """What a module of this package has."""

    HELP: str

    def add_arguments(self, parser: argparse.ArgumentParser) -> None: ...

    def run(self, args: argparse.Namespace, lab: Lab) -> int: ...


class Care(Protocol):
    """The same for an action that does without the lab."""

    HELP: str

    def add_arguments(self, parser: argparse.ArgumentParser) -> None: ...

    def run(self, args: argparse.Namespace) -> int: ...


ACTIONS: dict[str, Action] = {
    "list": listing,
    "search": search,
    "show": show,
    "diff": diff,
    "rerun": rerun,
    "replay": replay,
    "tag": tag,
    "rate": rate,
    "delete": delete,
    "export": export,
    "import": import_,
    "prune": prune,
}

CARE: dict[str, Care] = {
    "backup": backup,
    "check": check,
    "compact": compact,
    "repair": repair,
}
"""Of the file: the lab stays closed, since opening it would set a damaged history aside."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(title="actions", metavar="ACTION", dest="action", required=True)
    for name, action in (ACTIONS | CARE).items():
        action.add_arguments(actions.add_parser(name, help=action.HELP, allow_abbrev=False))


def run(args: argparse.Namespace) -> int:
    if args.action in CARE:
        return CARE[args.action].run(args)
    from tui_lab.lab import Lab

    with Lab(workspace=args.workspace, known_secrets=args.known_secrets) as lab:
        for notice in lab.history.state.notices:
            narrate(f"tui-lab: {notice}")
        return ACTIONS[args.action].run(args, lab)
