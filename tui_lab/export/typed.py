"""Whether a value is what its annotation says; for values that were made of foreign data."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import is_dataclass
from decimal import Decimal
from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

_MOST_DIGITS = 40


@cache
def hints_of(cls: type) -> Mapping[str, Any]:
    return get_type_hints(cls)


def fits(value: object, hint: Any) -> bool:
    """No bool is a number here, numbers are finite, and money has no more than 40 digits."""
    match get_origin(hint):
        case None:
            return _is_a(value, hint)
        case origin if origin in (Union, UnionType):
            return any(fits(value, one) for one in get_args(hint))
        case origin if origin is Literal:
            return isinstance(value, str) and value in get_args(hint)
        case origin if origin is tuple:
            return isinstance(value, tuple) and _all_fit(value, get_args(hint))
        case _:
            key, content = get_args(hint)
            return isinstance(value, Mapping) and all(
                fits(name, key) and fits(part, content) for name, part in value.items()
            )


def _all_fit(values: tuple[object, ...], hints: tuple[Any, ...]) -> bool:
    if len(hints) == 2 and hints[1] is Ellipsis:
        return all(fits(value, hints[0]) for value in values)
    return len(values) == len(hints) and all(map(fits, values, hints))


def _is_a(value: object, hint: Any) -> bool:
    if hint is Any:
        return True
    if hint in (str, int, bool, bytes, NoneType):
        return type(value) is hint
    if hint is float:
        return type(value) is int or (type(value) is float and math.isfinite(value))
    if hint is Decimal:
        return isinstance(value, Decimal) and _is_money(value)
    if not isinstance(value, hint):
        return False
    if is_dataclass(hint):
        cls: Any = type(value)
        return all(fits(getattr(value, name), part) for name, part in hints_of(cls).items())
    return True


def _is_money(value: Decimal) -> bool:
    return value.is_finite() and len(value.as_tuple().digits) + abs(value.adjusted()) < _MOST_DIGITS
