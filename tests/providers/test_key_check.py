"""What providers say of a key, told apart."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from typing import Any

import pytest

from tests.providers.servers import JSON, Scripted, refusing
from tui_lab.core.handler import Handler
from tui_lab.core.keys import KeyCheck, KeyOutcome
from tui_lab.core.secret import Secret
from tui_lab.providers.catalogue import Provider, load_catalogue
from tui_lab.providers.http import HttpRoom
from tui_lab.providers.key_check import check_key

pytestmark = pytest.mark.anyio

KEY = Secret("sk-proj-0123456789abcdefghij")


def answering(status: int, body: Any) -> Scripted:
    text = body if isinstance(body, str) else json.dumps(body)
    return Scripted([text.encode()], status, JSON)


def row(provider: str = "openai") -> Provider:
    return replace(load_catalogue()[provider], base_url="http://provider.invalid/v1")


async def check(handler: Handler, provider: Provider | None = None, **limits: float) -> KeyCheck:
    room = HttpRoom({"provider.invalid": handler})
    try:
        return await check_key(room, provider or row(), KEY, **limits)
    finally:
        await room.aclose()


@pytest.mark.parametrize(
    ("provider", "status", "body", "outcome"),
    [
        ("openai", 200, {"data": []}, KeyOutcome.VALID),
        ("together", 200, [{"id": "m"}], KeyOutcome.VALID),
        ("openai", 401, {"error": {"code": "invalid_api_key"}}, KeyOutcome.INVALID),
        (
            "gemini",
            400,
            {"error": {"code": 400, "details": [{"reason": "API_KEY_INVALID"}]}},
            KeyOutcome.INVALID,
        ),
        (
            "xai",
            400,
            {"code": "invalid-argument", "error": "Incorrect API key provided: sk***"},
            KeyOutcome.INVALID,
        ),
        ("mistral", 401, {"detail": "Invalid API Key"}, KeyOutcome.INVALID),
        ("openai", 403, {"error": {"message": "no"}}, KeyOutcome.NO_PERMISSION),
        (
            "openai",
            401,
            {"error": {"message": "You have insufficient permissions for this operation."}},
            KeyOutcome.NO_PERMISSION,
        ),
        ("deepseek", 402, {"error": {"message": "Insufficient Balance"}}, KeyOutcome.NO_CREDIT),
        ("openai", 429, {"error": {"type": "insufficient_quota"}}, KeyOutcome.NO_CREDIT),
        ("openai", 429, {"error": {"code": "rate_limit_exceeded"}}, KeyOutcome.RATE_LIMITED),
        ("openai", 500, "oops", KeyOutcome.UNREACHABLE),
        ("openai", 404, "<html>not found", KeyOutcome.UNREACHABLE),
        ("openai", 302, "", KeyOutcome.UNREACHABLE),
        ("openai", 200, "<html>please log in to this network", KeyOutcome.UNREACHABLE),
    ],
)
async def test_each_outcome(provider: str, status: int, body: Any, outcome: KeyOutcome) -> None:
    assert (await check(answering(status, body), row(provider))).outcome is outcome


async def test_a_server_that_is_not_there_is_unreachable() -> None:
    gone = await check(refusing(ConnectionRefusedError()))
    assert gone.outcome is KeyOutcome.UNREACHABLE
    assert gone.detail


async def test_a_server_that_says_nothing_is_unreachable() -> None:
    async def silent(method: str, path: str, headers: Any, body: bytes) -> Any:
        await asyncio.sleep(60)

    assert "no answer within" in str((await check(silent, total_s=0.05)).detail)


@pytest.mark.parametrize(
    ("provider", "path", "header"),
    [
        ("openai", "/v1/models", "authorization"),
        ("anthropic", "/v1/models?limit=1", "x-api-key"),
        ("gemini", "/v1/models?pageSize=1", "x-goog-api-key"),
        ("openrouter", "/v1/key", "authorization"),
    ],
)
async def test_the_cheapest_call_that_needs_a_key(provider: str, path: str, header: str) -> None:
    handler = answering(200, {})
    await check(handler, row(provider))
    (request,) = handler.requests
    assert (request.method, request.path) == ("GET", path)
    assert KEY.reveal() in request.headers[header]
    assert KEY.reveal() not in request.path


@pytest.mark.parametrize(
    ("limit", "credit", "outcome"),
    [
        (4.2, "4.2 USD of the key's limit", KeyOutcome.VALID),
        (None, None, KeyOutcome.VALID),
        (0, "0 USD of the key's limit", KeyOutcome.NO_CREDIT),
        (-0.1, "0 USD of the key's limit", KeyOutcome.NO_CREDIT),
        ("much", None, KeyOutcome.VALID),
    ],
)
async def test_what_is_left_of_an_openrouter_keys_limit(
    limit: object, credit: str | None, outcome: KeyOutcome
) -> None:
    handler = answering(200, {"data": {"limit_remaining": limit}})
    assert await check(handler, row("openrouter")) == KeyCheck(outcome, None, credit)


@pytest.mark.parametrize(
    ("balance", "told"),
    [
        (
            {"is_available": True, "balance_infos": [{"currency": "USD", "total_balance": "4.20"}]},
            KeyCheck(KeyOutcome.VALID, credit="4.20 USD"),
        ),
        (
            {"is_available": False, "balance_infos": [{"currency": "CNY", "total_balance": "0"}]},
            KeyCheck(KeyOutcome.NO_CREDIT, credit="0 CNY"),
        ),
        ({}, KeyCheck(KeyOutcome.VALID)),
    ],
)
async def test_the_balance_at_deepseek(balance: object, told: KeyCheck) -> None:
    models, money = answering(200, {"data": []}), answering(200, balance)

    async def both(method: str, path: str, headers: Any, body: bytes) -> Any:
        asked = money if path.endswith("/user/balance") else models
        return await asked(method, path, headers, body)

    assert await check(both, row("deepseek")) == told
    assert len(models.requests) == len(money.requests) == 1


async def test_a_balance_that_is_not_told_makes_no_key_bad() -> None:
    async def only_models(method: str, path: str, headers: Any, body: bytes) -> Any:
        found = answering(200, {"data": []}) if path.endswith("/models") else answering(404, "")
        return await found(method, path, headers, body)

    assert await check(only_models, row("deepseek")) == KeyCheck(KeyOutcome.VALID)


async def test_a_provider_that_repeats_the_key_is_not_repeated() -> None:
    handler = answering(401, {"error": {"message": f"wrong: {KEY.reveal()}"}})
    assert KEY.reveal() not in str((await check(handler)).detail)
