"""The versions of a template that runs were made from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any


@dataclass(frozen=True, slots=True)
class TemplateVersion:
    """A version, and how the runs that were made from it did.

    `content` is what was asked, as JSON; None for a version that is known from its runs alone.
    `runs` are those that are over, `answered` those of them with an answer; `rating` and `cost`
    (US dollars) are means over the runs that have one.
    """

    version: int
    content: Mapping[str, Any] | None
    first_seen: datetime | None
    runs: int = 0
    answered: int = 0
    rating: float | None = None
    cost: Decimal | None = None


def best_version(versions: Iterable[TemplateVersion]) -> TemplateVersion | None:
    """The best rated one; where none is rated, the one with the most answers. None without runs."""
    used = [version for version in versions if version.runs]
    return max(used, key=lambda one: (one.rating or 0.0, one.answered, one.version), default=None)


def content_text(content: Mapping[str, Any]) -> str:
    """The content as lines that can be compared."""
    parts = []
    if content["system"]:
        parts.append(f"── system\n{content['system']}")
    parts.append(f"── prompt\n{content['prompt']}")
    if content["variables"]:
        lines = "\n".join(map(_variable_line, content["variables"]))
        parts.append(f"── variables\n{lines}")
    return "\n\n".join(parts)


def _variable_line(variable: Mapping[str, Any]) -> str:
    told = [variable["type"]]
    if variable["default"] is not None:
        told.append(f"default {variable['default']!r}")
    told += [f"{name} {variable[name]}" for name in ("min", "max") if variable[name] is not None]
    told += ["whole"] if variable["integer"] else []
    told += [f"one of {', '.join(variable['choices'])}"] if variable["choices"] else []
    told += [variable["description"]] if variable["description"] else []
    return f"{variable['name']}: {' · '.join(told)}"
