"""The composition root: builds the parts once and hands them to a face.

A face (the screens, the command line) sees settings, providers and templates as values, and reaches
the engine and the history, which live on a thread of their own, through futures.
"""

from __future__ import annotations

import asyncio
import logging
import os
import time
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import CancelledError as FutureCancelledError
from concurrent.futures import Future
from dataclasses import replace
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

from tui_lab.core.asked import Asked
from tui_lab.core.curl import as_curl
from tui_lab.core.draft import Draft, check_attached, repeat
from tui_lab.core.errors import LabError
from tui_lab.core.ids import UlidFactory
from tui_lab.core.price import Price
from tui_lab.core.problem import Problem
from tui_lab.core.record import RunRecord
from tui_lab.core.refs import ModelRef
from tui_lab.core.secret import KnownSecrets
from tui_lab.directories import Directories, directories, prepare_directory
from tui_lab.engine.admission import Admission
from tui_lab.engine.calls import fitted_call
from tui_lab.engine.engine import Batch, Engine
from tui_lab.engine.gates import BudgetGate, PlanGate
from tui_lab.engine.key_desk import KeyDesk, origin_of
from tui_lab.engine.model_lists import ModelLists
from tui_lab.engine.outages import Outages
from tui_lab.engine.ping import Ping, ping
from tui_lab.engine.standing import Standing
from tui_lab.engine.tap import Tap
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
from tui_lab.log import log_to, stop_log
from tui_lab.models.plans import load_plans
from tui_lab.models.prices import PriceBook
from tui_lab.models.registry import load_registry
from tui_lab.providers.catalogue import Provider, load_catalogue, with_overrides
from tui_lab.providers.dialects import dialect
from tui_lab.providers.exchange import Preview, TimeLimits, preview
from tui_lab.providers.http import HttpRoom
from tui_lab.sandbox.handler import Sandbox
from tui_lab.settings import Settings, load_settings
from tui_lab.store.owner import this_process
from tui_lab.store.store import Store

log = logging.getLogger(__name__)

CLOSE_SECONDS = 10.0
SANDBOX_HOST = "sandbox.invalid"


