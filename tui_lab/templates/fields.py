"""What a `[[template]]` table may hold: what is wrong in one, else the template that it is."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from tui_lab.core.errors import LabError
from tui_lab.core.nearest import nearest
from tui_lab.core.refs import ModelRef
from tui_lab.core.template_text import variables
from tui_lab.core.template_variables import Variable, VariableType
from tui_lab.core.toml_text import Toml
from tui_lab.templates.template import Template

_FIELDS: Mapping[str, type[Any]] = {
    "id": str,
    "name": str,
    "category": str,
    "prompt": str,
    "description": str,
    "system": str,
    "input": str,
    "suggested_models": list,
    "version": int,
    "variables": dict,
}
_REQUIRED = ("id", "name", "category", "prompt")
_TYPE_WORDS = {
    str: "text",
    list: "a list",
    int: "a whole number",
    dict: "a table",
    bool: "true or false",
    float: "a number",
}
_EXAMPLES = {
    str: 'it in quotes: "…"',
    list: '["one", "two"]',
    int: "for example 1",
    dict: "[template.variables.NAME] above its lines",
    bool: "true",
    float: "for example 1",
}
_VARIABLE_FIELDS: Mapping[str, type[Any]] = {
    "type": str,
    "default": str,
    "description": str,
    "choices": list,
    "min": float,
    "max": float,
    "integer": bool,
}
_ONLY_FOR = {
    "choices": VariableType.CHOICE,
    "min": VariableType.NUMBER,
    "max": VariableType.NUMBER,
    "integer": VariableType.NUMBER,
}
_ID = re.compile(r"[a-z0-9][a-z0-9_-]*\Z")


class Fault(NamedTuple):
    """Where in the table, what is wrong there, what to do."""

    path: tuple[str, ...]
    what: str
    hint: str


def unknown_fields(values: Toml) -> Iterator[Fault]:
    """What means nothing; the template can be used all the same."""
    for field in values:
        if field not in _FIELDS:
            yield Fault((field,), "means nothing here", nearest(field, _FIELDS))
    for name, told in _declared(values).items():
        for field in told:
            if field not in _VARIABLE_FIELDS:
                hint = nearest(field, _VARIABLE_FIELDS)
                yield Fault(("variables", name, field), "means nothing here", hint)
    names = [variable.name for variable in _asked(values)]
    for name in _declared(values):
        if name not in names:
            hint = nearest(name, names)
            yield Fault(("variables", name), "is nowhere in the prompt", hint)


def faults(values: Toml) -> Iterator[Fault]:
    """Each keeps the template from being used."""
    for field, kind in _FIELDS.items():
        value = values.get(field)
        if value is None or value == "":
            if field in _REQUIRED:
                yield Fault((field,), "is missing", f'add a line {field} = "…"')
        elif not _is(value, kind):
            yield _wrong_type((field,), kind)
        elif field == "id" and not _ID.match(value):
            yield Fault((field,), "may hold only a-z, 0-9, - and _", "for example explain-quantum")
        elif field == "suggested_models":
            yield from _bad_models(value)
    for name, told in values["variables"].items() if _is(values.get("variables"), dict) else ():
        yield from _variable_faults(("variables", name), told)
    yield from _bad_input(values)


def template_of(values: Toml, file: str) -> Template:
    """The template of a table without faults."""
    known = {field: value for field, value in values.items() if field in _FIELDS}
    known["prompt"] = known["prompt"].strip("\n")
    known.setdefault("input", next((one.name for one in _asked(values)), None))
    known["suggested_models"] = tuple(known.get("suggested_models", ()))
    told = known.pop("variables", {})
    declared = tuple(_variable(name, fields) for name, fields in told.items())
    return Template(**known, declared=declared, file=file)


def _is(value: Any, kind: type[Any]) -> bool:
    if kind is float:
        return isinstance(value, int | float | Decimal) and not isinstance(value, bool)
    return isinstance(value, kind) and (kind is bool or not isinstance(value, bool))


def _wrong_type(path: tuple[str, ...], kind: type[Any]) -> Fault:
    return Fault(path, f"should be {_TYPE_WORDS[kind]}", f"write {_EXAMPLES[kind]}")


def _bad_models(models: list[Any]) -> Iterator[Fault]:
    for model in models:
        try:
            ModelRef.parse(str(model))
        except LabError as error:
            yield Fault(("suggested_models",), f"holds {model!r}", error.hint)


def _bad_input(values: Toml) -> Iterator[Fault]:
    name = values.get("input")
    names = [one.name for one in _asked(values)]
    if isinstance(name, str) and name not in names:
        yield Fault(("input",), f"names no variable: {name!r}", nearest(name, names))


def _asked(values: Toml) -> tuple[Variable, ...]:
    texts = (values.get(field) for field in ("prompt", "system"))
    return variables(*(text for text in texts if isinstance(text, str)))


def _declared(values: Toml) -> dict[str, Toml]:
    told = values.get("variables")
    tables = told.items() if isinstance(told, dict) else ()
    return {name: table for name, table in tables if isinstance(table, dict)}


def _variable_faults(path: tuple[str, ...], told: Any) -> Iterator[Fault]:
    if not isinstance(told, dict):
        yield _wrong_type(path, dict)
        return
    before = _shape_faults(path, told)
    first = next(before, None)
    if first is not None:
        yield first
        yield from before
        return
    variable = _variable(path[-1], told)
    if variable.type is VariableType.CHOICE and not variable.choices:
        yield Fault(path, "has no choices", 'add a line choices = ["…", "…"]')
    elif (
        variable.least is not None and variable.most is not None and variable.least > variable.most
    ):
        yield Fault((*path, "min"), "is more than max", "exchange them")
    elif variable.default is not None:
        try:
            variable.check(variable.default)
        except LabError as error:
            what = f"cannot be {variable.default!r}"
            yield Fault((*path, "default"), what, error.hint)


def _shape_faults(path: tuple[str, ...], told: Toml) -> Iterator[Fault]:
    kind = told.get("type", VariableType.TEXT.value)
    if kind not in list(VariableType):
        yield Fault((*path, "type"), f"cannot be {kind!r}", nearest(str(kind), VariableType))
    for field, value in told.items():
        expected = _VARIABLE_FIELDS.get(field)
        number_default = field == "default" and kind == VariableType.NUMBER and _is(value, float)
        if expected is not None and not _is(value, expected) and not number_default:
            yield _wrong_type((*path, field), expected)
        elif field in _ONLY_FOR and kind != _ONLY_FOR[field]:
            hint = f'write type = "{_ONLY_FOR[field]}"'
            yield Fault((*path, field), f"is for the type {_ONLY_FOR[field]} only", hint)
        elif field == "choices" and not all(isinstance(one, str) for one in value):
            yield Fault((*path, field), "should be a list of texts", 'write ["one", "two"]')


def _variable(name: str, told: Toml) -> Variable:
    def given(field: str, kind: Callable[[Any], Any]) -> Any:
        return kind(told[field]) if field in told else None

    return Variable(
        name,
        default=given("default", str),
        type=VariableType(told.get("type", VariableType.TEXT)),
        description=told.get("description", ""),
        choices=tuple(told.get("choices", ())),
        least=given("min", _decimal),
        most=given("max", _decimal),
        whole=told.get("integer", False),
    )


def _decimal(value: int | float | Decimal) -> Decimal:
    return Decimal(str(value))
