"""How it is told that nobody has answered: in one error that names all who were tried."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.core.refs import ModelRef
from tui_lab.core.routing import Exclusion
from tui_lab.core.story import reason_words

_MOST_NAMED = 4
"""Reasons that a lane has room for; who was left out is in the record's `route`, whole."""


@dataclass(frozen=True, slots=True)
class FailedAttempt:
    model: ModelRef
    error: LabError


def all_failed(attempts: Sequence[FailedAttempt], excluded: Sequence[Exclusion]) -> LabError:
    """The last failure, with all attempts before it, in the order in which they were made."""
    last = attempts[-1].error
    if len({attempt.model for attempt in attempts}) == 1 and not excluded:
        return replace(last, message=f"{last.message} (asked {len(attempts)} times)")
    told = [_told(model, list(tried)) for model, tried in groupby(attempts, lambda one: one.model)]
    words = "; ".join([*told, *_left_out(excluded)])
    return replace(last, message=f"nobody answered: {words}")


def nobody_to_ask(excluded: Sequence[Exclusion]) -> LabError:
    words = "; ".join(_left_out(excluded)) or "no model fits"
    return LabError(
        ErrorKind.NO_ROUTE,
        f"there is nobody to ask: {words}",
        "add a key or name another model; tui-lab route tells of every one",
    )


def _told(model: ModelRef, tried: Sequence[FailedAttempt]) -> str:
    error = tried[-1].error
    kinds = " then ".join(dict.fromkeys(reason_words(one.error) for one in tried))
    times = f", asked {len(tried)} times" if len(tried) > 1 else ""
    return f"{model}: {kinds}{times}: {error.message}"


def _left_out(excluded: Sequence[Exclusion]) -> list[str]:
    """Those with the same reason together, the first of them by name."""
    groups: dict[str, list[ModelRef]] = {}
    for one in excluded:
        groups.setdefault(one.reason, []).append(one.model)
    told = [f"{_names(models)}: {reason}" for reason, models in groups.items()]
    more = len(told) - _MOST_NAMED
    return [*told[:_MOST_NAMED], f"and {more} more reasons"] if more > 0 else told


def _names(models: Sequence[ModelRef]) -> str:
    others = len(models) - 1
    return f"{models[0]} and {others} more" if others else str(models[0])