class Lab:
    """The lab, open. Use it as a context manager, or `close` it.

    What is wrong with a person's files is in `problems`, and never stops the lab. `known_secrets`
    is every key that it meets, for whoever lets text out of this process.
    """

    def __init__(
        self,
        environ: Mapping[str, str] = os.environ,
        *,
        workspace: str | None = None,
        on_death: Callable[[BaseException], None] = lambda error: None,
        known_secrets: KnownSecrets | None = None,
    ) -> None:
        self._environ = environ
        self.known_secrets = known_secrets or KnownSecrets()
        self.workspace = workspace or environ.get("TUI_LAB_WORKSPACE") or "default"
        self.directories: Directories = directories(environ)
        folders = (self.directories.config, self.directories.data)
        found = [problem for folder in folders if (problem := prepare_directory(folder))]
        self._log = log_to(self.directories.data / "tui-lab.log", self.known_secrets)
        self.settings: Settings
        self.settings, wrong = load_settings(self.directories.config_file, environ)
        providers, refused = _providers(self.settings)
        self._problems = (*found, *wrong, *refused)
        self._thread = LoopThread("tui-lab engine", on_death)
        self._thread.start()
        self.history: LabHistory
        self.templates: LabTemplates
        self.drafts: LabDrafts
        self.presets: LabPresets
        self.models: LabModels
        self.estimates: LabEstimates
        self.keys: LabKeys
        self.budgets: LabBudgets
        self.votes: LabVotes
        self.routing: LabRouting
        self.health: LabHealth
        self.outages = Outages(self.settings.outage)
        self._thread.call(self._build(providers)).result()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def problems(self) -> tuple[Problem, ...]:
        return (*self._problems, *self.templates.library.problems)

    def close(self, *, interrupted: bool = False) -> None:
        """Stops what runs, records it, closes the history; what cannot be closed is left.

        `interrupted`: the terminal is gone, no person has stopped what runs.
        """
        try:
            self._thread.call(self._close(interrupted)).result(CLOSE_SECONDS)
        except (LabError, FutureCancelledError, TimeoutError) as error:
            log.error("the lab could not be closed", exc_info=error)
        self._thread.stop(CLOSE_SECONDS)
        stop_log(self._log)

    # Runs

    def start(self, draft: Draft, tap: Tap, *, record: bool = True) -> Future[Batch]:
        """Begins a batch (see `Engine.start`)."""

        async def begin() -> Batch:
            known = await self.templates.numbered(draft) if record else draft
            return await self._engine.start(known, tap, record=record)

        return self._thread.call(begin())

    def done(self, batch: Batch) -> Future[list[RunRecord]]:
        """The records of a batch, when all its runs are over."""

        async def wait() -> list[RunRecord]:
            return await asyncio.shield(batch.done)

        return self._thread.call(wait())

    def cancel(self, run_id: str) -> None:
        """Stops a run; one that is over stays as it is."""
        self._thread.call_soon(self._engine.cancel, run_id)

    def preview(self, draft: Draft, model: ModelRef) -> Preview:
        """The request that would be sent to this model, with the key masked, or its variable."""
        provider = self.models.provider(model.provider)
        found = self.keys.found(draft.workspace, provider)
        return self._preview(draft, model, found.mask if found else _key_variable(provider))

    def curl(self, record: RunRecord) -> str:
        """The request of a recorded run as a command, the key's variable in place of the key.

        It is made anew, by what is known of the model today. Raises `LabError` where that cannot be
        done: an attachment is gone, or the provider is.
        """
        check_attached(record)
        model = ModelRef.parse(record.answered_by or record.model)
        variable = _key_variable(self.models.provider(model.provider))
        seen = self._preview(repeat(record, record.workspace, Asked((model,))), model, variable)
        return as_curl(seen.url, seen.headers, seen.request.body, key_mark=variable)

    def _preview(self, draft: Draft, model: ModelRef, key_mark: str | None) -> Preview:
        provider = self.models.provider(model.provider)
        fitted = fitted_call(draft, model, provider, self.models.facts(model))
        spoken = dialect(provider.dialect_of(model.model))
        seen = preview(provider, spoken, fitted.call, key_mark)
        dropped = (*fitted.dropped, *seen.request.dropped)
        return replace(seen, request=replace(seen.request, dropped=dropped), note=fitted.note)

    @property
    def default_model(self) -> str | None:
        """The workspace's default model, else everyone's."""
        return self.settings.default_model_of(self.workspace)

    def limits_for(self, provider: Provider, changed: Mapping[str, float]) -> TimeLimits:
        """Time limits in seconds: everyone's, the provider's, then those changed for this run."""
        limits = self.settings.timeouts_of(provider.id).model_dump() | dict(changed)
        return TimeLimits(**{f"{name}_s": seconds for name, seconds in limits.items()})

    # How it is built

    async def _build(self, providers: Mapping[str, Provider]) -> None:
        store = await Store.open(
            self.directories.data / "history.db", owner=this_process(), now=_now
        )
        room = HttpRoom({SANDBOX_HOST: Sandbox()})
        lists = ModelLists(room, store, _now)
        await lists.load(providers)
        desk = self._key_desk(providers, room, store)
        self.history = self._history(store)
        self.templates = await self._open_templates(store)
        self.drafts = self._drafts(store)
        self.presets = LabPresets(store.presets, self._thread)
        self.keys = LabKeys(
            desk,
            providers=providers,
            store=store,
            thread=self._thread,
            workspace=lambda: self.workspace,
        )
        self.models = LabModels(
            providers,
            registry=load_registry(),
            prices=PriceBook(_own_prices(self.settings), _now),
            lists=lists,
            keys=desk,
            thread=self._thread,
            workspace=lambda: self.workspace,
        )
        plans = self._plan_gate()
        gate = BudgetGate(store, self.settings.budget_rules_of)
        self.budgets = LabBudgets(
            self.settings,
            plans,
            gate,
            store=store,
            thread=self._thread,
            workspace=lambda: self.workspace,
            now=_now,
        )
        self.estimates = LabEstimates(self.settings, self.models, self._thread)
        standing = Standing(store, clock=time.perf_counter, now=_now)
        self.health = LabHealth(standing, self._thread, self._pinging(room, desk))
        router = self._router(plans, store, standing)
        self.routing = self._routing(router, plans)
        self._store = store
        new_id = UlidFactory(lambda: time.time_ns() // 1_000_000, os.urandom)
        self.votes = LabVotes(self._thread, store, new_id=new_id, now=_now)
        self._engine = Engine(
            room=room,
            admission=self._admission(room, desk, plans, gate),
            standing=standing,
            router=router,
            budgets=gate,
            retries=self.settings.retries,
            new_id=new_id,
            store=store,
            known=self.known_secrets,
            now=_now,
        )

    def _history(self, store: Store) -> LabHistory:
        """Old runs go from now on, where there is a rule by which they do."""
        keep_of = self.settings.keep_of
        if self.settings.forgets:
            self._thread.do(keep_pruning(store, keep_of))
        return LabHistory(
            self._thread,
            store,
            self.known_secrets,
            keep_of=keep_of,
            now=_now,
            zone=self.settings.zone,
        )

    def _admission(
        self, room: HttpRoom, desk: KeyDesk, plans: PlanGate, gate: BudgetGate
    ) -> Admission:
        return Admission(
            room=room,
            providers=self.models.providers,
            key_for=desk.key_for,
            limits_for=self.limits_for,
            facts_of=self.models.facts,
            price_for=self.models.price_for,
            plans=plans,
            budgets=gate,
            known=self.known_secrets,
            outages=self.outages,
        )

    def _pinging(self, room: HttpRoom, desk: KeyDesk) -> Callable[[Provider], Awaitable[Ping]]:
        async def ask(provider: Provider) -> Ping:
            key = await desk.key_for(self.workspace, provider)
            return await ping(room, provider, key, time.perf_counter)

        return ask

    def _plan_gate(self) -> PlanGate:
        return PlanGate(
            load_plans(),
            self.settings.plan_of,
            price_for=self.models.price_for,
            facts_of=self.models.facts,
            today=lambda: _now().astimezone(self.settings.zone).date(),
            unread=next((one for one in self.problems if one.hides_budget), None),
        )

    async def _open_templates(self, store: Store) -> LabTemplates:
        own = self.directories.templates_file
        templates = LabTemplates(own, store, self._thread, lambda: self.workspace)
        await templates.load_versions()
        return templates

    def _drafts(self, store: Store) -> LabDrafts:
        return LabDrafts(store.drafts, self._thread, self.known_secrets, lambda: self.workspace)

    def _router(self, plans: PlanGate, store: Store, standing: Standing) -> Router:
        return Router(
            self.models,
            plans,
            self.settings,
            ratings_of=store.ratings,
            standing=standing,
        )

    def _routing(self, router: Router, plans: PlanGate) -> LabRouting:
        return LabRouting(
            router,
            self.models,
            plans,
            self.settings,
            thread=self._thread,
            workspace=lambda: self.workspace,
        )

    def _key_desk(self, providers: Mapping[str, Provider], room: HttpRoom, store: Store) -> KeyDesk:
        for provider in providers.values():
            if shared := environment_key(provider.key_env, self._environ):
                self.known_secrets.add(shared.secret)
        own = OwnKeys(
            self.directories.data,
            self._environ,
            now=_now,
            known=self.known_secrets,
            note=lambda event: self._thread.do(desk.record(event)),
            passphrase_command=self.settings.vault.passphrase_command,
        )
        order = KeyOrder(
            own,
            self._environ,
            may_share=self.settings.environment_keys_of,
            known=self.known_secrets,
        )
        origin = origin_of(self._environ)
        desk = KeyDesk(own, order, room=room, store=store, now=_now, origin=origin)
        return desk

    async def _close(self, interrupted: bool) -> None:
        await self._engine.close(interrupted=interrupted)
        await self._store.close()


def _key_variable(provider: Provider) -> str | None:
    """`$NAME` of the variable that customarily has the key; None where no key is needed."""
    return f"${provider.key_env[0]}" if provider.key_env else None


def _now() -> datetime:
    return datetime.now(UTC)


def _own_prices(settings: Settings) -> dict[ModelRef, Price]:
    return {ModelRef.parse(name): told.price() for name, told in settings.prices.items()}


def _providers(settings: Settings) -> tuple[dict[str, Provider], list[Problem]]:
    """The catalogue with the settings' providers; one that is wrong is left out and told."""
    catalogue, problems = load_catalogue(), []
    for provider_id, own in settings.providers.items():
        try:
            changes = own.model_dump(exclude_unset=True, exclude={"timeouts"})
            catalogue = with_overrides(catalogue, {provider_id: changes})
        except LabError as error:
            problems.append(Problem(error.message, hint=error.hint))
    return catalogue, problems
