"""The template library: prompts kept in TOML files, one `[[template]]` table each."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tui_lab.core import toml_text
from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.core.nearest import nearest
from tui_lab.core.problem import Problem
from tui_lab.core.refs import ModelRef
from tui_lab.core.template_text import Variable, render, render_all, variables
from tui_lab.core.toml_text import Place, Toml, key_places, parse_toml
from tui_lab.textfile import read_text

_FIELDS: dict[str, type[Any]] = {
    "id": str,
    "name": str,
    "category": str,
    "prompt": str,
    "description": str,
    "system": str,
    "input": str,
    "suggested_models": list,
    "version": int,
}
_REQUIRED = ("id", "name", "category", "prompt")
_TYPE_WORDS = {str: "text", list: "a list of models", int: "a whole number"}
_EXAMPLES = {str: 'it in quotes: "…"', list: '["provider/model"]', int: "for example 1"}
_ID = re.compile(r"[a-z0-9][a-z0-9_-]*\Z")
_HEADER = re.compile(r"^[ \t]*\[\[[ \t]*template[ \t]*\]\]", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Template:
    """A prompt to begin from. Its text, and the system prompt's, may hold placeholders.

    `input` is the variable that a text given beside the template fills: its first one, unless the
    file names another; None without variables.
    """

    id: str
    name: str
    prompt: str
    category: str
    description: str = ""
    suggested_models: tuple[str, ...] = ()
    system: str | None = None
    version: int = 1
    input: str | None = None

    @property
    def variables(self) -> tuple[Variable, ...]:
        """What the prompt and then the system prompt ask for."""
        return variables(self.prompt, self.system or "")

    def fill(self, values: Mapping[str, str]) -> tuple[str, str | None]:
        """Prompt and system prompt with these values; raises like `template_text.render`."""
        if self.system is None:
            return render(self.prompt, values), None
        prompt, system = render_all((self.prompt, self.system), values)
        return prompt, system


@dataclass(frozen=True, slots=True)
class Library:
    """The templates that could be read, and what is wrong with the others."""

    templates: tuple[Template, ...]
    problems: tuple[Problem, ...] = ()

    def get(self, template_id: str) -> Template:
        """The template of this id; raises `LabError` of kind `usage` when there is none."""
        for template in self.templates:
            if template.id == template_id:
                return template
        raise LabError(
            ErrorKind.USAGE,
            f"there is no template {template_id!r}",
            nearest(template_id, (template.id for template in self.templates)),
        )


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
        problems += [table.problem(*unknown) for unknown in _unknown_fields(table.values)]
        faults = [table.problem(*fault) for fault in _faults(table.values)]
        problems += faults
        if faults:
            continue
        template = _template(table.values)
        if template.id in found:
            problems.append(table.problem("id", "is there twice", "give one of them another id"))
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

    def problem(self, field: str, what: str, hint: str) -> Problem:
        here: toml_text.Path = ("template", self.number)
        line, column = self.places.get((*here, field)) or self.places.get(here) or (None, None)
        name = self.values.get("id")
        title = f"template {name!r}" if isinstance(name, str) else "a template without an id"
        return Problem(f"{title}: {field} {what}", self.file, line, column, hint)


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


def _unknown_fields(values: Toml) -> Iterator[tuple[str, str, str]]:
    for field in values:
        if field not in _FIELDS:
            yield field, "means nothing here", nearest(field, _FIELDS)


def _faults(values: Toml) -> Iterator[tuple[str, str, str]]:
    """Field, what is wrong with it, what to do: each keeps the template from being used."""
    for field, kind in _FIELDS.items():
        value = values.get(field)
        if value is None or value == "":
            if field in _REQUIRED:
                yield field, "is missing", f'add a line {field} = "…"'
        elif not isinstance(value, kind) or isinstance(value, bool):
            yield field, f"should be {_TYPE_WORDS[kind]}", f"write {_EXAMPLES[kind]}"
        elif field == "id" and not _ID.match(value):
            yield field, "may hold only a-z, 0-9, - and _", "for example explain-quantum"
        elif field == "suggested_models":
            yield from _bad_models(value)
    yield from _bad_input(values)


def _bad_input(values: Toml) -> Iterator[tuple[str, str, str]]:
    name = values.get("input")
    names = [one.name for one in _variables(values)]
    if isinstance(name, str) and name not in names:
        yield "input", f"names no variable: {name!r}", nearest(name, names)


def _variables(values: Toml) -> tuple[Variable, ...]:
    texts = (values.get(field) for field in ("prompt", "system"))
    return variables(*(text for text in texts if isinstance(text, str)))


def _bad_models(models: list[Any]) -> Iterator[tuple[str, str, str]]:
    for model in models:
        try:
            ModelRef.parse(str(model))
        except LabError as error:
            yield "suggested_models", f"holds {model!r}", error.hint


def _template(values: Toml) -> Template:
    known = {field: value for field, value in values.items() if field in _FIELDS}
    known["prompt"] = known["prompt"].strip("\n")
    known.setdefault("input", next((one.name for one in _variables(values)), None))
    known["suggested_models"] = tuple(known.get("suggested_models", ()))
    return Template(**known)
