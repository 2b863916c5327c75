"""Templates from a file of someone else's: what is new, what is the same, what clashes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto

from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.core.problem import Problem
from tui_lab.core.toml_edit import array_tables, with_key
from tui_lab.core.toml_text import parse_toml
from tui_lab.lab.templates import LabTemplates
from tui_lab.templates.own import template_in
from tui_lab.templates.template import Template


class Clash(Enum):
    """What becomes of a template whose id is taken."""

    REPLACE = auto()
    RENAME = auto()


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """The tables to take; ids of `clashing` ones are taken, `same` ones are there as they are."""

    tables: Sequence[tuple[str, str]]
    clashing: Sequence[str]
    same: Sequence[str]
    templates: LabTemplates

    def take(self, clash: Clash) -> Iterator[Template]:
        """Writes one after the other into the person's own file; raises like `save`."""
        for template_id, table in self.tables:
            if template_id not in self.clashing:
                yield self.templates.save(table)
            elif clash is Clash.REPLACE:
                yield self.templates.save(table, self.templates.source(template_id))
            else:
                free = self.templates.library.free_id(template_id)
                yield self.templates.save(with_key(table, "id", free))


def plan_import(text: str, file: str, templates: LabTemplates) -> ImportPlan:
    """What this file would bring.

    Raises `LabError` of kind `usage` where it is broken, or holds nothing: then nothing is taken.
    """
    values = parse_toml(text, file)
    if isinstance(values, Problem):
        raise LabError(ErrorKind.USAGE, values.without_hint, "nothing was imported")
    spans = array_tables(text, "template")
    if not spans:
        raise LabError(
            ErrorKind.USAGE, f"{file} holds no templates", "they are [[template]] tables"
        )
    tables: list[tuple[str, str]] = []
    clashing: list[str] = []
    same: list[str] = []
    for span in spans:
        table = text[span.start : span.end]
        template = template_in("\n" * text.count("\n", 0, span.start) + table, file)
        before = templates.library.find(template.id)
        if before is not None and _is_same(before, template):
            same.append(template.id)
            continue
        if template.id in dict(tables):
            raise LabError(ErrorKind.USAGE, f"{template.id!r} is there twice", "keep one of them")
        tables.append((template.id, table))
        if before is not None:
            clashing.append(template.id)
    return ImportPlan(tables, clashing, same, templates)


def _is_same(one: Template, other: Template) -> bool:
    """But for the number of the version."""
    return replace(one, version=other.version) == other
