"""Recorded answers of real providers, whole and cut at random places."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.providers.answers import Told, random_cuts, stream, whole
from tui_lab.core.events import Failed, Finished
from tui_lab.core.usage import Usage
from tui_lab.providers.anthropic import AnthropicMessages
from tui_lab.providers.gemini import Gemini
from tui_lab.providers.ollama import OllamaNative
from tui_lab.providers.openai_chat import OpenAIChat
from tui_lab.providers.openai_responses import OpenAIResponses
from tui_lab.providers.wire import Dialect

DIALECTS: dict[str, Dialect] = {
    "openai-chat": OpenAIChat(),
    "openai-responses": OpenAIResponses(),
    "anthropic-messages": AnthropicMessages(),
    "gemini-generate": Gemini(),
    "gemini-json-array": Gemini(),
    "ollama-native": OllamaNative(),
}


def recordings() -> list[Any]:
    folder = os.environ.get("TUI_LAB_TEST_DATA")
    if not folder:
        reason = "TUI_LAB_TEST_DATA is not set: no recordings to test against"
        return [pytest.param({}, marks=pytest.mark.skip(reason=reason))]
    entries = json.loads((Path(folder) / "wire/manifest.json").read_text("utf-8"))["files"]
    return [
        pytest.param(entry, id=entry["file"].removeprefix("corpus/"))
        for entry in entries
        if entry["dialect"] in DIALECTS and entry["kind"] in ("stream", "nonstream")
    ]


def decode(entry: dict[str, Any], folder: Path, seed: int | None) -> Told:
    body = (folder / "wire" / entry["file"]).read_bytes()
    dialect = DIALECTS[entry["dialect"]]
    if entry["kind"] == "nonstream":
        return whole(dialect, body.decode("utf-8"))
    cuts = random_cuts(body, seed) if seed else ()
    return stream(dialect, body, cuts, as_json=entry["dialect"] == "gemini-json-array")


def our_usage(entry: dict[str, Any]) -> Usage:
    """The recorded counts by our convention: input with cached, output with reasoning tokens."""
    told = entry["expected_usage"]
    tokens_in, tokens_out = told["input_tokens"], told["output_tokens"]
    cached, written = told["cached_tokens"], told.get("cache_write_tokens")
    if entry["dialect"] == "anthropic-messages" and tokens_in is not None:
        tokens_in += (cached or 0) + (written or 0)
    if (entry["provider"], entry["dialect"]) == ("xai", "openai-chat"):
        tokens_out += told["reasoning_tokens"]
    if entry.get("expected_block_reason"):
        tokens_out = None  # nothing was told
    return Usage(tokens_in, tokens_out, cached, written, told["reasoning_tokens"])


def comparable(id_: str | None, name: str | None, arguments: str) -> tuple[Any, ...]:
    """A tool call; Gemini's arguments come as an object, whose order and spaces are nobody's."""
    with suppress(ValueError):
        return id_, name, json.loads(arguments)
    return id_, name, arguments


def assert_usage(told: Told, expected: Usage) -> None:
    reported = told.usage if told.reports else Usage()
    for name in ("input_tokens", "output_tokens"):
        assert getattr(reported, name) == getattr(expected, name), name
    # Some are told where nobody looked.
    for name in ("reasoning_tokens", "cached_tokens", "cache_write_tokens"):
        assert getattr(reported, name) == (getattr(expected, name) or getattr(reported, name)), name


@pytest.mark.parametrize("seed", [None, 1, 2, 3])
@pytest.mark.parametrize("entry", recordings())
def test_a_recorded_answer_is_read_right(
    entry: dict[str, Any], seed: int | None, shared_data: Path
) -> None:
    told = decode(entry, shared_data, seed)
    assert told.text == entry["expected_text"]
    assert (told.reasoning or None) == entry["expected_reasoning"]
    assert (told.refusal or None) == entry.get("expected_refusal")
    assert [comparable(*call) for call in told.calls] == [
        comparable(call["id"], call["name"], call["arguments"])
        for call in entry.get("expected_tool_calls") or ()
    ]
    assert_usage(told, our_usage(entry))
    assert isinstance(told.end, Failed if entry.get("expected_error") else Finished)
    reason = entry["expected_finish_reason"] or entry.get("expected_block_reason")
    if entry.get("expected_error"):  # which may come before the reason
        assert told.end.raw_reason in (reason, None)
        assert entry["expected_error"]["message"][:100] in told.error.message
    else:
        assert told.end.raw_reason == reason
        assert told.served_model or not entry.get("model")
    cost = entry["expected_usage"].get("cost")
    if cost is not None:
        assert told.billed is not None
        assert told.billed.usd is not None
        assert told.billed.usd == Decimal(str(cost))
