"""What one attempt has given so far: its pieces, and what follows for tokens, cost and time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from tui_lab.core.cost import FREE, Cost
from tui_lab.core.events import (
    ReasoningDelta,
    Routed,
    Stamped,
    Started,
    TextDelta,
    ToolCallDelta,
    UsageReport,
)
from tui_lab.core.price import cost_of
from tui_lab.core.record import ToolCall
from tui_lab.core.timing import Timing, inter_token_latency
from tui_lab.core.tokens import TokenEstimate
from tui_lab.core.usage import Usage


@dataclass(slots=True)
class _PartialToolCall:
    id: str | None = None
    name: str | None = None
    arguments: list[str] = field(default_factory=list)


@dataclass(slots=True)
class PartialAnswer:
    """An answer as far as it has come; times are milliseconds since the attempt was `sent_ms`.

    Adding to it is O(piece), whatever has come before.
    """

    routed: Routed
    sent_ms: float
    started: Started | None = None
    text: list[str] = field(default_factory=list)
    reasoning: list[str] = field(default_factory=list)
    refusal: list[str] = field(default_factory=list)
    logprobs: list[Mapping[str, Any]] = field(default_factory=list)
    _tool_calls: dict[int, _PartialToolCall] = field(default_factory=dict)
    _told: Usage = field(default_factory=Usage)
    _billed: Cost | None = None
    _text_estimate: TokenEstimate = field(default_factory=TokenEstimate)
    _reasoning_estimate: TokenEstimate = field(default_factory=TokenEstimate)
    _first_event_ms: float | None = None
    _ttft_ms: float | None = None
    _first_visible_ms: float | None = None
    _last_ms: float | None = None
    _deltas: int = 0

    @property
    def answered(self) -> bool:
        return bool(self._deltas or self.refusal or self._tool_calls)

    def start(self, started: Started, t_ms: float) -> None:
        self.started = started
        self._first_event_ms = to_microseconds(t_ms - self.sent_ms)

    def add(self, event: TextDelta | ReasoningDelta, stamped: Stamped) -> None:
        since = to_microseconds(stamped.t_ms - self.sent_ms)
        if isinstance(event, TextDelta):
            self.text.append(event.text)
            self.logprobs.extend(event.logprobs)
            self._text_estimate.feed(event.text)
            if self._first_visible_ms is None:
                self._first_visible_ms = since
        else:
            self.reasoning.append(event.text)
            self._reasoning_estimate.feed(event.text)
        if self._ttft_ms is None:
            self._ttft_ms = since
        self._last_ms = to_microseconds(stamped.until_ms - self.sent_ms)
        self._deltas += stamped.pieces

    def add_tool_call(self, event: ToolCallDelta) -> None:
        call = self._tool_calls.setdefault(event.index, _PartialToolCall())
        call.id = event.id or call.id
        call.name = event.name or call.name
        call.arguments.append(event.arguments)

    def report(self, event: UsageReport) -> None:
        self._told = _last_value_wins(self._told, event.usage)
        self._billed = event.billed or self._billed

    def whole_tool_calls(self) -> tuple[ToolCall, ...]:
        calls = (self._tool_calls[index] for index in sorted(self._tool_calls))
        return tuple(ToolCall(call.id, call.name, "".join(call.arguments)) for call in calls)

    def usage(self, input_tokens: Callable[[], int], *, whole: bool, given_up: bool) -> Usage:
        """What was told, completed by our own estimate once an answer has begun.

        Until the end a provider's count of the output is old news (Anthropic begins with 1), so
        the larger of the two stands. What was given up may be charged for even where nothing has
        come of it, and nobody tells how much that is.
        """
        told = self._told
        if self.started is None and not given_up:
            return told
        reasoned = self._reasoning_estimate.tokens
        guess = self._text_estimate.tokens + reasoned
        output, estimated = told.output_tokens, told.estimated or not whole
        reasoning = told.reasoning_tokens
        if output is None or (not whole and guess > output):
            output, estimated = guess, True
            if reasoning is None and self.reasoning:
                reasoning = reasoned
        if told.input_tokens is None:
            estimated = True
        return replace(
            told,
            input_tokens=input_tokens() if told.input_tokens is None else told.input_tokens,
            output_tokens=output,
            reasoning_tokens=reasoning,
            estimated=estimated,
        )

    def cost(self, usage: Usage, *, refused: bool) -> Cost:
        """The provider's own figure before that of a list; an error instead of an answer is free.

        Where an answer had begun, its prompt was read, though nothing of it has come.
        """
        price, billed = self.routed.price, self._billed
        if billed is not None and (billed.usd or price is None or not price.free):
            return billed
        if refused and not self.answered and self.started is None:
            return FREE
        return cost_of(price, usage)

    def timing(self, usage: Usage) -> Timing:
        started = self.started
        return Timing(
            connect_ms=started.connect_ms if started else None,
            headers_ms=started.headers_ms if started else None,
            first_event_ms=self._first_event_ms,
            ttft_ms=self._ttft_ms,
            first_visible_ms=self._first_visible_ms,
            last_ms=self._last_ms,
            itl_ms=inter_token_latency(
                self._ttft_ms,
                self._last_ms,
                output_tokens=usage.output_tokens,
                reasoning_tokens=usage.reasoning_tokens,
                reasoning_streamed=bool(self.reasoning),
                deltas=self._deltas,
            ),
        )


def to_microseconds(milliseconds: float) -> float:
    """Milliseconds to the microsecond: finer would be noise."""
    return round(milliseconds, 3)


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
