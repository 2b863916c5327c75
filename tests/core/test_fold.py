"""The fold: events in, a record out."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from tests.builders import MODEL, a_price, a_record, an_answer, stamped
from tui_lab.core.cost import FREE, Cost, CostSource, add_costs, billed
from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.core.events import (
    AttemptFailed,
    Event,
    Failed,
    Finished,
    FinishReason,
    Note,
    ReasoningDelta,
    RefusalDelta,
    Routed,
    Stamped,
    Started,
    TextDelta,
    ToolCallDelta,
    UsageReport,
    Waiting,
)
from tui_lab.core.fold import RunFold, fold
from tui_lab.core.merging import append_merged
from tui_lab.core.messages import ImagePart, Message, TextPart
from tui_lab.core.price import NO_CHARGE
from tui_lab.core.record import Status, ToolCall
from tui_lab.core.refs import ModelRef
from tui_lab.core.usage import Usage

STOP = Finished(FinishReason.STOP, "stop")


def test_pieces_become_the_answer_in_their_order() -> None:
    record = fold(a_record(), an_answer(TextDelta("Hel"), TextDelta("lo"), STOP))
    assert record.text == "Hello"
    assert record.status is Status.OK
    assert record.finish_reason is FinishReason.STOP
    assert record.answered_by == str(MODEL)
    assert record.served_model == "echo-1"


def test_a_run_without_events_is_still_running() -> None:
    assert fold(a_record(), []).status is Status.RUNNING


def test_an_error_is_never_a_piece_of_the_answer() -> None:
    error = LabError(ErrorKind.SERVER, "overloaded", status=529)
    record = fold(a_record(), an_answer(TextDelta("Half"), Failed(error)))
    assert (record.text, record.status, record.error) == ("Half", Status.ERROR, error)
    assert record.finish_reason is None


def test_what_comes_after_the_end_changes_nothing() -> None:
    late = Failed(LabError(ErrorKind.NETWORK, "reset"))
    assert fold(a_record(), an_answer(TextDelta("x"), STOP, late)).status is Status.OK


@pytest.mark.parametrize(
    ("end", "status"),
    [
        (Finished(FinishReason.LENGTH), Status.OK),
        (Finished(FinishReason.TOOL_CALLS), Status.OK),
        (Finished(None), Status.OK),
        (Finished(FinishReason.REFUSAL), Status.REFUSED),
        (Finished(FinishReason.CONTENT_FILTER), Status.REFUSED),
        (Failed(LabError(ErrorKind.CONTENT_FILTER, "filtered")), Status.REFUSED),
        (Failed(LabError(ErrorKind.CANCELLED, "stopped")), Status.CANCELLED),
        (Failed(LabError(ErrorKind.TIMEOUT, "silence")), Status.ERROR),
        (Failed(LabError(ErrorKind.NO_KEY, "no key")), Status.BLOCKED),
        (Failed(LabError(ErrorKind.BUDGET, "spent")), Status.BLOCKED),
    ],
)
def test_the_status_follows_from_the_end(end: Event, status: Status) -> None:
    assert fold(a_record(), an_answer(end)).status is status


def test_a_refusal_that_ends_with_stop_is_a_refusal() -> None:
    record = fold(a_record(), an_answer(RefusalDelta("I can't "), RefusalDelta("do that."), STOP))
    assert (record.status, record.refusal) == (Status.REFUSED, "I can't do that.")


def test_tool_calls_are_put_together_by_index() -> None:
    record = fold(
        a_record(),
        an_answer(
            ToolCallDelta(1, "b", "two", "{}"),
            ToolCallDelta(0, "a", "one", '{"x"'),
            ToolCallDelta(0, arguments=":1}"),
            Finished(FinishReason.TOOL_CALLS),
        ),
    )
    assert record.tool_calls == (ToolCall("a", "one", '{"x":1}'), ToolCall("b", "two", "{}"))


def test_usage_is_told_per_field_and_the_last_value_wins() -> None:
    record = fold(
        a_record(),
        an_answer(
            UsageReport(Usage(input_tokens=9, output_tokens=1, cached_tokens=4)),
            TextDelta("Hello"),
            UsageReport(Usage(output_tokens=7)),
            STOP,
        ),
    )
    assert record.usage == Usage(input_tokens=9, output_tokens=7, cached_tokens=4)
    assert record.usage.total_tokens == 16


def test_tokens_that_no_one_told_are_estimated_and_marked() -> None:
    usage = fold(a_record(), an_answer(TextDelta("Hello there, my friend"), STOP)).usage
    assert usage.estimated
    assert usage.input_tokens
    assert usage.output_tokens


def test_reasoning_that_no_one_counted_is_estimated_only_where_the_output_is() -> None:
    reasoned = ReasoningDelta("let me think")
    told = UsageReport(Usage(input_tokens=5, output_tokens=9))
    assert fold(a_record(), an_answer(reasoned, told, STOP)).usage == told.usage
    usage = fold(a_record(), an_answer(reasoned, STOP)).usage
    assert usage.estimated
    assert usage.reasoning_tokens


def test_a_stopped_run_does_not_believe_the_count_of_its_first_event() -> None:
    cancelled = Failed(LabError(ErrorKind.CANCELLED, "stopped by you"))
    usage = fold(
        a_record(),
        an_answer(
            UsageReport(Usage(input_tokens=5, output_tokens=1)),
            TextDelta("a long answer that was well on its way when it was stopped"),
            cancelled,
        ),
    ).usage
    assert usage.output_tokens is not None
    assert usage.output_tokens > 5
    assert usage.estimated


def test_a_request_that_was_refused_has_no_tokens() -> None:
    refused = Failed(LabError(ErrorKind.RATE_LIMIT, "slow down", status=429))
    record = fold(a_record(), stamped(Routed(MODEL), refused))
    assert record.usage == Usage()
    assert record.attempts[0].http_status == 429
    assert record.answered_by is None


def test_times_count_from_the_sending_of_the_attempt() -> None:
    record = fold(
        a_record(),
        [
            Stamped(50.0, Routed(MODEL)),
            Stamped(150.0, Started(200, connect_ms=3.0, headers_ms=90.0)),
            Stamped(160.0, ReasoningDelta("hm")),
            Stamped(250.0, TextDelta("a")),
            Stamped(350.0, TextDelta("b")),
            Stamped(360.0, UsageReport(Usage(1, 5, reasoning_tokens=2))),
            Stamped(360.0, STOP),
        ],
    )
    timing = record.timing
    assert (timing.connect_ms, timing.headers_ms, timing.first_event_ms) == (3.0, 90.0, 100.0)
    assert (timing.ttft_ms, timing.first_visible_ms, timing.last_ms) == (110.0, 200.0, 300.0)
    assert timing.latency_ms == 360.0
    assert timing.itl_ms == pytest.approx((300 - 110) / 4)
    assert timing.tokens_per_second == pytest.approx(4000 / 190)


def test_hidden_reasoning_does_not_count_as_streamed() -> None:
    record = fold(
        a_record(),
        an_answer(
            TextDelta("a"),
            TextDelta("b"),
            UsageReport(Usage(1, 103, reasoning_tokens=100)),
            STOP,
        ),
    )
    assert record.timing.itl_ms == pytest.approx(100 / 2)


def test_an_answer_in_one_piece_has_no_speed() -> None:
    record = fold(a_record(), an_answer(TextDelta("all"), UsageReport(Usage(1, 50)), STOP))
    assert record.timing.itl_ms is None
    assert record.timing.tokens_per_second is None


def test_cost_is_free_or_billed_or_unknown() -> None:
    bill = UsageReport(Usage(1, 1), billed(Decimal("0.0076509169000000005")))
    assert fold(a_record(), an_answer(STOP, price=NO_CHARGE)).cost == FREE
    assert fold(a_record(), an_answer(bill, STOP)).cost.usd == Decimal("0.0076509169000000005")
    assert fold(a_record(), an_answer(STOP)).cost.source is CostSource.UNKNOWN


def test_a_price_of_a_list_makes_the_cost_while_it_streams_and_when_it_is_over() -> None:
    run = RunFold(a_record())
    for event in an_answer(TextDelta("Hello there"), price=a_price()):
        run.apply(event)
    live = run.record()
    assert live.usage.estimated
    assert live.cost.usd
    run.apply(Stamped(400, UsageReport(Usage(1000, 100, cached_tokens=500))))
    run.apply(Stamped(400, STOP))
    settled = run.record()
    assert not settled.usage.estimated
    assert settled.cost == Cost(Decimal("0.0019"), CostSource.TABLE, "2026-11-10")


def test_the_providers_own_bill_wins_over_the_list() -> None:
    bill = UsageReport(Usage(1000, 100), billed(Decimal("0.5")))
    assert fold(a_record(), an_answer(bill, STOP, price=a_price())).cost == billed(Decimal("0.5"))
    nothing = UsageReport(Usage(1000, 100), billed(Decimal(0)))
    assert fold(a_record(), an_answer(nothing, STOP, price=NO_CHARGE)).cost == FREE
    assert fold(a_record(), an_answer(bill, STOP, price=NO_CHARGE)).cost.usd == Decimal("0.5")


def test_an_error_instead_of_an_answer_costs_nothing() -> None:
    busy = LabError(ErrorKind.RATE_LIMIT, "slow down", status=429)
    refused = fold(a_record(), stamped(Routed(MODEL), Failed(busy)))
    assert refused.cost == FREE
    usage = UsageReport(Usage(1000, 100))
    again = stamped(
        Routed(MODEL), AttemptFailed(busy), Routed(MODEL, 2, price=a_price()), Started(200), usage
    )
    assert fold(a_record(), [*again, Stamped(500, STOP)]).cost.usd == Decimal("0.0028")


@pytest.mark.parametrize("pieces", [[], [TextDelta("Half an answer")]])
def test_an_answer_that_breaks_off_is_paid_for(pieces: list[Event]) -> None:
    error = Failed(LabError(ErrorKind.NETWORK, "reset"))
    record = fold(a_record(), an_answer(*pieces, error, price=a_price()))
    assert record.cost.usd
    assert record.usage.estimated


@pytest.mark.parametrize("events", [[], [Started(200)], [Started(200), UsageReport(Usage(9, 1))]])
def test_what_was_given_up_costs_what_is_estimated(events: list[Event]) -> None:
    stopped = Failed(LabError(ErrorKind.CANCELLED, "stopped by you"))
    record = fold(a_record(), stamped(Routed(MODEL, price=a_price()), *events, stopped))
    assert record.cost.usd
    assert record.usage.estimated
    died = fold(
        replace(a_record(), status=Status.INTERRUPTED),
        stamped(Routed(MODEL, price=a_price()), *events),
    )
    assert (died.status, died.cost) == (Status.INTERRUPTED, record.cost)


def test_what_was_told_of_an_answer_that_breaks_off_is_no_final_count() -> None:
    error = Failed(LabError(ErrorKind.NETWORK, "reset"))
    told = UsageReport(Usage(1000, 1))
    assert fold(a_record(), an_answer(told, error)).usage == Usage(1000, 1, estimated=True)
    assert not fold(a_record(), an_answer(told, STOP)).usage.estimated


def test_what_is_attached_counts_in_an_estimate() -> None:
    stopped = Failed(LabError(ErrorKind.CANCELLED, "stopped by you"))
    shown = Message("user", (TextPart("see"), ImagePart(url="https://example.org/x.png")))
    plain, with_image = (
        fold(a_record(messages=messages), stamped(Routed(MODEL), stopped)).usage.input_tokens
        for messages in ((Message.of("user", "see"),), (shown,))
    )
    assert plain is not None
    assert with_image is not None
    assert with_image > plain + 100


def test_a_run_that_no_gate_let_through_costs_nothing() -> None:
    assert fold(a_record(), stamped(Failed(LabError(ErrorKind.NO_KEY, "no key")))).cost == FREE


def test_a_sum_of_a_bill_and_a_lists_figure_is_no_bill() -> None:
    listed = Cost(Decimal(1), CostSource.TABLE, "2026-11-10")
    for both in (add_costs(listed, billed(Decimal(2))), add_costs(billed(Decimal(2)), listed)):
        assert both == Cost(Decimal(3), CostSource.TABLE, "2026-11-10")


def test_a_failed_attempt_leaves_the_answer_to_the_next_one() -> None:
    other = ModelRef("together", "llama")
    error = LabError(ErrorKind.RATE_LIMIT, "slow down", status=429)
    record = fold(
        a_record(),
        stamped(
            Routed(MODEL),
            AttemptFailed(error, "req-1", {"requests_remaining": 0}),
            Waiting(0.3, "429"),
            Routed(other, attempt=2),
            Started(200),
            TextDelta("Hi"),
            UsageReport(Usage(1, 1), billed(Decimal("0.01"))),
            STOP,
        ),
    )
    assert [attempt.status for attempt in record.attempts] == [Status.ERROR, Status.OK]
    assert record.attempts[0].request_id == "req-1"
    assert record.attempts[0].rate_limits == {"requests_remaining": 0}
    assert (record.answered_by, record.provider) == ("together/llama", "together")
    assert record.cost.usd == Decimal("0.01")
    assert record.timing.ttft_ms == 200.0


def test_a_failure_keeps_the_word_with_which_the_answer_had_ended() -> None:
    error = LabError(ErrorKind.SERVER, "no capacity")
    record = fold(a_record(), an_answer(TextDelta("Hi"), Failed(error, raw_reason="length")))
    assert (record.status, record.finish_reason) == (Status.ERROR, None)
    assert record.finish_reason_raw == "length"


def test_a_wait_lasts_until_the_next_event() -> None:
    run = RunFold(a_record())
    run.apply(Stamped(0, Waiting(3, "rate limit")))
    run.apply(Stamped(1, Note("still here")))
    assert run.waiting == Waiting(3, "rate limit")
    run.apply(Stamped(2, Routed(MODEL)))
    assert run.waiting is None


def test_a_dropped_parameter_is_noted_and_recorded() -> None:
    record = fold(a_record(), an_answer(Note("seed is not known there", dropped="seed"), STOP))
    assert record.dropped_parameters == (("seed", "seed is not known there"),)


def test_merged_deltas_fold_to_the_same_record() -> None:
    events = an_answer(
        ReasoningDelta("h"), ReasoningDelta("m"), TextDelta("a"), TextDelta("b"), STOP
    )
    merged: list[Stamped] = []
    for one in events:
        append_merged(merged, one)
    assert len(merged) < len(events)
    assert fold(a_record(), merged) == fold(a_record(), events)


def test_an_answer_before_any_attempt_is_a_defect() -> None:
    with pytest.raises(ValueError, match="before the run was routed"):
        fold(a_record(), stamped(TextDelta("x")))
