"""Several scripted providers, an engine over them, and a clock that only moves when told to."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from tests.builders import NOON
from tests.engine.scripted import DONE, FREELY, SSE, STOP, USAGE, FakeStore, a_draft, chunk, unknown
from tui_lab.core.budget import BudgetRules
from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.core.events import Event
from tui_lab.core.handler import HttpAnswer
from tui_lab.core.health import AttemptEnd
from tui_lab.core.ids import UlidFactory
from tui_lab.core.model_facts import ModelFacts
from tui_lab.core.price import Price
from tui_lab.core.record import RunRecord
from tui_lab.core.refs import ModelRef
from tui_lab.core.secret import KnownSecrets, Secret
from tui_lab.engine.admission import Admission
from tui_lab.engine.candidates import Router
from tui_lab.engine.engine import Engine
from tui_lab.engine.gates import BudgetGate, PlanGate
from tui_lab.engine.outages import Outages
from tui_lab.engine.standing import Standing
from tui_lab.engine.tap import Tap
from tui_lab.models.plans import load_plans
from tui_lab.providers.catalogue import Provider
from tui_lab.providers.exchange import TimeLimits
from tui_lab.providers.http import HttpRoom

ANSWER = (chunk(content="Hel"), chunk(content="lo"), STOP, USAGE, DONE)


@dataclass(frozen=True)
class Reply:
    pieces: Sequence[bytes | Exception] = ANSWER
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


def fails(status: int, message: str = "no", **headers: str) -> Reply:
    """An error in the words of OpenAI; names of headers with `_` for `-`."""
    body = json.dumps({"error": {"message": message}}).encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply((body,), status, {"content-type": "application/json"} | named)


@dataclass
class Player:
    """Gives these replies in turn, the last one again and again; an exception is raised."""

    replies: Sequence[Reply | Exception]
    asked: list[Mapping[str, Any]] = field(default_factory=list)

    @property
    def calls(self) -> int:
        return len(self.asked)

    async def __call__(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes
    ) -> HttpAnswer:
        reply = self.replies[min(self.calls, len(self.replies) - 1)]
        self.asked.append(json.loads(body) | {"key": headers.get("authorization")})
        if isinstance(reply, Exception):
            raise reply
        return HttpAnswer(reply.status, {"content-type": SSE} | dict(reply.headers), _body(reply))


async def _body(reply: Reply) -> AsyncIterator[bytes]:
    for piece in reply.pieces:
        if isinstance(piece, Exception):
            raise piece
        yield piece


@dataclass
class Hands:
    """Seconds that pass only where somebody waits; how long was waited each time."""

    now: float = 1000.0
    waits: list[float] = field(default_factory=list)

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.waits.append(round(seconds, 3))
        self.now += seconds


def m(provider: str) -> ModelRef:
    return ModelRef(provider, "m")


class Scene:
    """`Scene(a=[fails(500)], b=[Reply()])`: providers by their ids."""

    def __init__(
        self,
        *,
        rules: BudgetRules = FREELY,
        price: Price | None = None,
        facts_of: Callable[[ModelRef], ModelFacts] = unknown,
        keyless: Sequence[str] = (),
        outages: Sequence[str] = (),
        router: Router | None = None,
        past: Sequence[AttemptEnd] = (),
        retries: int = 2,
        **plays: Sequence[Reply | Exception],
    ) -> None:
        self.players = {name: Player(replies) for name, replies in plays.items()}
        self.keys = {name: f"sk-{name}-0123456789abcdef" for name in plays if name not in keyless}
        self.hands = Hands()
        self.store = PastStore(past=tuple(past))
        self.tap = Tap(lambda: None)
        self._price = price
        room = HttpRoom({f"{name}.invalid": player for name, player in self.players.items()})
        budgets = BudgetGate(self.store, lambda workspace, provider: rules)
        known, counter = KnownSecrets(), iter(range(10**6))
        self.standing = Standing(self.store, clock=self.hands, now=self.now)
        self.admission = Admission(
            room=room,
            providers={name: _provider(name) for name in plays},
            key_for=self._key_for,
            limits_for=lambda provider, changed: TimeLimits(
                **{f"{name}_s": seconds for name, seconds in changed.items()}
            ),
            facts_of=facts_of,
            price_for=self._price_for,
            plans=PlanGate(
                load_plans(),
                lambda workspace: ("enterprise", None),
                price_for=self._price_for,
                facts_of=facts_of,
                today=NOON.date,
            ),
            budgets=budgets,
            known=known,
            outages=Outages(outages),
        )
        self.engine = Engine(
            room=room,
            admission=self.admission,
            standing=self.standing,
            router=router,
            budgets=budgets,
            new_id=UlidFactory(lambda: next(counter), lambda n: b"\0" * n),
            store=self.store,
            known=known,
            retries=retries,
            now=self.now,
            clock=self.hands,
            sleep=self.hands.sleep,
            chance=lambda: 0.0,
        )

    def now(self) -> datetime:
        return NOON + timedelta(seconds=self.hands.now - 1000.0)

    @property
    def calls(self) -> dict[str, int]:
        return {name: player.calls for name, player in self.players.items()}

    async def ask(self, first: str | None, *fallbacks: str, **draft: Any) -> RunRecord:
        """Asks the model of the first provider, those of the others where it fails."""
        models = () if first is None else (m(first),)
        wanted = a_draft(models=models, fallbacks=tuple(map(m, fallbacks)), **draft)
        batch = await self.engine.start(wanted, self.tap)
        (record,) = await batch.done
        return record

    def events(self) -> list[Event]:
        """What has happened since this was asked the last time."""
        return [one.event for news in self.tap.drain() for one in news.events]

    async def _key_for(self, workspace: str, provider: Provider) -> Secret | None:
        if provider.id not in self.keys:
            raise LabError(ErrorKind.NO_KEY, f"there is no key for {provider.name}", "set one")
        return Secret(self.keys[provider.id])

    async def _price_for(self, model: ModelRef) -> Price | None:
        return self._price


@dataclass
class PastStore(FakeStore):
    past: tuple[AttemptEnd, ...] = ()

    async def recent_attempts(self, since: datetime, limit: int) -> tuple[AttemptEnd, ...]:
        return self.past


def _provider(name: str) -> Provider:
    return Provider(
        id=name,
        name=name.upper(),
        dialect="openai-chat",
        base_url=f"http://{name}.invalid/v1",
        key_env=(f"{name.upper()}_API_KEY",),
    )
