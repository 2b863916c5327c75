"""The person's own templates: their file, changed table by table, all else in it as it was."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.core.nearest import nearest
from tui_lab.core.problem import Problem
from tui_lab.core.toml_edit import Span, Value, array_tables, toml_lines
from tui_lab.core.toml_text import parse_toml
from tui_lab.private_file import PrivateFile
from tui_lab.templates.library import read_templates
from tui_lab.templates.template import Template

NEW_FILE = """\
# Your own templates. One with the id of a template that comes with tui-lab takes its place.
"""


@dataclass(frozen=True, slots=True)
class TemplateSource:
    """A template as the text of its TOML table."""

    id: str
    text: str
    own: bool
    """It stands in the person's own file, not in the one that comes with tui-lab."""


@dataclass(frozen=True, slots=True)
class DeletedTemplate:
    """What `restore` needs: the text of the file with it and without it, its table, and the id of
    the template that followed."""

    id: str
    before: str
    after: str
    table: str
    following: str | None


class OwnTemplates:
    """Every change reads the file anew, while no other process changes it, and writes it whole.

    They raise `LabError`: `config` for a file that is broken, which is never written, `usage` for a
    change that is not possible, `storage` where it cannot be written. Nothing was changed then.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = PrivateFile(path, "the file of your templates")

    def source(self, template_id: str) -> TemplateSource | None:
        """The table of a template, also of one that cannot be used."""
        document = _Document.read(self.path, self._file.read())
        span = document.span(template_id)
        if span is None:
            return None
        return TemplateSource(template_id, document.text[span.start : span.end], own=True)

    def save(self, table: str, instead_of: TemplateSource | None = None) -> Template:
        """Writes a table at the end of the file, or in the place of another one.

        Raises `LabError` of kind `usage` too where the table is none that can be used, its id is
        taken, or the other one is not what it was any more.
        """
        table = table.strip("\n") + "\n"
        template = template_in(table, str(self.path))

        def change(document: _Document) -> str:
            text, others = document.text, document.ids
            if instead_of is None or not instead_of.own:
                _check_free(template.id, others)
                return _appended(text, table)
            span = document.span(instead_of.id)
            if span is None or text[span.start : span.end] != instead_of.text:
                raise LabError(
                    ErrorKind.USAGE,
                    f"template {instead_of.id!r} was changed by another program",
                    "look at it again; nothing was written",
                )
            _check_free(template.id, [one for one in others if one != instead_of.id])
            return text[: span.start] + table + text[span.end :]

        self._change(change)
        return template

    def delete(self, template_id: str) -> DeletedTemplate:
        deleted: list[DeletedTemplate] = []

        def change(document: _Document) -> str:
            span, text = document.span(template_id), document.text
            if span is None:
                hint = nearest(template_id, filter(None, document.ids))
                raise LabError(
                    ErrorKind.USAGE, f"there is no template {template_id!r} of your own", hint
                )
            number = document.ids.index(template_id)
            following = next(iter(document.ids[number + 1 :]), None)
            before, behind = text[: span.start], text[span.end :]
            if not before.strip() or before.endswith("\n\n"):
                behind = behind.lstrip("\n")  # one blank line is enough between the neighbours
            after = before + behind
            table = text[span.start : span.end]
            deleted.append(DeletedTemplate(template_id, text, after, table, following))
            return after

        self._change(change)
        return deleted[0]

    def restore(self, deleted: DeletedTemplate) -> None:
        """Puts it back where it was, whatever has happened to the rest of the file since."""

        def change(document: _Document) -> str:
            if document.text == deleted.after:
                return deleted.before
            _check_free(deleted.id, document.ids)
            span = document.span(deleted.following) if deleted.following else None
            if span is None:
                return _appended(document.text, deleted.table)
            text = document.text
            return f"{text[: span.start]}{deleted.table}\n{text[span.start :]}"

        self._change(change)

    def _change(self, change: Callable[[_Document], str]) -> None:
        if self.path.exists() and not os.access(self.path, os.W_OK):  # to replace it would be easy
            hint = "check its permissions; nothing was written"
            raise LabError(ErrorKind.STORAGE, f"{self.path} cannot be written", hint)
        with self._file.alone():
            document = _Document.read(self.path, self._file.read())
            text = change(document)
            wrong = parse_toml(text, str(self.path))
            if isinstance(wrong, Problem):
                raise LabError(ErrorKind.USAGE, str(wrong), "nothing was written")
            self._file.write(replace(document, text=text).data)


@dataclass(frozen=True, slots=True)
class _Document:
    """The file: its text with `\\n` line ends, and what else there is to its bytes."""

    text: str
    ids: Sequence[str | None]
    spans: Sequence[Span]
    begin: str = ""
    line_end: str = "\n"

    @classmethod
    def read(cls, path: Path, data: bytes | None) -> _Document:
        """Raises `LabError` of kind `config` for a file that is broken."""
        if data is None:
            return cls(NEW_FILE, (), ())
        try:
            raw = data.decode()
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
            raise _broken(Problem("not UTF-8 text", str(path), line)) from error
        begin = "\ufeff" if raw.startswith("\ufeff") else ""
        line_end = "\r\n" if "\r\n" in raw else "\n"
        text = raw.removeprefix(begin).replace("\r\n", "\n")
        values = parse_toml(text, str(path))
        if isinstance(values, Problem):
            raise _broken(values)
        tables = values.get("template", [])
        spans = array_tables(text, "template")
        if not isinstance(tables, list) or len(tables) != len(spans):
            raise _broken(Problem("its templates are no [[template]] tables", str(path)))
        ids = [one.get("id") if isinstance(one, dict) else None for one in tables]
        return cls(text, ids, spans, begin, line_end)

    @property
    def data(self) -> bytes:
        text = self.begin + self.text.replace("\n", self.line_end)
        return text.encode("utf-8", "replace")

    def span(self, template_id: str) -> Span | None:
        return self.spans[self.ids.index(template_id)] if template_id in self.ids else None


def template_in(table: str, file: str) -> Template:
    """The template of a text that holds one table and nothing else.

    Raises `LabError` of kind `usage` with what is wrong, and where in the text.
    """
    library = read_templates(table, file)
    spans = () if isinstance(parse_toml(table, file), Problem) else array_tables(table, "template")
    if len(spans) > 1:
        raise LabError(ErrorKind.USAGE, "there are several templates", "write one at a time")
    if library.templates and len(spans) == 1:
        return library.templates[0]
    if not library.problems:
        hint = "begin it with a line [[template]]"
        raise LabError(ErrorKind.USAGE, "there is no template", hint)
    first = library.problems[0]
    place = f"line {first.line}, column {first.column}: " if first.line is not None else ""
    raise LabError(ErrorKind.USAGE, place + first.message, first.hint)


def table_of(fields: Sequence[tuple[str, Value]]) -> str:
    """A new table of these fields."""
    return "\n".join(["[[template]]", *toml_lines(fields)]) + "\n"


def _appended(text: str, table: str) -> str:
    gap = "" if not text or text.endswith("\n\n") else "\n" if text.endswith("\n") else "\n\n"
    return text + gap + table


def _check_free(template_id: str, taken: Sequence[str | None]) -> None:
    if template_id in taken:
        raise LabError(
            ErrorKind.USAGE,
            f"there is a template {template_id!r} of your own already",
            "choose another id",
        )


def _broken(problem: Problem) -> LabError:
    return LabError(ErrorKind.CONFIG, problem.without_hint, "correct it first; nothing was written")
