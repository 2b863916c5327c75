"""`tui-lab providers`: who can be asked, in which dialect, and where the key is from."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from tui_lab.cli.health_table import health_json, health_rows
from tui_lab.cli.output import narrate, print_json, print_table, print_text, say_problems
from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.core.keys import KeyOutcome

if TYPE_CHECKING:
    from tui_lab.lab import Lab
    from tui_lab.providers.catalogue import Provider


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("id", nargs="?", metavar="ID", help="tell of this provider only")
    parser.add_argument(
        "--workspace", default=argparse.SUPPRESS, metavar="NAME", help="as seen from this workspace"
    )
    parser.add_argument(
        "--health",
        action="store_true",
        help="how the models asked in the last day did, failures of the last hour",
    )
    parser.add_argument(
        "--ping", action="store_true", help="ask the provider something that costs nothing, now"
    )
    parser.add_argument("--json", action="store_true", help="print as JSON")


def run(args: argparse.Namespace) -> int:
    from tui_lab.lab import Lab

    with Lab(workspace=args.workspace, known_secrets=args.known_secrets) as lab:
        say_problems(lab.problems)
        if args.ping:
            return _ping(args, lab)
        if args.health:
            return _print_health(args, lab)
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


def _ping(args: argparse.Namespace, lab: Lab) -> int:
    """Exits 1 where it cannot be used."""
    if args.id is None:
        raise LabError(ErrorKind.USAGE, "--ping asks one provider", "name it")
    provider = lab.models.provider(args.id)
    ping = lab.health.ping(provider).result()
    outcome, detail = ping.check.outcome, ping.check.detail
    if args.json:
        fields = {"id": provider.id, "outcome": outcome, "detail": detail}
        print_json(fields | {"latency_ms": ping.latency_ms})
    else:
        told = f": {detail}" if detail else ""
        answer = "ok" if outcome is KeyOutcome.VALID else outcome.replace("_", " ")
        print_text(f"{provider.name}: {answer}{told}, {ping.latency_ms:.0f} ms")
    return 0 if outcome is KeyOutcome.VALID else 1


def _print_health(args: argparse.Namespace, lab: Lab) -> int:
    if args.id is not None:
        lab.models.provider(args.id)
    states = {
        model: health
        for model, health in lab.health.states().result().items()
        if args.id in (None, model.provider)
    }
    if args.json:
        print_json({"items": [health_json(*one) for one in states.items()], "next": None})
    elif states:
        print_table(health_rows(states))
    else:
        narrate("nothing was asked in the last day")
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
