"""Settings out of config.toml and the environment.

A value that cannot be used is reported and left out; everything else counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_settings import EnvSettingsSource

from tui_lab.core import toml_text
from tui_lab.core.nearest import nearest
from tui_lab.core.problem import Problem
from tui_lab.core.secret import remove_key_formats
from tui_lab.core.toml_text import Place, Toml, key_places, parse_toml
from tui_lab.settings.options import PREFIX, Settings
from tui_lab.textfile import read_text

NOT_SETTINGS = (
    "TUI_LAB_CONFIG_DIR",
    "TUI_LAB_DATA_DIR",
    "TUI_LAB_WORKSPACE",
    "TUI_LAB_TEST_DATA",
    "TUI_LAB_VAULT_PASSPHRASE",
)
"""Names of the environment that mean something, but elsewhere."""


_LEFT_OUT = "until it is corrected, it is left out"
_BLOCKED = "until it is corrected, runs that may cost money are blocked"
_REASONS = {
    "float_type": "it should be a number",
    "float_parsing": "it should be a number",
    "string_type": "it should be text",
    "bool_type": "it should be true or false",
    "bool_parsing": "it should be true or false",
    "tuple_type": "it should be a list",
    "dict_type": "it should be a table",
    "model_type": "it should be a table",
    "decimal_type": "it should be an amount of US dollars, such as 5 or 0.25",
    "decimal_parsing": "it should be an amount of US dollars, such as 5 or 0.25",
    "int_type": "it should be a whole number",
    "int_parsing": "it should be a whole number",
    "int_from_float": "it should be a whole number",
}
"""pydantic's types of error in the words of TOML; the others speak for themselves."""


def load_settings(
    config_file: Path, environ: Mapping[str, str]
) -> tuple[Settings, tuple[Problem, ...]]:
    """The settings of file and environment, and what is wrong in either; never raises for that."""
    given = _Given(config_file, environ)
    problems = [*given.problems]
    while True:
        try:
            settings = Settings(**given.merged())
        except ValidationError as error:
            faults = [fault for each in error.errors() for fault in given.take_out(each)]
            if not faults:
                raise
            problems += faults
        else:
            return settings, tuple(sorted(problems, key=lambda problem: problem.line or 0))


class _Given:
    """What file and environment say, with the means to name each value and to take it out."""

    def __init__(self, config_file: Path, environ: Mapping[str, str]) -> None:
        self.problems: list[Problem] = []
        self._file = str(config_file)
        self._tree, self._places = self._read(config_file)
        self._variables = {
            name: value
            for name, value in environ.items()
            if name.startswith(PREFIX) and name not in NOT_SETTINGS and value.strip()
        }
        for name in [*self._variables]:
            if _path(name)[0] not in Settings.model_fields:
                del self._variables[name]
                self.problems.append(_unknown_variable(name, ()))

    def _read(self, config_file: Path) -> tuple[Toml, Mapping[toml_text.Path, Place]]:
        text = read_text(config_file)
        document = parse_toml(text, self._file, _number) if isinstance(text, str) else text
        if isinstance(document, Problem):
            self.problems.append(_hiding_budgets(document))
        if isinstance(document, dict) and isinstance(text, str):
            return document, key_places(text)
        return {}, {}

    def merged(self) -> Toml:
        return _over(_Environment(self._variables)(), self._tree)

    def take_out(self, fault: Mapping[str, Any]) -> Iterator[Problem]:
        """Removes the value that was refused, and says so; nothing when it is gone already."""
        path = tuple(part for part in fault["loc"] if isinstance(part, str) and part != "[key]")
        variables = [name for name in self._variables if _related(_path(name), path)]
        for name in variables:
            del self._variables[name]
            problem = _refused_variable(name, path, fault)
            yield _hiding_budgets(problem) if _is_money(path) else problem
        if not variables and (removed := _remove(self._tree, path)):
            problem = self._refused_key(removed, fault)
            yield _hiding_budgets(problem) if _is_money(removed) else problem

    def _refused_key(self, path: tuple[str, ...], fault: Mapping[str, Any]) -> Problem:
        line, column = self._place(path)
        name = remove_key_formats(".".join(path))
        if fault["type"] == "extra_forbidden":
            hint = nearest(path[-1], _names_in(path[:-1]))
            return Problem(f"{name} means nothing here", self._file, line, column, hint)
        message = f"{name}{_reason(path, fault)}"
        return Problem(message, self._file, line, column, _LEFT_OUT)

    def _place(self, path: toml_text.Path) -> Place | tuple[None, None]:
        """Where the value is, or the nearest table around it."""
        while path and path not in self._places:
            path = path[:-1]
        return self._places.get(path, (None, None))


