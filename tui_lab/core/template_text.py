"""Prompts with placeholders: `{{ name }}` and `{{ name | default text }}`.

A name starts with a letter and goes on with letters, digits, `_` and `-`. Whatever is not a
placeholder of this form (the braces of JSON, a lone `{{`) is text and stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.core.nearest import nearest

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


@dataclass(frozen=True, slots=True)
class Variable:
    """A name that a template asks for; without a default it must be given."""

    name: str
    default: str | None = None


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


def variables(*texts: str) -> tuple[Variable, ...]:
    """What the texts ask for, in order and each once; the first default of a name counts."""
    defaults: dict[str, str | None] = {}
    for text in texts:
        for piece in _pieces(text):
            if isinstance(piece, Placeholder) and defaults.get(piece.name) is None:
                defaults[piece.name] = piece.default
    return tuple(Variable(name, default) for name, default in defaults.items())


def render(text: str, values: Mapping[str, str]) -> str:
    """The text with a value, else its default, in each placeholder.

    Values go in as they are: a placeholder inside a value is not filled in. Raises `LabError` of
    kind `usage` for a variable that has neither value nor default, and for a value that no
    variable asks for.
    """
    return render_all((text,), values)[0]


def render_all(texts: Sequence[str], values: Mapping[str, str]) -> tuple[str, ...]:
    """Several texts that share their variables (a prompt and its system prompt); see `render`."""
    asked = variables(*texts)
    _refuse_unknown(asked, values)
    filled = {variable.name: values.get(variable.name, variable.default) for variable in asked}
    missing = [name for name, value in filled.items() if value is None]
    if missing:
        raise LabError(
            ErrorKind.USAGE,
            f"the template needs a value for {', '.join(missing)}",
            "give it with " + " ".join(f"-v {name}=…" for name in missing),
        )
    return tuple(
        "".join(
            piece.text if isinstance(piece, PlainText) else filled[piece.name] or ""
            for piece in _pieces(text)
        )
        for text in texts
    )


def _refuse_unknown(asked: tuple[Variable, ...], values: Mapping[str, str]) -> None:
    names = [variable.name for variable in asked]
    for given in values:
        if given not in names:
            raise LabError(
                ErrorKind.USAGE, f"the template has no variable {given!r}", nearest(given, names)
            )
