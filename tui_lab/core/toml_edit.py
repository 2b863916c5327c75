"""Changes to TOML that a person wrote: one table of an array, and nothing else in the file.

All of this is for valid documents whose lines end in `\n`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tui_lab.core.toml_text import header_path, key_names, statements

Value = str | int | float | bool | Sequence[str]

_BARE = re.compile(r"[A-Za-z0-9_-]+\Z")
_PLAIN_LINES = re.compile(r"[^\x00-\x08\x0b-\x1f\x7f]*\Z")


@dataclass(frozen=True, slots=True)
class Span:
    """A table with its sub-tables, from the comment on top of it to its last value.

    `start` and `end` are offsets in the text, `header` that of its `[[name]]`. What stands after
    the last value (comments, blank lines) is not part of it.
    """

    start: int
    header: int
    end: int


def array_tables(text: str, name: str) -> list[Span]:
    """The tables `[[name]]` of a document, in order."""
    found: list[Span] = []
    inside = False
    comment: int | None = None
    for start, end, _ in statements(text):
        statement = text[start:end].strip()
        if not statement:
            comment = None
        elif statement.startswith("#"):
            comment = start if comment is None else comment
        else:
            if statement.startswith("["):
                opened = header_path(statement, {})[0]
                inside = opened == name
                if inside and statement.startswith("[[") and len(header_path(statement, {})) == 2:
                    found.append(Span(start if comment is None else comment, start, end))
            if inside and found:
                last = found[-1]
                found[-1] = Span(last.start, last.header, min(end + 1, len(text)))
            comment = None
    return found


def with_key(table: str, key: str, value: Value) -> str:
    """The text of one table with another value for a key of its own (not of a sub-table)."""
    line = f"{toml_key(key)} = {toml_value(value)}"
    last_end = 0
    for start, end, _ in statements(table):
        statement = table[start:end].strip()
        if statement.startswith("[") and last_end:
            break
        if key_names(statement) == [key] and not statement.startswith("["):
            return table[:start] + line + table[end:]
        if statement and not statement.startswith("#"):
            last_end = end
    return f"{table[:last_end]}\n{line}{table[last_end:]}"


def toml_key(name: str) -> str:
    return name if _BARE.match(name) else json.dumps(name, ensure_ascii=False)


def toml_value(value: Value) -> str:
    """The value as TOML; a text of several lines between triple quotes."""
    match value:
        case bool():
            return "true" if value else "false"
        case int() | float():
            return str(value)
        case str() if "\n" in value and _PLAIN_LINES.match(value):
            return _lines(value)
        case str():
            return _quoted(value)
        case _:
            return f"[{', '.join(map(_quoted, value))}]"


def _quoted(text: str) -> str:
    # JSON escapes are TOML's, but for DEL, which TOML wants escaped.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _lines(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"""', '""\\"')
    if escaped.endswith('"'):
        escaped = escaped[:-1] + '\\"'
    return f'"""\n{escaped}"""'


def toml_lines(values: Sequence[tuple[str, Value]]) -> Iterator[str]:
    return (f"{toml_key(key)} = {toml_value(value)}" for key, value in values)