class _Environment(EnvSettingsSource):
    """pydantic-settings' reading of the environment, of the one it is given."""

    def __init__(self, variables: Mapping[str, str]) -> None:
        self._given = variables
        super().__init__(Settings)

    def _load_env_vars(self) -> Mapping[str, str | None]:
        return {name.lower(): value for name, value in self._given.items()}


def _number(text: str) -> Decimal | float:
    """Money is exact: no digit of it is to pass through a binary fraction."""
    number = Decimal(text)
    return number if number.is_finite() else float(text)


def _path(variable: str) -> tuple[str, ...]:
    return tuple(variable.removeprefix(PREFIX).lower().split("__"))


def _related(first: tuple[str, ...], second: tuple[str, ...]) -> bool:
    """Whether one is the other or a table that holds it."""
    shorter = min(len(first), len(second))
    return first[:shorter] == second[:shorter]


def _is_money(path: tuple[str, ...]) -> bool:
    """Whether a budget or a plan is lost with what is there."""
    if {"budgets", "plan", "plan_expires"} & set(path):
        return True
    return path in (("workspaces",), ("providers",)) or path[:-1] == ("workspaces",)


def _hiding_budgets(problem: Problem) -> Problem:
    hint = _BLOCKED if problem.hint in ("", _LEFT_OUT) else problem.hint
    return replace(problem, hint=hint, hides_budget=True)


def _over(upper: Toml, lower: Toml) -> Toml:
    merged = lower | upper
    for name in upper.keys() & lower.keys():
        if isinstance(upper[name], dict) and isinstance(lower[name], dict):
            merged[name] = _over(upper[name], lower[name])
    return merged


def _remove(tree: Toml, path: tuple[str, ...]) -> tuple[str, ...] | None:
    """Takes the value at the path out of the tree, or the nearest one above it; says which."""
    name, rest = path[0], path[1:]
    if name not in tree:
        return None
    if rest and isinstance(tree[name], dict):
        removed = _remove(tree[name], rest)
        return (name, *removed) if removed else None
    del tree[name]
    return (name,)


def _names_in(path: tuple[str, ...]) -> list[str]:
    """The names that mean something in this table."""
    table: type[BaseModel] = Settings
    steps = iter(path)
    for name in steps:
        kind = table.model_fields[name].annotation
        if values := get_args(kind):
            next(steps, None)  # the name of a provider or a workspace
            kind = values[-1]
        assert isinstance(kind, type)
        assert issubclass(kind, BaseModel)
        table = kind
    return [*table.model_fields]


def _unknown_variable(name: str, table: tuple[str, ...]) -> Problem:
    above = "".join(f"{part.upper()}__" for part in table)
    known = [f"{PREFIX}{above}{field.upper()}" for field in _names_in(table)]
    hint = nearest(name, known if table else [*known, *NOT_SETTINGS])
    return Problem(f"{remove_key_formats(name)} means nothing here", hint=hint)


def _refused_variable(name: str, path: tuple[str, ...], fault: Mapping[str, Any]) -> Problem:
    if fault["type"] == "extra_forbidden":
        return _unknown_variable(name, path[:-1])
    return Problem(f"{name}{_reason(path, fault)}", hint=_LEFT_OUT)


def _reason(path: tuple[str, ...], fault: Mapping[str, Any]) -> str:
    """` is 'abc': it should be a number`; the value only where it cannot be a key."""
    words = _REASONS.get(fault["type"]) or str(fault["msg"]).removeprefix("Value error, ")
    words = words.replace("Input should", "it should")
    shown = "" if fault["loc"][-1] == "[key]" else _shown(path, fault["input"])
    return f" is {shown}: {words}" if shown else f": {words}"


def _shown(path: tuple[str, ...], value: object) -> str:
    if isinstance(value, bool | int | float | Decimal):
        return str(value).lower()
    if not isinstance(value, str) or {"headers", "key_env"} & set(path) or "@" in value:
        return ""
    looks_like_key = remove_key_formats(value) != value or re.search(r"[\w-]{20,}", value)
    return "" if looks_like_key or len(value) > 60 else repr(value)
