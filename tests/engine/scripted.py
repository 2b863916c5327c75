"""An engine in line, over providers that say what a test tells them to."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tests.builders import NOON
from tui_lab.core.budget import Alert, BudgetRules, Limit, LimitState, Reservation, Verdict
from tui_lab.core.draft import Draft
from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.core.events import Stamped
from tui_lab.core.handler import HttpAnswer
from tui_lab.core.health import AttemptEnd
from tui_lab.core.ids import UlidFactory
from tui_lab.core.messages import Message
from tui_lab.core.model_facts import ModelFacts
from tui_lab.core.price import NO_CHARGE, Price
from tui_lab.core.record import RunRecord
from tui_lab.core.refs import ModelRef
from tui_lab.core.secret import KnownSecrets, Secret
from tui_lab.engine.admission import Admission
from tui_lab.engine.engine import Engine
from tui_lab.engine.gates import BudgetGate, PlanGate
from tui_lab.engine.outages import Outages
from tui_lab.engine.standing import Standing
from tui_lab.models.plans import load_plans
from tui_lab.providers.catalogue import Provider
from tui_lab.providers.exchange import TimeLimits
from tui_lab.providers.http import HttpRoom
from tui_lab.store.store import Store

KEY = Secret("sk-scripted-0123456789abcdef")
SCRIPTED = ModelRef("scripted", "m")


def chunk(**delta: Any) -> bytes:
    """One chunk of chat completions."""
    choice = {"index": 0, "delta": delta, "finish_reason": None}
    return b"data: " + json.dumps({"model": "m-1", "choices": [choice]}).encode() + b"\n\n"


STOP = b'data: {"model":"m-1","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\n'
USAGE = b'data: {"choices":[],"usage":{"prompt_tokens":3,"completion_tokens":2}}\n\n'
DONE = b"data: [DONE]\n\n"


@dataclass
class ScriptedProvider:
    """A handler that plays `pieces`; a number in them is a pause, an exception is raised."""

    pieces: Sequence[bytes | float | Exception] = ()
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=lambda: {"content-type": SSE})
    requests: list[dict[str, Any]] = field(default_factory=list)
    open: int = 0
    most_open: int = 0

    async def __call__(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes
    ) -> HttpAnswer:
        self.requests.append({"path": path, "headers": dict(headers), "body": json.loads(body)})
        return HttpAnswer(self.status, self.headers, self._body())

    async def _body(self) -> AsyncIterator[bytes]:
        self.open += 1
        self.most_open = max(self.most_open, self.open)
        try:
            for piece in self.pieces:
                if isinstance(piece, bytes):
                    yield piece
                elif isinstance(piece, Exception):
                    raise piece
                else:
                    await asyncio.sleep(piece)
        finally:
            self.open -= 1


SSE = "text/event-stream"


@dataclass
class FakeStore:
    """What was written, in memory; `failing` makes every write fail."""

    begun: list[RunRecord] = field(default_factory=list)
    journaled: dict[str, list[Stamped]] = field(default_factory=dict)
    finished: list[tuple[RunRecord, bytes]] = field(default_factory=list)
    beats: list[Sequence[str]] = field(default_factory=list)
    reserved: dict[str, Reservation] = field(default_factory=dict)
    settled: list[RunRecord] = field(default_factory=list)
    failing: bool = False

    async def begin(self, records: Sequence[RunRecord]) -> None:
        self._check()
        self.begun += records

    async def journal(self, entries: Mapping[str, Sequence[Stamped]]) -> None:
        self._check()
        for run_id, events in entries.items():
            self.journaled.setdefault(run_id, []).extend(events)

    async def finish(self, record: RunRecord, deltas: bytes) -> None:
        self._check()
        self.finished.append((record, deltas))

    async def reserve(self, reservation: Reservation, limits: Sequence[Limit]) -> Verdict:
        self._check()
        verdict = Verdict(reservation.usd, tuple(map(LimitState, limits)))
        if verdict.allowed:
            self.reserved[reservation.run_id] = reservation
        return verdict

    async def settle(self, record: RunRecord) -> None:
        self._check()
        self.settled.append(record)

    async def take_alerts(self, limits: Sequence[Limit], at: datetime) -> tuple[Alert, ...]:
        self._check()
        return ()

    async def recent_attempts(self, since: datetime, limit: int) -> tuple[AttemptEnd, ...]:
        return ()

    async def beat(self, run_ids: Sequence[str]) -> None:
        self.beats.append(run_ids)

    def _check(self) -> None:
        if self.failing:
            raise LabError(ErrorKind.STORAGE, "the disk is full", "make room")


FREELY = BudgetRules()


def unknown(model: ModelRef) -> ModelFacts:
    return ModelFacts(model.model)


async def key_for(workspace: str, provider: Provider) -> Secret | None:
    return KEY if provider.key_env else None


def scripted_engine(
    provider: ScriptedProvider,
    store: FakeStore | Store | None = None,
    facts_of: Callable[[ModelRef], ModelFacts] = unknown,
    price: Price | None = None,
    rules: BudgetRules = FREELY,
    plan: str = "enterprise",
    /,
    **limits: float,
) -> Engine:
    store = store or FakeStore()
    counter = iter(range(10**6))
    row = Provider(
        id="scripted",
        name="Scripted",
        dialect="openai-chat",
        base_url="http://scripted.invalid/v1",
        key_env=("SCRIPTED_API_KEY",),
    )
    local = Provider(
        id="nearby",
        name="Nearby",
        dialect="openai-chat",
        base_url=row.base_url,
        local=True,
        model_dialects={"claude-*": "anthropic"},
    )

    async def price_for(model: ModelRef) -> Price | None:
        return NO_CHARGE if model.provider == "nearby" else price

    room, known = HttpRoom({"scripted.invalid": provider}), KnownSecrets()
    budgets = BudgetGate(store, lambda workspace, provider: rules)
    admission = Admission(
        room=room,
        providers={"scripted": row, "nearby": local},
        key_for=key_for,
        limits_for=lambda provider, changed: TimeLimits(
            **limits | {f"{name}_s": seconds for name, seconds in changed.items()}
        ),
        facts_of=facts_of,
        price_for=price_for,
        plans=PlanGate(
            load_plans(),
            lambda workspace: (plan, None),
            price_for=price_for,
            facts_of=facts_of,
            today=NOON.date,
        ),
        budgets=budgets,
        known=known,
        outages=Outages(),
    )
    return Engine(
        room=room,
        admission=admission,
        standing=Standing(store, clock=time.perf_counter, now=lambda: NOON),
        budgets=budgets,
        new_id=UlidFactory(lambda: next(counter), lambda n: b"\0" * n),
        store=store,
        known=known,
        retries=0,
        now=lambda: NOON,
    )


def a_draft(text: str = "Say hello", **changes: Any) -> Draft:
    values: dict[str, Any] = {"models": (SCRIPTED,), "messages": (Message.of("user", text),)}
    return Draft(**values | changes)
