"""Whom a command asks: models by name, those that stand in for them, a strategy, or a preset."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.core.nearest import nearest
from tui_lab.core.record import RunRecord
from tui_lab.core.refs import ModelRef
from tui_lab.core.routing import Strategy

if TYPE_CHECKING:
    from tui_lab.core.draft import Draft
    from tui_lab.core.preset import Preset
    from tui_lab.lab import Lab
    from tui_lab.providers.catalogue import Provider
    from tui_lab.templates.template import Template


def add_model_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "-m",
        "--model",
        action="append",
        default=[],
        metavar="MODEL",
        help="ask this model (provider/model); may be given several times",
    )
    parser.add_argument(
        "--fallback",
        action="append",
        default=[],
        metavar="MODEL",
        help="ask this one where the model fails before it says anything; may be given several "
        "times",
    )
    parser.add_argument(
        "--route",
        type=_strategy,
        metavar="STRATEGY",
        help=f"ask the best model by this strategy, and the next where it fails "
        f"({', '.join(Strategy)}); with -m that model comes first",
    )
    parser.add_argument(
        "--preset",
        metavar="NAME",
        help="ask those, with the parameters, that were kept under this name in the lab",
    )


def chosen_preset(args: argparse.Namespace, lab: Lab) -> Preset | None:
    """The one that is named; raises `LabError` where there is none, or models are named, too."""
    if args.preset is None:
        return None
    if args.model or args.fallback or args.route:
        raise LabError(
            ErrorKind.USAGE,
            "--preset says already whom to ask",
            "leave out -m, --fallback and --route, or the preset",
        )
    presets = {preset.name: preset for preset in lab.presets.all().result()}
    if args.preset not in presets:
        raise LabError(
            ErrorKind.USAGE, f"there is no preset {args.preset!r}", nearest(args.preset, presets)
        )
    return presets[args.preset]


def chosen_models(
    args: argparse.Namespace, lab: Lab, parent: RunRecord | None, template: Template | None
) -> tuple[ModelRef, ...]:
    """The models to be asked first, none where a strategy looks for them; raises `LabError`."""
    if args.model:
        return tuple(map(lab.models.find, args.model))
    if args.route is not None:
        return ()
    if parent is not None:
        return (ModelRef.parse(parent.answered_by or parent.model),)
    if default := lab.default_model:
        return (lab.models.find(default),)
    if template is not None and (suggested := lab.models.suggested(template)) is not None:
        return (suggested,)
    usable = [str(model) for model in lab.models.usable()]
    raise LabError(
        ErrorKind.USAGE,
        "no model is chosen",
        f"use -m or --route, or set default_model; {nearest('', usable, most=4)}",
    )


def first_asked(draft: Draft, lab: Lab) -> Draft:
    """The draft with the models that its strategies would ask first, where it names none itself."""
    if not draft.is_routed:
        return draft
    return replace(draft, models=lab.routing.first_asked(draft).result(), routes=())


def usable_providers(draft: Draft, lab: Lab) -> Iterable[Provider]:
    """Those that may be asked: of a strategy all."""
    if draft.is_routed:
        return lab.models.providers.values()
    named = (*draft.models, *draft.fallbacks)
    return [lab.models.provider(model.provider) for model in named]


def _strategy(text: str) -> Strategy:
    try:
        return Strategy(text)
    except ValueError:
        raise LabError(
            ErrorKind.USAGE, f"there is no strategy {text!r}", nearest(text, [*Strategy])
        ) from None
