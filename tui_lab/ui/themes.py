"""Colour themes from TOML files: checked before use, so that a bad file is told and never fatal."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from textual.color import Color, ColorParseError
from textual.theme import Theme

from tui_lab.core.nearest import nearest
from tui_lab.core.problem import Problem
from tui_lab.textfile import read_text

AUTO = "auto"
"""The theme that suits the terminal."""

_ANSI_THEME = "terminal"

_REQUIRED = ("name", "primary")
_FIELDS = {field.name: field.type for field in fields(Theme)}
_COLOURS = frozenset(
    {"primary", "secondary", "warning", "error", "success", "accent"}
    | {"foreground", "background", "surface", "panel", "boost"}
)
_FLAGS = frozenset({"dark", "ansi"})
_NUMBERS = frozenset({"luminosity_spread", "text_alpha"})


@dataclass(frozen=True, slots=True)
class Themes:
    """The themes that can be used, by name, and what is wrong with the others."""

    themes: dict[str, Theme]
    problems: tuple[Problem, ...]

    @property
    def names(self) -> list[str]:
        return sorted(self.themes)

    def named(self, name: str) -> Theme | Problem:
        """The theme of this name, or that there is none."""
        if name in self.themes:
            return self.themes[name]
        return Problem(f"there is no theme {name!r}", hint=f"there are: {', '.join(self.names)}")


def suited_theme(colour_system: str | None) -> str:
    """The one for terminals of this kind, as `rich.console.Console.color_system` names it.

    Where there are sixteen colours all others would be rounded, mostly to greys.
    """
    return _ANSI_THEME if colour_system == "standard" else "lab-dark"


def load_themes(folders: Iterable[Path]) -> Themes:
    """The themes of these folders; one of a later folder replaces an earlier one of its name."""
    themes: dict[str, Theme] = {}
    problems: list[Problem] = []
    for folder in folders:
        for path in sorted(folder.glob("*.toml")) if folder.is_dir() else ():
            read = read_theme(path)
            if isinstance(read, Problem):
                problems.append(read)
            else:
                themes[read.name] = read
    return Themes(themes, tuple(problems))


def read_theme(path: Path) -> Theme | Problem:
    """The theme in a file, or why it cannot be used."""
    text = read_text(path)
    if not isinstance(text, str):
        return text or Problem("is not there", str(path))
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        return Problem(f"not TOML: {error}", str(path), hint="the theme is left out")
    fault = next(_faults(table), None)
    if fault is not None:
        return Problem(fault[0], str(path), hint=fault[1])
    return Theme(**table)


def _faults(table: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for name in _REQUIRED:
        if name not in table:
            yield f"{name} is missing", f'add a line {name} = "…"'
    for name, value in table.items():
        if name not in _FIELDS:
            yield f"{name!r} means nothing here", nearest(name, _FIELDS)
        elif name in _COLOURS:
            yield from _bad_colour(name, value)
        elif name in _FLAGS and not isinstance(value, bool):
            yield f"{name} should be true or false", f"write {name} = true"
        elif name in _NUMBERS and not isinstance(value, int | float):
            yield f"{name} should be a number", f"for example {name} = 0.15"
    variables = table.get("variables", {})
    if not isinstance(variables, dict):
        yield "variables should be a table", "write [variables]"
        return
    for name, value in variables.items():
        if not name.endswith("-style"):
            yield from _bad_colour(name, value)


def _bad_colour(name: str, value: object) -> Iterator[tuple[str, str]]:
    try:
        Color.parse(value if isinstance(value, str) else repr(value))
    except ColorParseError:
        yield f"{name} cannot be {value!r}", 'a colour, for example "#7aa7e0"'
