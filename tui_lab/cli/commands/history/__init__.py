"""`tui-lab history`: the runs of the past, offline. A module for each action."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Protocol

from tui_lab.cli.commands.history import (
    delete,
    diff,
    export,
    import_,
    listing,
    rate,
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
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(title="actions", metavar="ACTION", dest="action", required=True)
    for name, action in ACTIONS.items():
        action.add_arguments(actions.add_parser(name, help=action.HELP, allow_abbrev=False))


def run(args: argparse.Namespace) -> int:
    from tui_lab.lab import Lab

    with Lab(workspace=args.workspace, known_secrets=args.known_secrets) as lab:
        for notice in lab.history.state.notices:
            narrate(f"tui-lab: {notice}")
        return ACTIONS[args.action].run(args, lab)
