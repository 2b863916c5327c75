"""A provider's JSON, read without trust: a value of the wrong type is the same as none."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.providers.unicode_text import valid_text

RAW_LENGTH = 500
"""As much of what could not be read is kept, in characters."""

_LARGEST_COUNT = 2**53
_FINEST_MONEY = -30
_LARGEST_MONEY = Decimal(10) ** 9


def parse_object(text: str) -> Mapping[str, Any]:
    """The object that a JSON text holds; an empty one if it holds another kind of value.

    Numbers with a fraction become `Decimal`, so that no digit of a cost is lost; NaN and the
    infinities, which are not JSON, become null. Raises `LabError` of kind `protocol`.
    """
    try:
        value = json.loads(text, parse_float=Decimal, parse_constant=_null)
    except (ValueError, ArithmeticError, RecursionError) as error:
        raise unreadable(text) from error
    return as_object(value)


def unreadable(text: str) -> LabError:
    """What the provider sent is not what its format promises."""
    return LabError(
        ErrorKind.PROTOCOL,
        "the provider's answer could not be read",
        "run it again; if it stays so, check the provider's base URL and dialect",
        raw=valid_text(text[:RAW_LENGTH]),
    )


def _null(_name: str) -> None:
    return None


def as_object(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def as_list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def as_text(value: object) -> str:
    return value if isinstance(value, str) else ""


def as_count(value: object) -> int | None:
    """A number of tokens: whole, not negative, small enough for any store."""
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    return value if 0 <= value <= _LARGEST_COUNT else None


def as_number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


def as_money(value: object) -> Decimal | None:
    """An exact amount of sane size: `1e-999999999` would be a gigabyte when written out."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return None
    amount = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    if not amount.is_finite() or not 0 <= amount <= _LARGEST_MONEY:
        return None
    exponent = amount.as_tuple().exponent
    return amount if isinstance(exponent, int) and exponent >= _FINEST_MONEY else None


def as_json(value: object) -> str:
    """The arguments of a tool call as one JSON text; most providers send them as such already."""
    if value is None or isinstance(value, str):
        return value or ""
    try:
        return json.dumps(value, ensure_ascii=False, default=float)
    except (ValueError, RecursionError) as error:
        raise unreadable("") from error


def request_body(body: Mapping[str, Any]) -> bytes:
    """A request as compact JSON in UTF-8, whatever was pasted into the prompt."""
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    return valid_text(text).encode()
