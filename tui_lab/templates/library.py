"""The template library: prompts kept in TOML files, one `[[template]]` table each."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tui_lab.core import toml_text
from tui_lab.core.nearest import nearest
from tui_lab.core.problem import Problem
from tui_lab.core.toml_text import Place, Toml, key_places, parse_toml
from tui_lab.templates.fields import Fault, faults, template_of, unknown_fields
from tui_lab.templates.template import Library, Template
from tui_lab.textfile import read_text

_HEADER = re.compile(r"^[ \t]*\[\[[ \t]*template[ \t]*\]\]", re.MULTILINE)


def load_templates(paths: Sequence[Path]) -> Library:
    """The templates of these files; one of a later file replaces an earlier one of the same id.

    The files are only read. A missing file is an empty one.
    """
    found: dict[str, Template] = {}
    problems: list[Problem] = []
    for path in paths:
        match read_text(path):
            case str(text):
                library = read_templates(text, str(path))
                found.update((template.id, template) for template in library.templates)
                problems += library.problems
            case Problem() as problem:
                problems.append(problem)
            case None:
                pass
    return Library(tuple(found.values()), tuple(problems))


def read_templates(text: str, file: str) -> Library:
    """The templates in the text of one file; `file` is its name in problems."""
    tables, problems = _tables(text, file)
    found: dict[str, Template] = {}
    for table in tables:
        problems += map(table.problem, unknown_fields(table.values))
        wrong = list(map(table.problem, faults(table.values)))
        problems += wrong
        if wrong:
            continue
        template = template_of(table.values, file)
        if template.id in found:
            twice = Fault(("id",), "is there twice", "give one of them another id")
            problems.append(table.problem(twice))
        else:
            found[template.id] = template
    return Library(tuple(found.values()), tuple(problems))


@dataclass(frozen=True, slots=True)
class _Table:
    """One `[[template]]` as it stands in its file, and where its fields are."""

    values: Toml
    number: int
    places: Mapping[toml_text.Path, Place]
    file: str

    def problem(self, fault: Fault) -> Problem:
        line, column = self._place(fault.path)
        name = self.values.get("id")
        title = f"template {name!r}" if isinstance(name, str) else "a template without an id"
        words = f"{title}: {'.'.join(fault.path)} {fault.what}"
        return Problem(words, self.file, line, column, fault.hint)

    def _place(self, path: toml_text.Path) -> Place | tuple[None, None]:
        """Of the field, else of the nearest thing around it that has a place."""
        for depth in range(len(path), -1, -1):
            if place := self.places.get(("template", self.number, *path[:depth])):
                return place
        return None, None


def _tables(text: str, file: str) -> tuple[list[_Table], list[Problem]]:
    """Every template table that is valid TOML.

    One broken table does not take the others along: then each is parsed alone.
    """
    document = parse_toml(text, file)
    if not isinstance(document, Problem):
        return _document_tables(document, text, file)
    tables: list[_Table] = []
    problems: list[Problem] = []
    for block in _blocks(text):
        part = parse_toml(block, file)
        if isinstance(part, Problem):
            problems.append(part)
        else:
            good, wrong = _document_tables(part, block, file)
            tables += good
            problems += wrong
    return tables, problems or [document]


def _blocks(text: str) -> Iterator[str]:
    """The text cut before each header; each part keeps its line numbers."""
    starts = [0, *(match.start() for match in _HEADER.finditer(text)), len(text)]
    for start, end in itertools.pairwise(starts):
        yield "\n" * text.count("\n", 0, start) + text[start:end]


def _document_tables(document: Toml, text: str, file: str) -> tuple[list[_Table], list[Problem]]:
    places = key_places(text)
    problems = [
        Problem(f"{key!r} means nothing here", file, *places[key,], nearest(key, ["template"]))
        for key in document
        if key != "template"
    ]
    listed = document.get("template", [])
    if not isinstance(listed, list) or not all(isinstance(item, dict) for item in listed):
        hint = "begin each template with a line [[template]]"
        problems.append(Problem("'template' is no table", file, *places["template",], hint))
        return [], problems
    return [_Table(item, number, places, file) for number, item in enumerate(listed)], problems
