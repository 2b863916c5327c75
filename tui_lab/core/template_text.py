"""Prompts with placeholders: `{{ name }}` and `{{ name | default text }}`.

A name starts with a letter and goes on with letters, digits, `_` and `-`. Whatever is not a
placeholder of this form (the braces of JSON, a lone `{{`) is text and stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.core.nearest import nearest
from tui_lab.core.template_variables import Variable, VariableType

_PLACEHOLDER = re.compile(
    r"\{\{[ \t]*(?P<name>[^\W\d_][\w-]*)[ \t]*"
    r"(?:\|(?P<default>(?:(?!\{\{|\}\}).)*))?\}\}",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class PlainText:
    """Text that renders as itself; `start` and `end` are its offsets in the whole."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Placeholder:
    """A place for a value; `start` and `end` are the offsets of its braces in the whole."""

    name: str
    default: str | None
    start: int
    end: int


Piece = PlainText | Placeholder


def pieces(text: str) -> tuple[Piece, ...]:
    """The text cut into plain text and placeholders, in order and without gaps."""
    return tuple(_pieces(text))


def _pieces(text: str) -> Iterator[Piece]:
    end = 0
    for match in _PLACEHOLDER.finditer(text):
        if match.start() > end:
            yield PlainText(text[end : match.start()], end, match.start())
        default = match["default"]
        end = match.end()
        yield Placeholder(
            match["name"], default if default is None else default.strip(), match.start(), end
        )
    if end < len(text):
        yield PlainText(text[end:], end, len(text))


def variables(*texts: str, declared: Sequence[Variable] = ()) -> tuple[Variable, ...]:
    """What the texts ask for, in order and each once; the first default of a name counts.

    Of the declared ones those that the texts ask for are as they were declared; where that says no
    default, the text may.
    """
    defaults: dict[str, str | None] = {}
    for text in texts:
        for piece in _pieces(text):
            if isinstance(piece, Placeholder) and defaults.get(piece.name) is None:
                defaults[piece.name] = piece.default
    known = {variable.name: variable for variable in declared}
    return tuple(
        replace(variable, default=default if variable.default is None else variable.default)
        for name, default in defaults.items()
        for variable in (known.get(name, Variable(name)),)
    )


def render(text: str, values: Mapping[str, str]) -> str:
    """One text; see `render_all`."""
    return render_all((text,), values)[0]


def render_all(
    texts: Sequence[str],
    values: Mapping[str, str],
    declared: Sequence[Variable] = (),
    read: Callable[[str], str] = str,
) -> tuple[str, ...]:
    """The texts, which share their variables, with a value, else its default, in each placeholder.

    Values go in as they are: a placeholder inside a value is not filled in. `read` gives the text
    of the file that a variable of that type names. Raises `LabError` of kind `usage` for a variable
    that has neither value nor default, for a value that it cannot have, and for one that no
    variable asks for.
    """
    asked = variables(*texts, declared=declared)
    _refuse_unknown(asked, values)
    filled = {variable.name: values.get(variable.name, variable.default) for variable in asked}
    missing = [name for name, value in filled.items() if value is None]
    if missing:
        raise LabError(
            ErrorKind.USAGE,
            f"the template needs a value for {', '.join(missing)}",
            "give it with " + " ".join(f"-v {name}=…" for name in missing),
        )
    words = {
        variable.name: _word(variable, filled[variable.name] or "", read) for variable in asked
    }
    return tuple(
        "".join(
            piece.text if isinstance(piece, PlainText) else words[piece.name]
            for piece in _pieces(text)
        )
        for text in texts
    )


def _word(variable: Variable, value: str, read: Callable[[str], str]) -> str:
    variable.check(value)
    return read(value) if variable.type is VariableType.FILE else value


def _refuse_unknown(asked: tuple[Variable, ...], values: Mapping[str, str]) -> None:
    names = [variable.name for variable in asked]
    for given in values:
        if given not in names:
            raise LabError(
                ErrorKind.USAGE, f"the template has no variable {given!r}", nearest(given, names)
            )
