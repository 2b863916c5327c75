"""`tui-lab providers`: who can be asked, in which dialect, and where the key is from."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from tui_lab.cli.output import print_json, print_table, print_text, say_problems

if TYPE_CHECKING:
    from tui_lab.lab import Lab
    from tui_lab.providers.catalogue import Provider


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("id", nargs="?", metavar="ID", help="tell of this provider only")
    parser.add_argument(
        "--workspace", default=argparse.SUPPRESS, metavar="NAME", help="as seen from this workspace"
    )
    parser.add_argument("--json", action="store_true", help="print as JSON")


def run(args: argparse.Namespace) -> int:
    from tui_lab.lab import Lab

    with Lab(workspace=args.workspace, known_secrets=args.known_secrets) as lab:
        say_problems(lab.problems)
        if args.id is not None:
            one = _to_json(lab.models.provider(args.id), lab)
            if args.json:
                print_json(one)
            else:
                for name, value in one.items():
                    print_text(f"{name:<9} {_words(value)}")
            return 0
        items = [_to_json(provider, lab) for provider in lab.models.providers.values()]
        if args.json:
            print_json({"items": items, "next": None})
        else:
            print_table([item["id"], item["dialect"], _key(item), item["name"]] for item in items)
    return 0


def _to_json(provider: Provider, lab: Lab) -> dict[str, Any]:
    found = lab.keys.found(lab.workspace, provider)
    return {
        "id": provider.id,
        "name": provider.name,
        "dialect": provider.dialect,
        "base_url": provider.base_url,
        "needs_key": bool(provider.key_env),
        "key_env": list(provider.key_env),
        "key": found.mask if found else None,
        "source": found.source if found else None,
        "keys_url": provider.keys_url,
        "local": provider.local,
        "simulated": provider.simulated,
        "models": list(provider.models),
    }


def _key(item: dict[str, Any]) -> str:
    if item["simulated"]:
        return "simulated, no key needed"
    if not item["needs_key"]:
        return "local, no key needed" if item["local"] else "no key needed"
    if item["source"]:
        return f"key {item['key']} from {item['source']}"
    return f"no key: set {item['key_env'][0]}"


def _words(value: Any) -> str:
    if value is None or value == []:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(value) if isinstance(value, list) else str(value)
