"""`tui-lab models`: what can be asked, and what is missing to ask it."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from tui_lab.cli.output import narrate, print_json, print_table, say_problems

if TYPE_CHECKING:
    from tui_lab.lab import Lab


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--provider", metavar="ID", help="only models of this provider")
    parser.add_argument("--usable", action="store_true", help="only those that can be asked now")
    parser.add_argument(
        "--workspace", default=argparse.SUPPRESS, metavar="NAME", help="as seen from this workspace"
    )
    parser.add_argument("--json", action="store_true", help="print as JSON")


def run(args: argparse.Namespace) -> int:
    from tui_lab.lab import Lab

    with Lab(workspace=args.workspace) as lab:
        say_problems(lab.problems)
        if args.provider is not None:
            lab.provider(args.provider)
        items = [
            {
                "model": str(model),
                "provider": model.provider,
                "usable": lab.is_usable(model),
                "simulated": lab.providers[model.provider].simulated,
                "local": lab.providers[model.provider].local,
            }
            for model in lab.known_models()
            if args.provider in (None, model.provider)
        ]
        if args.usable:
            items = [item for item in items if item["usable"]]
        if args.json:
            print_json({"items": items, "next": None})
            return 0
        print_table([str(item["model"]), _condition(item, lab)] for item in items)
        narrate("any other model of a provider can be named too: -m provider/model")
    return 0


def _condition(item: dict[str, object], lab: Lab) -> str:
    if item["simulated"]:
        return "simulated"
    if item["local"]:
        return "local"
    if item["usable"]:
        return "ready"
    return f"needs {lab.providers[str(item['provider'])].key_env[0]}"
