"""The record of a run, schema 1: one value for screen, store, command line and export."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from tui_lab.core.cost import UNKNOWN, Cost
from tui_lab.core.errors import LabError
from tui_lab.core.events import FinishReason
from tui_lab.core.messages import Message
from tui_lab.core.parameters import Parameters
from tui_lab.core.refs import ModelRef
from tui_lab.core.timing import Timing
from tui_lab.core.usage import Usage

SCHEMA = 1


class Status(StrEnum):
    RUNNING = "running"
    OK = "ok"
    REFUSED = "refused"
    BLOCKED = "blocked"
    ERROR = "error"
    CANCELLED = "cancelled"
    INTERRUPTED = "interrupted"


class Source(StrEnum):
    TUI = "tui"
    CLI = "cli"
    TEMPLATE = "template"
    RERUN = "rerun"
    EVAL = "eval"
    SCHEDULE = "schedule"
    API = "api"


@dataclass(frozen=True, slots=True)
class ToolCall:
    id: str | None
    name: str | None
    arguments: str


@dataclass(frozen=True, slots=True)
class TemplateUse:
    """The template a prompt was made from, and with which words."""

    id: str
    version: int
    variables: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One call to one provider."""

    n: int
    model: ModelRef
    status: Status = Status.RUNNING
    error: LabError | None = None
    http_status: int | None = None
    request_id: str | None = None
    usage: Usage = Usage()
    cost: Cost = UNKNOWN
    timing: Timing = Timing()
    rate_limits: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RunRecord:
    """Every field of a run. Before the first event: status `running`, the answer empty.

    `model` is what was asked for, or the strategy that looks for one, `answered_by` the model that
    answered (None if none did), `served_model` the provider's own string for it. `provider` is
    empty while a strategy has found nobody. `messages` is exactly what was sent, without the
    system prompt and the answer.
    """

    id: str
    batch_id: str
    model: str
    provider: str
    created_at: datetime
    prompt: str
    messages: tuple[Message, ...]
    lane: int = 0
    repeat: int = 0
    parent_id: str | None = None
    workspace: str = "default"
    source: Source = Source.CLI
    system: str | None = None
    parameters: Parameters = Parameters()
    dropped_parameters: tuple[tuple[str, str], ...] = ()
    template: TemplateUse | None = None
    simulated: bool = False
    status: Status = Status.RUNNING
    finish_reason: FinishReason | None = None
    finish_reason_raw: str | None = None
    answered_by: str | None = None
    served_model: str | None = None
    text: str = ""
    reasoning: str | None = None
    refusal: str | None = None
    tool_calls: tuple[ToolCall, ...] = ()
    logprobs: tuple[Mapping[str, Any], ...] | None = None
    usage: Usage = Usage()
    cost: Cost = UNKNOWN
    timing: Timing = Timing()
    attempts: tuple[Attempt, ...] = ()
    route: Mapping[str, Any] | None = None
    error: LabError | None = None
    tags: tuple[str, ...] = ()
    rating: int | None = None
    note: str | None = None
