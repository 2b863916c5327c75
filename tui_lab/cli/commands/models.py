"""`tui-lab models`: what can be asked, what it can do, and what is missing to ask it."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from concurrent.futures import TimeoutError as FutureTimeoutError
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from tui_lab.cli.asking import open_vault_for
from tui_lab.cli.output import narrate, print_json, print_table, say_error, say_problems
from tui_lab.cli.price_list import add_price_arguments, price_list
from tui_lab.core.ages import ago
from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.core.model_facts import CAPABILITIES, INPUTS, ModelFacts
from tui_lab.core.refs import ModelRef
from tui_lab.core.value_json import format_time

if TYPE_CHECKING:
    from tui_lab.lab import Lab

LOCAL_PATIENCE_SECONDS = 1.5


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--provider", metavar="ID", help="only models of this provider")
    parser.add_argument("--usable", action="store_true", help="only those that can be asked now")
    parser.add_argument(
        "--can",
        action="append",
        default=[],
        choices=CAPABILITIES,
        metavar="WHAT",
        help=f"only those known to take this ({', '.join(CAPABILITIES)}); may be given repeatedly",
    )
    parser.add_argument(
        "--min-context",
        type=int,
        metavar="TOKENS",
        help="only those known to read so many tokens",
    )
    add_price_arguments(parser)
    parser.add_argument(
        "--refresh", action="store_true", help="ask the providers which models they have"
    )
    parser.add_argument(
        "--workspace", default=argparse.SUPPRESS, metavar="NAME", help="as seen from this workspace"
    )
    parser.add_argument("--json", action="store_true", help="print as JSON")


def run(args: argparse.Namespace) -> int:
    from tui_lab.lab import Lab

    with Lab(workspace=args.workspace, known_secrets=args.known_secrets) as lab:
        say_problems(lab.problems)
        if args.provider is not None:
            lab.models.provider(args.provider)
        with suppress(FutureTimeoutError):
            lab.models.look_around().result(LOCAL_PATIENCE_SECONDS)
        code = _refresh(args.provider, lab) if args.refresh else 0
        prices = price_list(args, _wanted(args, lab), lab)
        items = [_item(one.model, lab) | prices.to_json(one) for one in prices.quotes]
        if args.json:
            print_json({"items": items, "next": None})
            return code
        print_table(
            _row(item, prices.cells(one), lab)
            for item, one in zip(items, prices.quotes, strict=True)
        )
        prices.narrate()
        _tell_ages({item["provider"] for item in items}, lab)
        narrate("any other model of a provider can be named too: -m provider/model")
    return code


def _refresh(provider_id: str | None, lab: Lab) -> int:
    """Asks the provider, or all that can be asked; the exit code of what went wrong."""
    models = lab.models
    asked = models.askable() if provider_id is None else [models.provider(provider_id)]
    open_vault_for(asked, lab.workspace, lab)
    codes = [0]
    for one, fetch in {one.id: lab.models.refresh(one.id) for one in asked}.items():
        try:
            fetch.result()
        except LabError as error:
            say_error(replace(error, message=f"{one} was not listed anew: {error.message}"))
            codes.append(error.exit_code)
    return max(codes)


def _wanted(args: argparse.Namespace, lab: Lab) -> Iterable[ModelRef]:
    if args.min_context is not None and args.min_context < 1:
        raise LabError(ErrorKind.USAGE, "--min-context is a number of tokens", "1 or more")
    for model in lab.models.known():
        facts = lab.models.facts(model)
        if (
            args.provider in (None, model.provider)
            and (not args.usable or lab.models.is_usable(model))
            and all(map(facts.can, args.can))
            and (args.min_context is None or _reads(facts, args.min_context))
        ):
            yield model


def _reads(facts: ModelFacts, tokens: int) -> bool:
    return not facts.guessed and facts.context_window >= tokens


def _item(model: ModelRef, lab: Lab) -> dict[str, Any]:
    facts, listed = lab.models.facts(model), lab.models.listed(model.provider)
    return {
        "model": str(model),
        "provider": model.provider,
        "usable": lab.models.is_usable(model),
        "simulated": lab.models.providers[model.provider].simulated,
        "local": lab.models.providers[model.provider].local,
        "context_window": facts.context_window,
        "context_window_guessed": facts.guessed,
        "max_output": facts.max_output,
        "inputs": None if facts.inputs is None else ["text", *sorted(filter(facts.reads, INPUTS))],
        "capabilities": [what for what in CAPABILITIES if facts.can(what)],
        "source": facts.source or None,
        "listed_at": format_time(listed.fetched_at) if listed else None,
    }


def _row(item: dict[str, Any], prices: list[str], lab: Lab) -> list[str]:
    window = f"{item['context_window']:,}" + ("?" if item["context_window_guessed"] else "")
    inputs = " ".join(item["inputs"] or ["?"])
    return [str(item["model"]), window.rjust(10), *prices, inputs, _condition(item, lab)]


def _condition(item: dict[str, Any], lab: Lab) -> str:
    if item["simulated"]:
        return "simulated"
    if item["local"]:
        return "local, running" if item["listed_at"] else "local, not running"
    if item["usable"]:
        return "ready"
    return f"needs {lab.models.providers[item['provider']].key_env[0]}"


def _tell_ages(provider_ids: Iterable[str], lab: Lab) -> None:
    for provider_id in sorted(provider_ids):
        listed = lab.models.listed(provider_id)
        if listed is not None and not lab.models.providers[provider_id].local:
            age = ago(datetime.now(UTC) - listed.fetched_at)
            narrate(f"{provider_id}: {len(listed.models)} models, listed {age}")
