"""The one fold: what happened in a run, event by event, into its record.

The screen, the store, the command line, recovery after a crash and the tests all use it, so a run
cannot look different live, recorded or replayed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
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
from tui_lab.core.partial_answer import PartialAnswer, to_microseconds
from tui_lab.core.record import Attempt, RunRecord, Status
from tui_lab.core.timing import Timing
from tui_lab.core.tokens import estimate_messages
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


class RunFold:
    """A run as far as it has come. `apply` takes the next event, `record` gives the record now."""

    def __init__(self, initial: RunRecord) -> None:
        self._initial = initial
        self._attempts: list[Attempt] = list(initial.attempts)
        self._answer: PartialAnswer | None = None
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
                self._the_answer.start(event, stamped.t_ms)
            case TextDelta() | ReasoningDelta():
                self._the_answer.add(event, stamped)
            case RefusalDelta(text):
                self._the_answer.refusal.append(text)
            case ToolCallDelta():
                self._the_answer.add_tool_call(event)
            case UsageReport():
                self._the_answer.report(event)
            case Finished() | Failed():
                if self._end is None:
                    self._end = event
                    self._latency_ms = to_microseconds(stamped.t_ms)
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
    def _the_answer(self) -> PartialAnswer:
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
        self._answer, self._routed = PartialAnswer(routed, sent_ms), routed

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

    def _answer_fields(self, answer: PartialAnswer, attempt: Attempt) -> dict[str, Any]:
        answered = answer.answered or isinstance(self._end, Finished)
        served = answer.started.served_model if answer.started else None
        if isinstance(self._end, Finished):
            served = self._end.served_model or served
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
            "tool_calls": answer.whole_tool_calls(),
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
        usage = answer.usage(
            self._input_tokens, whole=isinstance(self._end, Finished), given_up=given_up
        )
        return Attempt(
            n=answer.routed.attempt,
            model=answer.routed.model,
            status=status,
            error=error,
            http_status=started.http_status if started else error.status if error else None,
            request_id=told.request_id if told else None,
            usage=usage,
            cost=answer.cost(usage, refused=not given_up and status in _UNANSWERED),
            timing=answer.timing(usage),
            rate_limits=told.rate_limits if told else {},
        )

    def _input_tokens(self) -> int:
        """Our own estimate of what was sent."""
        if self._input_estimate is None:
            words = estimate_messages(self._initial.system, self._messages)
            self._input_estimate = words + estimate_attachments(self._messages, vendor="")
        return self._input_estimate


def _failed_status(error: LabError) -> Status:
    if error.kind is ErrorKind.CANCELLED:
        return Status.CANCELLED
    if error.kind is ErrorKind.CONTENT_FILTER:
        return Status.REFUSED
    return Status.BLOCKED if error.kind in _BLOCKED else Status.ERROR


def _unasked_status(error: LabError) -> Status:
    """Where no call was made, it was a gate that found the fault."""
    return Status.BLOCKED if error.kind in _BLOCKED_UNASKED else _failed_status(error)


def _sum_usage(attempts: list[Attempt]) -> Usage:
    total = Usage()
    for attempt in attempts:
        total = add_usage(total, attempt.usage)
    return total
