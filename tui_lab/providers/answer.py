"""What every decoder of a JSON dialect keeps of one answer, and how an answer ends."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any

from tui_lab.core.cost import Cost
from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.core.events import (
    Event,
    Failed,
    Finished,
    FinishReason,
    ReasoningDelta,
    RefusalDelta,
    TextDelta,
    ToolCallDelta,
    UsageReport,
)
from tui_lab.core.usage import Usage
from tui_lab.providers.errors import classify_payload
from tui_lab.providers.logprobs import Logprobs
from tui_lab.providers.payload import as_text, parse_object
from tui_lab.providers.unicode_text import SurrogateJoiner, valid_text
from tui_lab.providers.wire import Frame

_DONE = "[DONE]"

_WORDS = {
    FinishReason.STOP: "stop eos end_turn stop_sequence completed",
    FinishReason.LENGTH: "length max_tokens max_output_tokens incomplete "
    "model_context_window_exceeded",
    FinishReason.TOOL_CALLS: "tool_calls function_call tool_use",
    FinishReason.CONTENT_FILTER: "content_filter safety recitation language blocklist spii "
    "prohibited_content model_armor image_safety image_prohibited_content image_recitation",
    FinishReason.REFUSAL: "refusal",
}
"""What providers call the ends of an answer; Gemini writes its words in capitals."""
_REASONS = {word: reason for reason, words in _WORDS.items() for word in words.split()}

_BROKEN = "the provider ended the answer with an error"
_MALFORMED = "the model's answer or tool call was malformed"
_UNTOLD = "the model stopped before its end, and the provider does not say why"
_FAILURES = {
    "error": _BROKEN,  # OpenRouter
    "failed": _BROKEN,  # Responses, as the next
    "cancelled": "the provider cancelled the answer",
    "insufficient_system_resource": "the provider ran out of capacity during the answer",
    "malformed_response": _MALFORMED,  # Gemini, as all that follow
    "malformed_function_call": _MALFORMED,
    "unexpected_tool_call": _MALFORMED,
    "too_many_tool_calls": _MALFORMED,
    "missing_thought_signature": _MALFORMED,
    "other": _UNTOLD,
    "finish_reason_unspecified": _UNTOLD,
    "image_other": _UNTOLD,
    "no_image": _UNTOLD,
}
"""Finish reasons that are no finish: words for a broken answer."""

_Channel = type[TextDelta] | type[ReasoningDelta] | type[RefusalDelta] | int
"""What a piece of text belongs to: a number is that of a tool call."""


class JsonAnswer(ABC):
    """An `AnswerDecoder` without the words of its dialect: `read` brings those.

    `text`, `reasoning`, `refusal` and `tool_call` make events of pieces, whose text is valid
    Unicode; `report`, `serve`, `identify`, `finish_reason`, `stop` and `fail` take down the rest.
    """

    def __init__(self) -> None:
        self.served_model: str | None = None
        self.response_id: str | None = None
        self.done = False
        self._raw_reason: str | None = None
        self._reason: FinishReason | None = None
        self._failure: Failed | None = None
        self._reported = UsageReport(Usage())
        self._joiners: dict[_Channel, SurrogateJoiner] = {}

    @abstractmethod
    def read(self, payload: Mapping[str, Any]) -> list[Event]:
        """The events in one object of the stream, or in a whole answer; errors apart."""

    @property
    def complete(self) -> bool:
        return self.done or self._raw_reason is not None

    def frame(self, frame: Frame) -> list[Event]:
        if self.done or self._failure is not None:
            return []
        if frame.data.strip() == _DONE:
            return self.stop()
        try:
            payload = parse_object(frame.data)
        except LabError:
            if frame.event != "error":
                raise
            return self.fail(classify_payload(frame.data))  # in words alone
        return self._take(payload, frame.event)

    def whole(self, body: Mapping[str, Any]) -> list[Event]:
        events = self._take(body, "message")
        if self._failure is not None:
            return events
        if not events and not self.complete:
            raise LabError(
                ErrorKind.PROTOCOL,
                "the provider's reply holds no answer",
                "check the provider's base URL and dialect",
            )
        return events + self.stop()

    def end(self) -> Finished | Failed:
        if self._failure is not None:
            return self._failure
        if not self.complete:
            return Failed(_cut_off())
        failure = _FAILURES.get((self._raw_reason or "").lower())
        if failure and self._reason is None:  # a blocked prompt may be told as "other" too
            error = LabError(ErrorKind.SERVER, failure, "run it again in a while")
            return Failed(error, raw_reason=self._raw_reason)
        return Finished(self._reason, self._raw_reason, self.served_model)

    def text(self, piece: str, logprobs: Logprobs = ()) -> list[Event]:
        """A piece of the answer; log probabilities count even where a token shows no text."""
        joined = self._join(TextDelta, piece)
        return [TextDelta(joined, logprobs)] if joined or logprobs else []

    def reasoning(self, piece: str) -> list[Event]:
        joined = self._join(ReasoningDelta, piece)
        return [ReasoningDelta(joined)] if joined else []

    def refusal(self, piece: str) -> list[Event]:
        joined = self._join(RefusalDelta, piece)
        return [RefusalDelta(joined)] if joined else []

    def tool_call(
        self, number: int, call_id: object = None, name: object = None, arguments: str = ""
    ) -> list[Event]:
        """A piece of a tool call: its id and name are taken as the provider sent them, or not."""
        delta = ToolCallDelta(
            number,
            valid_text(as_text(call_id)) or None,
            valid_text(as_text(name)) or None,
            self._join(number, arguments),
        )
        return [delta] if delta != ToolCallDelta(number) else []

    def report(self, usage: Usage, billed: Cost | None = None) -> list[Event]:
        """A report of what was told, unless that is nothing, or nothing new."""
        report = UsageReport(usage, billed)
        if report in (self._reported, UsageReport(Usage())):
            return []
        self._reported = report
        return [report]

    def serve(self, model: object) -> None:
        """The provider's name for the model, if this is one."""
        self.served_model = valid_text(as_text(model)) or self.served_model

    def identify(self, response_id: object) -> None:
        """The provider's name for this answer, if this is one."""
        self.response_id = valid_text(as_text(response_id)) or self.response_id

    def finish_reason(self, told: object, reason: FinishReason | None = None) -> list[Event]:
        """Why the answer ended, if this tells it: the last one told stands.

        `reason` is what it means here, where the provider's word alone does not say that.
        """
        raw = valid_text(as_text(told))
        if not raw:
            return []
        self._raw_reason, self._reason = raw, reason or _REASONS.get(raw.lower())
        return self._flush()

    def stop(self) -> list[Event]:
        """The dialect's terminator."""
        self.done = True
        return self._flush()

    def fail(self, error: LabError) -> list[Event]:
        """An error inside the answer: it outweighs any finish."""
        self._failure = Failed(error, raw_reason=self._raw_reason)
        return [*self._flush(), self._failure]

    def _take(self, payload: Mapping[str, Any], event: str) -> list[Event]:
        events = self.read(payload)
        if payload.get("error") or "error" in (event, payload.get("type"), payload.get("object")):
            events += self.fail(classify_payload(payload))
        return events

    def _join(self, channel: _Channel, piece: str) -> str:
        if channel not in self._joiners:
            self._joiners[channel] = SurrogateJoiner()
        return self._joiners[channel].feed(piece)

    def _flush(self) -> list[Event]:
        rests = [(channel, joiner.flush()) for channel, joiner in self._joiners.items()]
        return [_delta(channel, rest) for channel, rest in rests if rest]


def _delta(channel: _Channel, text: str) -> Event:
    return ToolCallDelta(channel, arguments=text) if isinstance(channel, int) else channel(text)


def _cut_off() -> LabError:
    return LabError(
        ErrorKind.PROTOCOL,
        "the answer was cut off before its end",
        "the provider or the network broke it off",
    )
