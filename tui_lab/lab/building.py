"""How a lab is built: from what a person's files say to parts that know each other.

It runs on the engine's thread. What one room needs of another it gets here, as an argument.
"""

from __future__ import annotations

import os
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from tui_lab.core.ids import UlidFactory
from tui_lab.core.price import Price
from tui_lab.core.problem import Problem
from tui_lab.core.refs import ModelRef
from tui_lab.core.secret import KnownSecrets
from tui_lab.directories import Directories
from tui_lab.engine.admission import Admission
from tui_lab.engine.engine import Engine
from tui_lab.engine.gates import BudgetGate, PlanGate
from tui_lab.engine.key_desk import KeyDesk, origin_of
from tui_lab.engine.model_lists import ModelLists
from tui_lab.engine.outages import Outages
from tui_lab.engine.ping import Ping, ping
from tui_lab.engine.standing import Standing
from tui_lab.engine.thread import LoopThread
from tui_lab.keys.environment import environment_key
from tui_lab.keys.key_order import KeyOrder
from tui_lab.keys.own_keys import OwnKeys
from tui_lab.lab.budgets import LabBudgets
from tui_lab.lab.drafts import LabDrafts
from tui_lab.lab.estimates import LabEstimates
from tui_lab.lab.health import LabHealth
from tui_lab.lab.history import LabHistory
from tui_lab.lab.keys import LabKeys
from tui_lab.lab.models import LabModels
from tui_lab.lab.presets import LabPresets
from tui_lab.lab.retention import keep_pruning
from tui_lab.lab.router import Router
from tui_lab.lab.routing import LabRouting
from tui_lab.lab.templates import LabTemplates
from tui_lab.lab.votes import LabVotes
from tui_lab.models.plans import load_plans
from tui_lab.models.prices import PriceBook
from tui_lab.models.registry import load_registry
from tui_lab.providers.catalogue import Provider
from tui_lab.providers.exchange import TimeLimits
from tui_lab.providers.http import HttpRoom
from tui_lab.sandbox.handler import Sandbox
from tui_lab.settings import Settings
from tui_lab.store.owner import this_process
from tui_lab.store.store import Store

