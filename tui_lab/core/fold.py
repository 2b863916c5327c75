"""The one fold: what happened in a run, event by event, into its record.

The screen, the store, the command line, recovery after a crash and the tests all use it, so a run
cannot look different live, recorded or replayed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import reduce
from typing import Any, assert_never

from tui_lab.core.attachment_tokens import estimate_attachments
from tui_lab.core.cost import FREE, UNKNOWN, Cost, add_costs
from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.core.events import (
    AttemptFailed,
    Event,
    Failed,
    Finished,
    FinishReason,
    Note,
    Planned,
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
from tui_lab.core.price import cost_of
from tui_lab.core.record import Attempt, RunRecord, Status, ToolCall
from tui_lab.core.timing import Timing, inter_token_latency
from tui_lab.core.tokens import TokenEstimate, estimate_messages
from tui_lab.core.usage import Usage, add_usage

_BLOCKED = frozenset(
    {ErrorKind.POLICY, ErrorKind.BUDGET, ErrorKind.NO_ROUTE, ErrorKind.NO_KEY, ErrorKind.CONFIG}
)
_GIVEN_UP = (Status.CANCELLED, Status.INTERRUPTED)
_UNANSWERED = (Status.ERROR, Status.BLOCKED)
_BLOCKED_UNASKED = frozenset({ErrorKind.USAGE, ErrorKind.CONTEXT_OVERFLOW})


def fold(initial: RunRecord, events: Iterable[Stamped]) -> RunRecord:
    """The record after these events."""
    run = RunFold(initial)
    for stamped in events:
        run.apply(stamped)
    return run.record()


@dataclass(slots=True)
class _ToolCall:
    id: str | None = None
    name: str | None = None
    arguments: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Answer:
    """What one attempt has given so far. Appending is O(piece), whatever has come before."""

    routed: Routed
    sent_ms: float
    started: Started | None = None
    text: list[str] = field(default_factory=list)
    reasoning: list[str] = field(default_factory=list)
    refusal: list[str] = field(default_factory=list)
    logprobs: list[Mapping[str, Any]] = field(default_factory=list)
    tool_calls: dict[int, _ToolCall] = field(default_factory=dict)
    usage: Usage = field(default_factory=Usage)
    billed: Cost | None = None
    estimate: TokenEstimate = field(default_factory=TokenEstimate)
    reasoning_estimate: TokenEstimate = field(default_factory=TokenEstimate)
    first_event_ms: float | None = None
    ttft_ms: float | None = None
    first_visible_ms: float | None = None
    last_ms: float | None = None
    deltas: int = 0

    @property
    def answered(self) -> bool:
        return bool(self.deltas or self.refusal or self.tool_calls)


class RunFold:
    """A run as far as it has come. `apply` takes the next event, `record` gives the record now."""

    def __init__(self, initial: RunRecord) -> None:
        self._initial = initial
        self._attempts: list[Attempt] = list(initial.attempts)
        self._answer: _Answer | None = None
        self._end: Finished | Failed | None = None
        self._latency_ms: float | None = None
        self._dropped: list[tuple[str, str]] = list(initial.dropped_parameters)
        self._notes: list[str] = []
        self._waiting: Waiting | None = None
        self._input_estimate: int | None = None
        self._messages = initial.messages
        self._routed: Routed | None = None
        self._route = initial.route

    @property
    def initial(self) -> RunRecord:
        return self._initial

    def interrupt(self) -> None:
        """Nothing more will come, and nobody wanted that: process or terminal are gone."""
        self._initial = replace(self._initial, status=Status.INTERRUPTED)

    @property
    def ended(self) -> bool:
        return self._end is not None

    @property
    def notes(self) -> tuple[str, ...]:
        """What the person should know of this run, in order."""
        return tuple(self._notes)

    @property
    def waiting(self) -> Waiting | None:
        """The wait that the run is in, if it is in one."""
        return self._waiting

    def apply(self, stamped: Stamped) -> None:
        event: Event = stamped.event
        if not isinstance(event, Waiting | Note):
            self._waiting = None
        match event:
            case Planned(route):
                self._route = route
            case Routed():
                self._begin_attempt(event, stamped.t_ms)
            case Started():
                answer = self._the_answer
                answer.started = event
                answer.first_event_ms = _ms(stamped.t_ms - answer.sent_ms)
            case TextDelta() | ReasoningDelta():
                self._add_piece(event, stamped)
            case RefusalDelta(text):
                self._the_answer.refusal.append(text)
            case ToolCallDelta():
                call = self._the_answer.tool_calls.setdefault(event.index, _ToolCall())
                call.id = event.id or call.id
                call.name = event.name or call.name
                call.arguments.append(event.arguments)
            case UsageReport():
                answer = self._the_answer
                answer.usage = _last_value_wins(answer.usage, event.usage)
                answer.billed = event.billed or answer.billed
            case Finished() | Failed():
                if self._end is None:
                    self._end = event
                    self._latency_ms = _ms(stamped.t_ms)
            case AttemptFailed():
                self._attempts.append(self._attempt(event))
                self._answer = None
            case Waiting():
                self._waiting = event
            case Note():
                self._notes.append(event.text)
                if event.dropped is not None:
                    self._dropped.append((event.dropped, event.text))
                if event.excluded is not None and self._route is not None:
                    excluded = [*self._route["excluded"], event.excluded.to_json()]
                    self._route = {**self._route, "excluded": excluded}
            case Recorded():
                pass
            case _:
                assert_never(event)

    def record(self) -> RunRecord:
        """The record as of now; O(length of the answer)."""
        answer, end = self._answer, self._end
        attempts = list(self._attempts)
        changes: dict[str, Any] = {}
        if answer is not None:
            attempts.append(self._attempt(end if isinstance(end, Failed) else None))
            changes |= self._answer_fields(answer, attempts[-1])
        if isinstance(end, Finished):
            changes["finish_reason"] = end.reason
            changes["finish_reason_raw"] = end.raw_reason
        elif isinstance(end, Failed):
            changes["error"] = end.error
            changes["finish_reason_raw"] = end.raw_reason
        timing = changes.get("timing", Timing())
        return replace(
            self._initial,
            **changes
            | {
                "status": self._status(),
                "messages": self._messages,
                "parameters": self._initial.parameters.without(*dict(self._dropped)),
                "dropped_parameters": tuple(self._dropped),
                "attempts": tuple(attempts),
                "route": self._route,
                "usage": _sum_usage(attempts),
                "cost": self._sum_cost(attempts),
                "timing": replace(timing, latency_ms=self._latency_ms),
            },
        )

    @property
    def _the_answer(self) -> _Answer:
        if self._answer is None:
            raise ValueError("an event of an answer came before the run was routed")
        return self._answer

    def _begin_attempt(self, routed: Routed, sent_ms: float) -> None:
        """Another model is asked anew: what was left out or cut for the one before, is not now."""
        if self._routed is not None and self._routed.model != routed.model:
            self._dropped = list(self._initial.dropped_parameters)
            self._messages, self._input_estimate = self._initial.messages, None
        if routed.messages is not None:
            self._messages, self._input_estimate = routed.messages, None
        self._answer, self._routed = _Answer(routed, sent_ms), routed

    def _add_piece(self, event: TextDelta | ReasoningDelta, stamped: Stamped) -> None:
        answer = self._the_answer
        since, until = _ms(stamped.t_ms - answer.sent_ms), _ms(stamped.until_ms - answer.sent_ms)
        if isinstance(event, TextDelta):
            answer.text.append(event.text)
            answer.logprobs.extend(event.logprobs)
            answer.estimate.feed(event.text)
            if answer.first_visible_ms is None:
                answer.first_visible_ms = since
        else:
            answer.reasoning.append(event.text)
            answer.reasoning_estimate.feed(event.text)
        if answer.ttft_ms is None:
            answer.ttft_ms = since
        answer.last_ms = until
        answer.deltas += stamped.pieces

    def _status(self) -> Status:
        match self._end:
            case None:
                return self._initial.status
            case Finished(reason=FinishReason.REFUSAL | FinishReason.CONTENT_FILTER):
                return Status.REFUSED
            case Finished():
                declined = self._answer is not None and self._answer.refusal
                return Status.REFUSED if declined else Status.OK
            case Failed(error=error):
                asked = self._answer is not None or bool(self._attempts)
                return _failed_status(error) if asked else _unasked_status(error)

    def _answer_fields(self, answer: _Answer, attempt: Attempt) -> dict[str, Any]:
        answered = answer.answered or isinstance(self._end, Finished)
        served = answer.started.served_model if answer.started else None
        if isinstance(self._end, Finished):
            served = self._end.served_model or served
        calls = (answer.tool_calls[index] for index in sorted(answer.tool_calls))
        return {
            "provider": answer.routed.model.provider,
            "simulated": self._initial.simulated
            if answer.routed.simulated is None
            else answer.routed.simulated,
            "answered_by": str(answer.routed.model) if answered else None,
            "served_model": served,
            "text": "".join(answer.text),
            "reasoning": "".join(answer.reasoning) or None,
            "refusal": "".join(answer.refusal) or None,
            "tool_calls": tuple(
                ToolCall(call.id, call.name, "".join(call.arguments)) for call in calls
            ),
            "logprobs": tuple(answer.logprobs) or None,
            "timing": attempt.timing,
        }

    def _sum_cost(self, attempts: list[Attempt]) -> Cost:
        """The sum over the attempts; unknown before the first, nothing where there was none."""
        if not attempts:
            return UNKNOWN if self._end is None else FREE
        return reduce(add_costs, (attempt.cost for attempt in attempts))

    def _attempt(self, failed: Failed | AttemptFailed | None) -> Attempt:
        answer = self._the_answer
        started, error = answer.started, failed.error if failed else None
        told = started or failed
        status = _failed_status(error) if error is not None else self._status()
        given_up = status in _GIVEN_UP or (failed is not None and failed.given_up)
        usage = self._usage(answer, whole=isinstance(self._end, Finished), given_up=given_up)
        return Attempt(
            n=answer.routed.attempt,
            model=answer.routed.model,
            status=status,
            error=error,
            http_status=started.http_status if started else error.status if error else None,
            request_id=told.request_id if told else None,
            usage=usage,
            cost=_cost(answer, usage, refused=not given_up and status in _UNANSWERED),
            timing=Timing(
                connect_ms=started.connect_ms if started else None,
                headers_ms=started.headers_ms if started else None,
                first_event_ms=answer.first_event_ms,
                ttft_ms=answer.ttft_ms,
                first_visible_ms=answer.first_visible_ms,
                last_ms=answer.last_ms,
                itl_ms=inter_token_latency(
                    answer.ttft_ms,
                    answer.last_ms,
                    output_tokens=usage.output_tokens,
                    reasoning_tokens=usage.reasoning_tokens,
                    reasoning_streamed=bool(answer.reasoning),
                    deltas=answer.deltas,
                ),
            ),
            rate_limits=told.rate_limits if told else {},
        )

    def _usage(self, answer: _Answer, *, whole: bool, given_up: bool) -> Usage:
        """What was told, completed by our own estimate once an answer has begun.

        Until the end a provider's count of the output is old news (Anthropic begins with 1), so
        the larger of the two stands. What was given up may be charged for even where nothing has
        come of it, and nobody tells how much that is.
        """
        told = answer.usage
        if answer.started is None and not given_up:
            return told
        if self._input_estimate is None:
            words = estimate_messages(self._initial.system, self._messages)
            self._input_estimate = words + estimate_attachments(self._messages, vendor="")
        reasoned = answer.reasoning_estimate.tokens
        guess = answer.estimate.tokens + reasoned
        output, estimated = told.output_tokens, told.estimated or not whole
        reasoning = told.reasoning_tokens
        if output is None or (not whole and guess > output):
            output, estimated = guess, True
            if reasoning is None and answer.reasoning:
                reasoning = reasoned
        if told.input_tokens is None:
            estimated = True
        return replace(
            told,
            input_tokens=self._input_estimate if told.input_tokens is None else told.input_tokens,
            output_tokens=output,
            reasoning_tokens=reasoning,
            estimated=estimated,
        )


def _cost(answer: _Answer, usage: Usage, *, refused: bool) -> Cost:
    """The provider's own figure before that of a list; an error instead of an answer is free.

    Where an answer had begun, its prompt was read, though nothing of it has come.
    """
    price = answer.routed.price
    if answer.billed is not None and (answer.billed.usd or price is None or not price.free):
        return answer.billed
    if refused and not answer.answered and answer.started is None:
        return FREE
    return cost_of(price, usage)


def _failed_status(error: LabError) -> Status:
    if error.kind is ErrorKind.CANCELLED:
        return Status.CANCELLED
    if error.kind is ErrorKind.CONTENT_FILTER:
        return Status.REFUSED
    return Status.BLOCKED if error.kind in _BLOCKED else Status.ERROR


def _unasked_status(error: LabError) -> Status:
    """Where no call was made, it was a gate that found the fault."""
    return Status.BLOCKED if error.kind in _BLOCKED_UNASKED else _failed_status(error)


def _last_value_wins(before: Usage, now: Usage) -> Usage:
    def last(earlier: int | None, later: int | None) -> int | None:
        return earlier if later is None else later

    return Usage(
        input_tokens=last(before.input_tokens, now.input_tokens),
        output_tokens=last(before.output_tokens, now.output_tokens),
        cached_tokens=last(before.cached_tokens, now.cached_tokens),
        cache_write_tokens=last(before.cache_write_tokens, now.cache_write_tokens),
        reasoning_tokens=last(before.reasoning_tokens, now.reasoning_tokens),
    )


def _sum_usage(attempts: list[Attempt]) -> Usage:
    total = Usage()
    for attempt in attempts:
        total = add_usage(total, attempt.usage)
    return total


def _ms(value: float) -> float:
    """Milliseconds to the microsecond: finer would be noise."""
    return round(value, 3)
