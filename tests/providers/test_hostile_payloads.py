"""Whatever a server sends, a decoder gives events or a `LabError`, and valid Unicode."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_lab.core.errors import LabError
from tui_lab.core.event_json import stamped_to_json
from tui_lab.core.events import Stamped
from tui_lab.providers.dialects import DIALECT_IDS, dialect
from tui_lab.providers.payload import parse_object
from tui_lab.providers.wire import Dialect, Frame

DIALECTS = [dialect(dialect_id) for dialect_id in DIALECT_IDS]

# The dialects' own words, so that nonsense reaches the places where something is looked for.
WORDS = """
    choices delta message content text thinking reasoning reasoning_details tool_calls function
    function_call arguments id index name usage prompt_tokens completion_tokens total_tokens cost
    total_cost is_byok cost_details x_groq logprobs top_logprobs token logprob finish_reason error
    type event object model code metadata raw details content_block content_block_start
    content_block_delta message_start message_delta message_stop input partial_json tool_use
    text_delta thinking_delta input_json_delta stop_reason stop_details explanation input_tokens
    output_tokens cache_read_input_tokens stop response response.created response.completed
    response.failed response.output_text.delta response.refusal.delta response.output_item.added
    response.output_item.done response.function_call_arguments.delta output item item_id
    output_index function_call call_id output_text refusal reasoning summary status
    incomplete_details input_tokens_details candidates parts functionCall args thought inlineData
    mimeType finishReason finishMessage promptFeedback blockReason blockReasonMessage usageMetadata
    promptTokenCount thoughtsTokenCount modelVersion responseId logprobsResult chosenCandidates
    topCandidates logProbability done done_reason prompt_eval_count eval_count
""".split()

texts = st.sampled_from(WORDS) | st.text(st.characters() | st.characters(categories=["Cs"]))
scalars = st.none() | st.booleans() | st.integers() | st.floats() | texts
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=20,
)


def decode(dialect: Dialect, payloads: list[str], event: str) -> None:
    decoder, unstreamed = dialect.decoder(), dialect.decoder()
    events = []
    with suppress(LabError):
        for payload in payloads:
            events += decoder.frame(Frame(payload, event))
    with suppress(LabError):
        events += unstreamed.whole(parse_object("".join(payloads[:1])))
    events += [decoder.end(), unstreamed.end()]
    for told in events:
        json.dumps(stamped_to_json(Stamped(0.0, told)), ensure_ascii=False).encode("utf-8")


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda dialect: dialect.id)
@given(payloads=st.lists(values, max_size=3), event=st.sampled_from(["message", "error"]))
def test_any_json_value_is_read_or_refused(
    dialect: Dialect, payloads: list[Any], event: str
) -> None:
    decode(dialect, [json.dumps(payload) for payload in payloads], event)


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda dialect: dialect.id)
@given(st.text())
def test_any_text_is_read_or_refused(dialect: Dialect, text: str) -> None:
    decode(dialect, [text], "message")


@pytest.mark.parametrize("depth", [50, 300, 500, 900, 990, 2000, 100_000])
@pytest.mark.parametrize(
    "form",
    [
        '{{"error": {}}}',
        '{{"error": {{"message": {}}}}}',
        '{{"choices": [{{"delta": {{"tool_calls": [{{"function": {{"arguments": {}}}}}]}}}}]}}',
        '{{"type": "content_block_start", "content_block": {{"type": "tool_use", "input": {}}}}}',
        '{{"output": [{{"type": "function_call", "arguments": {}}}]}}',
        '{{"candidates": [{{"content": {{"parts": [{{"functionCall": {{"args": {}}}}}]}}}}]}}',
        '{{"message": {{"tool_calls": [{{"function": {{"arguments": {}}}}}]}}}}',
    ],
)
@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda dialect: dialect.id)
def test_deep_nesting_breaks_nothing(dialect: Dialect, form: str, depth: int) -> None:
    nested = '{"message":' * depth + '"x"' + "}" * depth
    decode(dialect, [form.format(nested)], "message")