SANDBOX_HOST = "sandbox.invalid"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What every part stands on; `problems` are what is wrong with the person's files."""

    environ: Mapping[str, str]
    directories: Directories
    settings: Settings
    providers: Mapping[str, Provider]
    problems: Sequence[Problem]
    known: KnownSecrets
    outages: Outages
    thread: LoopThread
    workspace: Callable[[], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """All that a lab is made of, each once."""

    store: Store
    engine: Engine
    history: LabHistory
    templates: LabTemplates
    drafts: LabDrafts
    presets: LabPresets
    models: LabModels
    estimates: LabEstimates
    keys: LabKeys
    budgets: LabBudgets
    votes: LabVotes
    routing: LabRouting
    health: LabHealth


async def build(ground: Ground) -> Parts:
    """Opens the history, creating or setting it aside as needed; calls nobody."""
    settings, thread, workspace = ground.settings, ground.thread, ground.workspace
    store = await Store.open(ground.directories.data / "history.db", owner=this_process(), now=_now)
    room = HttpRoom({SANDBOX_HOST: Sandbox()})
    desk = _key_desk(ground, room, store)
    models = await _models(ground, room, store, desk)
    plans = _plan_gate(ground, models)
    gate = BudgetGate(store, settings.budget_rules_of)
    standing = Standing(store, clock=time.perf_counter, now=_now)
    router = Router(models, plans, settings, ratings_of=store.ratings, standing=standing)
    new_id = UlidFactory(lambda: time.time_ns() // 1_000_000, os.urandom)
    engine = Engine(
        room=room,
        admission=_admission(ground, room, desk, models, plans, gate),
        standing=standing,
        router=router,
        budgets=gate,
        retries=settings.retries,
        new_id=new_id,
        store=store,
        known=ground.known,
        now=_now,
    )
    return Parts(
        store=store,
        engine=engine,
        history=_history(ground, store),
        templates=await _templates(ground, store),
        drafts=LabDrafts(store.drafts, thread, ground.known, workspace),
        presets=LabPresets(store.presets, thread),
        models=models,
        estimates=LabEstimates(settings, models, thread),
        keys=LabKeys(
            desk, providers=ground.providers, store=store, thread=thread, workspace=workspace
        ),
        budgets=LabBudgets(
            settings, plans, gate, store=store, thread=thread, workspace=workspace, now=_now
        ),
        votes=LabVotes(thread, store, new_id=new_id, now=_now),
        routing=LabRouting(router, models, plans, settings, thread=thread, workspace=workspace),
        health=LabHealth(standing, thread, _pinging(room, desk, workspace)),
    )


def _key_desk(ground: Ground, room: HttpRoom, store: Store) -> KeyDesk:
    for provider in ground.providers.values():
        if shared := environment_key(provider.key_env, ground.environ):
            ground.known.add(shared.secret)
    own = OwnKeys(
        ground.directories.data,
        ground.environ,
        now=_now,
        known=ground.known,
        note=lambda event: ground.thread.do(desk.record(event)),
        passphrase_command=ground.settings.vault.passphrase_command,
    )
    order = KeyOrder(
        own,
        ground.environ,
        may_share=ground.settings.environment_keys_of,
        known=ground.known,
    )
    origin = origin_of(ground.environ)
    desk = KeyDesk(own, order, room=room, store=store, now=_now, origin=origin)
    return desk


async def _models(ground: Ground, room: HttpRoom, store: Store, desk: KeyDesk) -> LabModels:
    lists = ModelLists(room, store, _now)
    await lists.load(ground.providers)
    return LabModels(
        ground.providers,
        registry=load_registry(),
        prices=PriceBook(_own_prices(ground.settings), _now),
        lists=lists,
        keys=desk,
        thread=ground.thread,
        workspace=ground.workspace,
    )


async def _templates(ground: Ground, store: Store) -> LabTemplates:
    own = ground.directories.templates_file
    templates = LabTemplates(own, store, ground.thread, ground.workspace)
    await templates.load_versions()
    return templates


def _history(ground: Ground, store: Store) -> LabHistory:
    """Old runs go from now on, where there is a rule by which they do."""
    keep_of = ground.settings.keep_of
    if ground.settings.forgets:
        ground.thread.do(keep_pruning(store, keep_of))
    return LabHistory(
        ground.thread,
        store,
        ground.known,
        keep_of=keep_of,
        now=_now,
        zone=ground.settings.zone,
    )


def _plan_gate(ground: Ground, models: LabModels) -> PlanGate:
    def today() -> date:
        return _now().astimezone(ground.settings.zone).date()

    return PlanGate(
        load_plans(),
        ground.settings.plan_of,
        price_for=models.price_for,
        facts_of=models.facts,
        today=today,
        unread=next((one for one in ground.problems if one.hides_budget), None),
    )


def _admission(
    ground: Ground,
    room: HttpRoom,
    desk: KeyDesk,
    models: LabModels,
    plans: PlanGate,
    gate: BudgetGate,
) -> Admission:
    def limits_for(provider: Provider, changed: Mapping[str, float]) -> TimeLimits:
        """Everyone's, the provider's, then those changed for this run."""
        limits = ground.settings.timeouts_of(provider.id).model_dump() | dict(changed)
        return TimeLimits(**{f"{name}_s": seconds for name, seconds in limits.items()})

    return Admission(
        room=room,
        providers=ground.providers,
        key_for=desk.key_for,
        limits_for=limits_for,
        facts_of=models.facts,
        price_for=models.price_for,
        plans=plans,
        budgets=gate,
        known=ground.known,
        outages=ground.outages,
    )


def _pinging(
    room: HttpRoom, desk: KeyDesk, workspace: Callable[[], str]
) -> Callable[[Provider], Awaitable[Ping]]:
    async def ask(provider: Provider) -> Ping:
        key = await desk.key_for(workspace(), provider)
        return await ping(room, provider, key, time.perf_counter)

    return ask


def _own_prices(settings: Settings) -> dict[ModelRef, Price]:
    return {ModelRef.parse(name): told.price() for name, told in settings.prices.items()}


def _now() -> datetime:
    return datetime.now(UTC)
