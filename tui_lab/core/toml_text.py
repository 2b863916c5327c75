"""TOML with the places of its keys, so that a problem can be shown where it is."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from tui_lab.core.problem import Problem

Toml = dict[str, Any]
Path = tuple[str | int, ...]
"""Where a value is: names of tables and keys, and the index in an array of tables."""
Place = tuple[int, int]
"""Line and column, from 1."""

_TOKEN = re.compile(
    r'"""(?:\\.|[^\\])*?"{3,5}'
    r"|'''.*?'{3,5}"
    r'|"(?:\\.|[^"\\\n])*"'
    r"|'[^'\n]*'"
    r"|\#[^\n]*|[\[\]{}\n]",
    re.DOTALL,
)
_NAME = r"""(?:[A-Za-z0-9_-]+|"(?:\\.|[^"\\\n])*"|'[^'\n]*')"""
_NAMES = re.compile(rf"[ \t]*({_NAME}(?:[ \t]*\.[ \t]*{_NAME})*)[ \t]*")
_ONE_NAME = re.compile(_NAME)
_ERROR_PLACE = re.compile(r"(.*) \(at (?:line (\d+), column (\d+)|end of document)\)\Z", re.DOTALL)


def parse_toml(text: str, file: str, parse_float: Callable[[str], Any] = float) -> Toml | Problem:
    """The document, or what is wrong with it and where."""
    try:
        return tomllib.loads(text, parse_float=parse_float)
    except ValueError as error:
        return _syntax_problem(str(error), text, file)
    except RecursionError:
        return Problem("not valid TOML: nested too deeply", file)


def _syntax_problem(words: str, text: str, file: str) -> Problem:
    match = _ERROR_PLACE.match(words)
    what = match[1] if match else words
    line, column = _end_of(text)
    if match and match[2]:
        line, column = int(match[2]), int(match[3])
    return Problem(f"not valid TOML: {what[:1].lower()}{what[1:]}", file, line, column)


def _end_of(text: str) -> Place:
    lines = text.rstrip().split("\n")
    return len(lines), len(lines[-1]) + 1


def key_places(text: str) -> Mapping[Path, Place]:
    """Where each table and key of a valid document begins (inline tables count as one value)."""
    places: dict[Path, Place] = {}
    arrays: dict[Path, int] = {}
    table: Path = ()
    for start, end, line in statements(text):
        statement = text[start:end].lstrip()
        column = end - start - len(statement) + 1
        if statement.startswith("["):
            table = header_path(statement, arrays)
            for depth in range(1, len(table) + 1):
                places.setdefault(table[:depth], (line, column))
        else:
            path = table
            for name in key_names(statement):
                path = (*path, name)
                places.setdefault(path, (line, column))
    return places


def statements(text: str) -> Iterator[tuple[int, int, int]]:
    """Start, end and line of what stands between line ends outside strings and brackets."""
    start = depth = 0
    line = 1
    for token in _TOKEN.finditer(text):
        match token[0]:
            case "[" | "{":
                depth += 1
            case "]" | "}":
                depth -= 1
            case "\n" if depth <= 0:
                yield start, token.start(), line
                line += text.count("\n", start, token.end())
                start = token.end()
    yield start, len(text), line


def header_path(statement: str, arrays: dict[Path, int]) -> Path:
    """The table that `[a.b]` or `[[a.b]]` opens; `arrays` counts the elements so far."""
    brackets = 2 if statement.startswith("[[") else 1
    names = _NAMES.match(statement, brackets)
    path: Path = ()
    for name in _split(names[1]) if names else ():
        path = (*path, arrays[path]) if path in arrays else path
        path = (*path, name)
    if brackets == 2:
        arrays[path] = arrays.get(path, -1) + 1
    return (*path, arrays[path]) if path in arrays else path


def key_names(statement: str) -> list[str]:
    """The names of the key that a statement `a.b = …` sets; none of a comment or a blank line."""
    names = _NAMES.match(statement)
    return _split(names[1]) if names else []


def _split(names: str) -> list[str]:
    return [_unquote(name[0]) for name in _ONE_NAME.finditer(names)]


def _unquote(name: str) -> str:
    return next(iter(tomllib.loads(f"{name} = 0"))) if name[0] in "\"'" else name
