"""What a person edits before a run, and the records that running it begins."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal

from tui_lab.core.asked import Asked, asked_of
from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.core.messages import Message
from tui_lab.core.parameters import Parameters
from tui_lab.core.record import RunRecord, Source, TemplateUse
from tui_lab.core.refs import ModelRef
from tui_lab.core.routing import Strategy

MOST_RUNS = 1000
"""Runs of one batch: more are a slip of the finger."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A prompt and whom to ask. Running it makes a batch: a run for each model and repeat.

    `messages` are the turns, the last one the user's. `parent_id` names the run whose answer the
    last turn replies to. `options` are a provider's own: provider id → option name → value.
    `time_limits` replaces limits by name, in seconds. `truncate`: a prompt that is too long for a
    model is cut in the middle. A run that may cost more than `max_cost` US dollars is blocked.
    `fallbacks` are asked, in order, where a model fails before it has said anything; with
    `strategy`, others after them, as it orders them, and `models` may be empty. `routes` are lanes
    more: of each, this strategy finds whom to ask.
    `tags` are those that its runs begin with.
    """

    models: tuple[ModelRef, ...]
    messages: tuple[Message, ...]
    system: str | None = None
    parameters: Parameters = Parameters()
    template: TemplateUse | None = None
    repeat: int = 1
    parent_id: str | None = None
    workspace: str = "default"
    source: Source = Source.CLI
    stream: bool = True
    options: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    time_limits: Mapping[str, float] = field(default_factory=dict)
    truncate: bool = False
    max_cost: Decimal | None = None
    fallbacks: tuple[ModelRef, ...] = ()
    strategy: Strategy | None = None
    routes: tuple[Strategy, ...] = ()
    tags: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.models and not self.routes and self.strategy is None:
            raise LabError(ErrorKind.USAGE, "no model is chosen", "choose one with -m")
        if not self.messages or self.messages[-1].role != "user" or not self.messages[-1].parts:
            raise LabError(ErrorKind.USAGE, "the prompt is empty", "write what to ask")
        if self.repeat < 1:
            raise LabError(ErrorKind.USAGE, "a run is repeated once at least", "--repeat 1 or more")
        if (runs := len(self.lanes) * self.repeat) > MOST_RUNS:
            hint = f"{MOST_RUNS:,} at most"
            raise LabError(ErrorKind.USAGE, f"{runs:,} runs are too many at once", hint)

    @property
    def lanes(self) -> tuple[ModelRef | Strategy, ...]:
        """Whom each run asks first: a model, or whom a strategy finds."""
        lanes: tuple[ModelRef | Strategy, ...] = (*self.models, *self.routes)
        return lanes if lanes or self.strategy is None else (self.strategy,)

    def of_lane(self, lane: int) -> Draft:
        """What is asked in one lane."""
        match self.lanes[lane]:
            case Strategy() as strategy:
                return replace(self, models=(), routes=(), strategy=strategy)
            case model:
                return replace(self, models=(model,), routes=())

    @property
    def is_routed(self) -> bool:
        """Whether a strategy may choose among all models."""
        return self.strategy is not None or bool(self.routes)

    @property
    def texts(self) -> tuple[str, ...]:
        """What of it is sent as text: the system prompt and the turns."""
        return self.system or "", *(message.text for message in self.messages)


def new_records(
    draft: Draft,
    *,
    new_id: Callable[[], str],
    created_at: datetime,
    is_simulated: Callable[[ModelRef], bool],
) -> tuple[RunRecord, ...]:
    """The records of a batch before anything has happened, lane by lane, repeat by repeat."""
    batch_id = new_id()
    return tuple(
        RunRecord(
            id=new_id(),
            batch_id=batch_id,
            lane=lane,
            repeat=repeat,
            parent_id=draft.parent_id,
            created_at=created_at,
            workspace=draft.workspace,
            source=draft.source,
            model=str(asked),
            provider=asked.provider if isinstance(asked, ModelRef) else "",
            simulated=isinstance(asked, ModelRef) and is_simulated(asked),
            prompt=draft.messages[-1].text,
            system=draft.system,
            messages=draft.messages,
            parameters=draft.parameters,
            template=draft.template,
            tags=draft.tags,
        )
        for lane, asked in enumerate(draft.lanes)
        for repeat in range(draft.repeat)
    )


def repeat(record: RunRecord, workspace: str, asked: Asked | None = None) -> Draft:
    """The draft that asks the same once more: of these, else of the same models, or by the same
    strategy."""
    asked = asked or asked_of(record)
    return Draft(
        models=asked.models,
        routes=asked.routes,
        fallbacks=asked.fallbacks,
        strategy=asked.strategy,
        messages=record.messages,
        system=record.system,
        parameters=record.parameters,
        template=record.template,
        parent_id=record.parent_id,
        workspace=workspace,
        source=Source.RERUN,
    )


def check_attached(record: RunRecord) -> None:
    """Raises `LabError` of kind `usage` where what was attached to a recorded run is no longer
    there: of files only the names and digests are kept."""
    for message in record.messages:
        for part in message.attachments:
            if part.is_reference:
                name = part.name or "a file without a name"
                raise LabError(
                    ErrorKind.USAGE,
                    f"{name} was attached to run {record.id}, and its bytes are not kept",
                    "attach it anew: tui-lab run --image or --document",
                )


def continue_messages(parent: RunRecord, reply: str | Message) -> tuple[Message, ...]:
    """The turns of a conversation that goes on from this run's answer, or from its refusal.

    An answer of nothing is no turn: many providers refuse one that is empty.
    """
    said = parent.text or parent.refusal or ""
    answer = (Message.of("assistant", said),) if said.strip() else ()
    turn = Message.of("user", reply) if isinstance(reply, str) else reply
    return (*parent.messages, *answer, turn)
