"""Rows of variables for a template: a CSV with a head of names, or an object on each line."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.core.nearest import nearest


@dataclass(frozen=True, slots=True)
class DataRow:
    """The values of a row, by variable, and the line on which it begins, from 1."""

    line: int
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that cannot be used, and why."""

    line: int
    error: LabError


Row = DataRow | BadRow


def csv_rows(text: str, variables: Sequence[str]) -> list[Row]:
    """The rows of a CSV (RFC 4180). An empty cell is no value: the variable's default holds.

    Raises `LabError` of kind `usage` where the head is missing, names something twice, or what is
    no variable.
    """
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    head = next(_cells(reader), None)
    if head is None or isinstance(head, BadRow):
        raise LabError(ErrorKind.USAGE, "there are no rows", "the first line names the variables")
    names = [name.strip() for name in head[1]]
    if twice := [name for name in names if names.count(name) > 1]:
        raise LabError(ErrorKind.USAGE, f"the column {twice[0]!r} is there twice", "rename one")
    for name in names:
        _check_name(name, variables)
    return [row if isinstance(row, BadRow) else _csv_row(names, *row) for row in _cells(reader)]


def jsonl_rows(text: str, variables: Sequence[str]) -> list[Row]:
    """A row for each line that is not blank; null is no value."""
    lines = enumerate(text.split("\n"), 1)
    return [_json_row(number, line, variables) for number, line in lines if line.strip()]


def _check_name(name: str, variables: Sequence[str]) -> None:
    if name not in variables:
        hint = nearest(name, variables)
        raise LabError(ErrorKind.USAGE, f"the template has no variable {name!r}", hint)


def _cells(reader: Any) -> Iterator[tuple[int, list[str]] | BadRow]:
    """The rows that are not blank, each with the line on which it begins."""
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield _bad(line, f"no CSV: {error}", "put it in quotes, and double those within")
            continue
        if cells:
            yield line, cells


def _csv_row(names: Sequence[str], line: int, cells: Sequence[str]) -> Row:
    if len(cells) > len(names):
        return _bad(line, f"{len(cells)} cells, {len(names)} columns", "quote what has commas")
    return DataRow(line, {name: cell for name, cell in zip(names, cells, strict=False) if cell})


def _json_row(line: int, text: str, variables: Sequence[str]) -> Row:
    try:
        values = json.loads(text)
    except (ValueError, RecursionError) as error:
        return _bad(line, f"no JSON: {error}", "one object on each line")
    if not isinstance(values, dict):
        return _bad(line, "no object", 'for example {"name": "value"}')
    try:
        for name in values:
            _check_name(name, variables)
    except LabError as error:
        return BadRow(line, error)
    words = {name: _word(value) for name, value in values.items() if value is not None}
    return DataRow(line, words)


def _word(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _bad(line: int, what: str, hint: str) -> BadRow:
    return BadRow(line, LabError(ErrorKind.USAGE, what, hint))
