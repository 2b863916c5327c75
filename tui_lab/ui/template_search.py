"""Templates found by a few letters of their name, category or description."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from textual.fuzzy import FuzzySearch

if TYPE_CHECKING:
    from tui_lab.templates.template import Template

_FIELDS = (("name", 1.0), ("id", 0.9), ("category", 0.8))
_IN_DESCRIPTION = 0.1


class Found(NamedTuple):
    """A template, and the places in its name that the query matches."""

    template: Template
    places: tuple[int, ...] = ()


def find_templates(templates: Sequence[Template], query: str) -> list[Found]:
    """The best first; without a query all of them, category by category, as they came."""
    query = query.strip()
    if not query:
        order = list(dict.fromkeys(template.category for template in templates))
        ordered = sorted(templates, key=lambda template: order.index(template.category))
        return [Found(template) for template in ordered]
    search = FuzzySearch()
    scored = [(_score(search, query, template), template) for template in templates]
    ranked = sorted((pair for pair in scored if pair[0] > 0), key=lambda pair: -pair[0])
    return [Found(template, tuple(search.match(query, template.name)[1])) for _, template in ranked]


def _score(search: FuzzySearch, query: str, template: Template) -> float:
    best = max(
        weight * search.match(query, getattr(template, field))[0] for field, weight in _FIELDS
    )
    return best or _IN_DESCRIPTION * (query.casefold() in template.description.casefold())
