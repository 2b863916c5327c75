"""Records and events as JSON: every field, there and back."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from tests.builders import MODEL, a_price, a_record, an_answer
from tui_lab.core.cost import billed
from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.core.event_json import event_type, stamped_from_json, stamped_to_json
from tui_lab.core.events import (
    AttemptFailed,
    Event,
    Failed,
    Finished,
    FinishReason,
    Note,
    ReasoningDelta,
    Recorded,
    RefusalDelta,
    Routed,
    Stamped,
    Started,
    TextDelta,
    ToolCallDelta,
    UsageReport,
    Waiting,
)
from tui_lab.core.fold import fold
from tui_lab.core.messages import DocumentPart, ImagePart, Message, TextPart
from tui_lab.core.parameters import Parameters
from tui_lab.core.price import NO_CHARGE
from tui_lab.core.record import RunRecord, TemplateUse
from tui_lab.core.record_json import record_from_json, record_to_json
from tui_lab.core.usage import Usage
from tui_lab.core.value_json import format_time, parse_time

ERROR = LabError(ErrorKind.RATE_LIMIT, "slow down", "wait", 429, 1.5, '{"error":1}')
EVENTS: list[Event] = [
    Routed(MODEL, 2, ("cheapest",), NO_CHARGE),
    Routed(MODEL, price=a_price()),
    Started(200, "m-1", "req", 1.0, 2.0, {"requests_remaining": 9.0}),
    TextDelta("a", ({"token": "a", "logprob": -0.1, "top": []},)),
    TextDelta("b"),
    ReasoningDelta("r"),
    RefusalDelta("no"),
    ToolCallDelta(0, "id", "name", "{}"),
    UsageReport(Usage(1, 2, 3, 4, 5, estimated=True), billed(Decimal("1E-9"))),
    UsageReport(Usage()),
    Finished(FinishReason.LENGTH, "max_tokens", "m-1"),
    Failed(ERROR, "req", {"tokens_remaining": 0}, "length"),
    Failed(ERROR),
    AttemptFailed(ERROR, "req", {"tokens_remaining": 0}),
    Waiting(3.5, "429"),
    Note("dropped", "seed"),
    Recorded(),
    Recorded(ERROR),
]


@pytest.mark.parametrize("event", EVENTS, ids=event_type)
def test_an_event_survives_json(event: Event) -> None:
    for stamped in (Stamped(1.5, event), Stamped(1.5, event, last_ms=9.0, pieces=3)):
        text = json.dumps(stamped_to_json(stamped))
        assert stamped_from_json(json.loads(text)) == stamped


def a_full_record() -> RunRecord:
    initial = a_record(
        messages=(Message.of("user", "hi"), Message.of("assistant", "ho"), Message.of("user", "x")),
        system="be kind",
        parameters=Parameters(temperature=0.5, stop=("a", "b"), reasoning="low", schema={"a": 1}),
        template=TemplateUse("t", 2, {"who": "me"}),
        parent_id="01JD0000000000000000000009",
        tags=("a", "b"),
        rating=4,
        note="good",
    )
    events = [event for event in EVENTS if not isinstance(event, Routed | Started | AttemptFailed)]
    return fold(initial, an_answer(*events))


def test_a_record_survives_json() -> None:
    record = a_full_record()
    assert record_from_json(json.loads(json.dumps(record_to_json(record)))) == record


def test_every_field_of_schema_1_is_always_present() -> None:
    for record in (a_record(), a_full_record()):
        data = record_to_json(record)
        assert list(data) == SCHEMA_1
        assert list(data["usage"]) == USAGE
        assert list(data["cost"]) == ["usd", "source", "price_date"]
        assert list(data["timing"]) == TIMING
        for attempt in data["attempts"]:
            assert list(attempt) == ATTEMPT


def test_money_keeps_every_digit_and_never_an_exponent() -> None:
    assert record_to_json(a_full_record())["cost"]["usd"] == "0.000000001"


def test_attachments_are_told_by_name_size_and_hash() -> None:
    parts = (TextPart("see"), ImagePart(data=b"abc", media_type="image/png", name="x.png"))
    linked = DocumentPart(url="https://example.org/a.pdf")
    data = record_to_json(a_record(messages=(Message("user", (*parts, linked)),)))
    image, document = data["attachments"]
    assert image == {
        "kind": "image",
        "name": "x.png",
        "media_type": "image/png",
        "bytes": 3,
        "sha256": "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        "url": None,
    }
    assert (document["kind"], document["url"]) == ("document", "https://example.org/a.pdf")


def test_times_are_utc_with_milliseconds() -> None:
    moment = datetime(2026, 11, 22, 1, 2, 3, 4999, tzinfo=timezone(timedelta(hours=2)))
    assert format_time(moment) == "2026-11-21T23:02:03.004Z"
    assert parse_time("2026-11-21T23:02:03.004Z").tzinfo is UTC


def test_an_unknown_event_is_refused() -> None:
    with pytest.raises(ValueError, match="no event is called"):
        stamped_from_json({"type": "surprise", "t_ms": 0})


SCHEMA_1 = (
    "schema id batch_id lane repeat parent_id created_at workspace source status finish_reason "
    "finish_reason_raw model answered_by provider served_model simulated prompt system messages "
    "parameters dropped_parameters attachments template text reasoning refusal tool_calls logprobs "
    "usage cost timing attempts route error tags rating note"
).split()
USAGE = (
    "input_tokens output_tokens total_tokens cached_tokens cache_write_tokens reasoning_tokens "
    "estimated"
).split()
TIMING = (
    "connect_ms headers_ms first_event_ms ttft_ms first_visible_ms last_ms latency_ms itl_ms "
    "tokens_per_second"
).split()
ATTEMPT = "n model status error http_status request_id usage cost timing rate_limits".split()
