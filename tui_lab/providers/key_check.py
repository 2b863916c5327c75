"""Whether a provider takes a key: the cheapest call that needs one tells, and costs nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.core.keys import KeyCheck, KeyOutcome
from tui_lab.core.secret import MASKED, Secret, remove_key_formats
from tui_lab.providers.catalogue import Provider
from tui_lab.providers.get_json import get_json
from tui_lab.providers.payload import as_list, as_money, as_object, as_text

if TYPE_CHECKING:  # the HTTP client is slow to import, and here only a type
    from tui_lab.providers.http import HttpRoom

_PATHS = {
    "openai-chat": "/models",
    "openai-responses": "/models",
    "anthropic": "/models?limit=1",
    "gemini": "/models?pageSize=1",
    "ollama": "/api/tags",
}
"""The list of models, unless the provider gives that to anybody (`Provider.key_path`)."""


async def check_key(
    room: HttpRoom,
    provider: Provider,
    key: Secret | None,
    *,
    connect_s: float = 5,
    total_s: float = 15,
) -> KeyCheck:
    """What the provider says; never raises for that. Only a success with JSON in it is `valid`."""
    path = provider.key_path or _PATHS[provider.dialect]
    try:
        async with asyncio.timeout(total_s):
            # The page of a proxy that wants a login is a success as well, but no JSON.
            answer = await get_json(room, provider, key, path, connect_s=connect_s)
            if provider.credit_path is not None:
                answer = await _credit(room, provider, key, connect_s)
            return _with_credit(answer)
    except TimeoutError:
        return KeyCheck(KeyOutcome.UNREACHABLE, f"no answer within {total_s:g} s")
    except LabError as error:
        words = error.message if key is None else error.message.replace(key.reveal(), MASKED)
        told = remove_key_formats(words)
        return KeyCheck(_outcome(error.kind), told)


async def _credit(
    room: HttpRoom, provider: Provider, key: Secret | None, connect_s: float
) -> Mapping[str, Any]:
    """Nothing where it is not told: a key that was taken is valid without it."""
    assert provider.credit_path is not None
    try:
        return await get_json(room, provider, key, provider.credit_path, connect_s=connect_s)
    except LabError:
        return {}


def _with_credit(answer: Mapping[str, Any]) -> KeyCheck:
    """OpenRouter tells what is left of a key's limit (null: no limit), DeepSeek a balance."""
    key = as_object(answer.get("data"))
    if (left := _amount(key.get("limit_remaining"))) is not None:
        return _valid(f"{left} USD of the key's limit", spent=left <= 0)
    balances = [as_object(one) for one in as_list(answer.get("balance_infos"))]
    amounts = [
        (_amount(one.get("total_balance")), as_text(one.get("currency"))) for one in balances
    ]
    told = ", ".join(f"{amount} {currency}" for amount, currency in amounts if amount is not None)
    return _valid(told or None, spent=answer.get("is_available") is False)


def _valid(credit: str | None, *, spent: bool) -> KeyCheck:
    return KeyCheck(KeyOutcome.NO_CREDIT if spent else KeyOutcome.VALID, credit=credit)


def _amount(value: object) -> Decimal | None:
    """DeepSeek sends amounts as texts; what is overdrawn counts as nothing."""
    if isinstance(value, str):
        try:
            value = Decimal(value)
        except ArithmeticError:
            return None
    if isinstance(value, int | Decimal) and value < 0:
        return Decimal(0)
    return as_money(value)


def _outcome(kind: ErrorKind) -> KeyOutcome:
    match kind:
        case ErrorKind.AUTH:
            return KeyOutcome.INVALID
        case ErrorKind.PERMISSION:
            return KeyOutcome.NO_PERMISSION
        case ErrorKind.QUOTA:
            return KeyOutcome.NO_CREDIT
        case ErrorKind.RATE_LIMIT:
            return KeyOutcome.RATE_LIMITED
        case _:
            return KeyOutcome.UNREACHABLE
