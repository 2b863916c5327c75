"""What happens in a run, one value for each thing that happens.

An adapter gives `Started`, any mix of deltas and usage reports, then exactly one of `Finished` or
`Failed`. The engine adds the rest. `core.fold` makes a record of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from tui_lab.core.cost import Cost
from tui_lab.core.errors import LabError
from tui_lab.core.messages import Message
from tui_lab.core.price import Price
from tui_lab.core.refs import ModelRef
from tui_lab.core.routing import Exclusion
from tui_lab.core.usage import Usage


class FinishReason(StrEnum):
    STOP = "stop"
    LENGTH = "length"
    TOOL_CALLS = "tool_calls"
    CONTENT_FILTER = "content_filter"
    REFUSAL = "refusal"


@dataclass(frozen=True, slots=True)
class Planned:
    """There are candidates, or a strategy looks for them: `route` as the record of the run has it.

    `{strategy, complexity, reasons, candidates, excluded}`, in plain JSON values.
    """

    route: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Routed:
    """An attempt begins: this model is asked now. Times of the attempt count from here.

    `price` is what the model charges, as it was known then; None where nobody knows. `messages` are
    those that are sent, where they are not the ones that the run began with (cut to fit).
    `simulated`: so is the model; None where nothing is said of that.
    """

    model: ModelRef
    attempt: int = 1
    reasons: tuple[str, ...] = ()
    price: Price | None = None
    messages: tuple[Message, ...] | None = None
    simulated: bool | None = None


@dataclass(frozen=True, slots=True)
class Started:
    """The provider accepted the request and its first event arrived.

    `rate_limits` holds what the headers tell, by normalised name: `requests_limit`,
    `requests_remaining`, `requests_reset_s`, and the same for `tokens`, and at Anthropic for
    `input_tokens` and `output_tokens`.
    """

    http_status: int
    served_model: str | None = None
    request_id: str | None = None
    connect_ms: float | None = None
    headers_ms: float | None = None
    rate_limits: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TextDelta:
    """A piece of the answer. `logprobs`: `{token, logprob, top: [{token, logprob}]}` a token."""

    text: str
    logprobs: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class ReasoningDelta:
    text: str


@dataclass(frozen=True, slots=True)
class RefusalDelta:
    text: str


@dataclass(frozen=True, slots=True)
class ToolCallDelta:
    """A piece of the tool call number `index`: id and name come once, arguments in pieces."""

    index: int
    id: str | None = None
    name: str | None = None
    arguments: str = ""


@dataclass(frozen=True, slots=True)
class UsageReport:
    """What the provider tells of tokens, and what it bills; the last value wins, per field."""

    usage: Usage
    billed: Cost | None = None


@dataclass(frozen=True, slots=True)
class Finished:
    """The stream is whole. `raw_reason` is the provider's word for why it ended."""

    reason: FinishReason | None = None
    raw_reason: str | None = None
    served_model: str | None = None


@dataclass(frozen=True, slots=True)
class Failed:
    """The run is over without a whole answer.

    `request_id` and `rate_limits` are what the provider told with it, as in `Started`;
    `raw_reason` is its word for why the answer ended, where it had said one already. `given_up`:
    it was asked and nobody waited any longer, so it may charge for what it never said. `for_good`:
    it says itself that asking it again is of no use.
    """

    error: LabError
    request_id: str | None = None
    rate_limits: Mapping[str, float] = field(default_factory=dict)
    raw_reason: str | None = None
    given_up: bool = False
    for_good: bool = False


@dataclass(frozen=True, slots=True)
class AttemptFailed:
    """This attempt failed; another follows, or the `Failed` of them all. The rest as there."""

    error: LabError
    request_id: str | None = None
    rate_limits: Mapping[str, float] = field(default_factory=dict)
    given_up: bool = False


@dataclass(frozen=True, slots=True)
class Waiting:
    """Nobody is asked for so long; `why` in words for people."""

    seconds: float
    why: str


@dataclass(frozen=True, slots=True)
class Note:
    """Something the person should know.

    `dropped` names a parameter that was not sent, `excluded` a candidate that is not asked.
    """

    text: str
    dropped: str | None = None
    excluded: Exclusion | None = None


@dataclass(frozen=True, slots=True)
class Recorded:
    """The run is on disk, whole; or `error` says why it is not."""

    error: LabError | None = None


Delta = TextDelta | ReasoningDelta | RefusalDelta
Event = (
    Planned
    | Routed
    | Started
    | TextDelta
    | ReasoningDelta
    | RefusalDelta
    | ToolCallDelta
    | UsageReport
    | Finished
    | Failed
    | AttemptFailed
    | Waiting
    | Note
    | Recorded
)


@dataclass(frozen=True, slots=True)
class Stamped:
    """An event and when it arrived, in milliseconds since its run began (monotonic).

    Several adjacent deltas merged into one keep both ends: `t_ms` is the first, `last_ms` the last
    arrival, `pieces` how many there were.
    """

    t_ms: float
    event: Event
    last_ms: float | None = None
    pieces: int = 1

    @property
    def until_ms(self) -> float:
        return self.t_ms if self.last_ms is None else self.last_ms
