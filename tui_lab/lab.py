"""The composition root: builds the parts once and hands them to a face.

A face (the screens, the command line) sees settings, providers and templates as values, and reaches
the engine and the history, which live on a thread of their own, through futures.
"""

from __future__ import annotations

import asyncio
import logging
import os
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import CancelledError as FutureCancelledError
from concurrent.futures import Future
from dataclasses import replace
from datetime import UTC, datetime
from types import TracebackType
from typing import Self, TypeVar

from tui_lab import resources
from tui_lab.core.draft import Draft
from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.core.ids import UlidFactory
from tui_lab.core.keys import FoundKey, KeyCheck, KeyEvent
from tui_lab.core.model_facts import ModelFacts, ModelList
from tui_lab.core.nearest import closest, nearest
from tui_lab.core.problem import Problem
from tui_lab.core.record import RunRecord
from tui_lab.core.refs import ModelRef
from tui_lab.core.secret import KnownSecrets
from tui_lab.directories import Directories, directories, prepare_directory
from tui_lab.engine.calls import fitted_call
from tui_lab.engine.engine import Batch, Engine
from tui_lab.engine.key_desk import KeyDesk, KeyRow, origin_of
from tui_lab.engine.model_lists import ModelLists
from tui_lab.engine.tap import Tap
from tui_lab.engine.thread import LoopThread
from tui_lab.keys.environment import environment_key
from tui_lab.keys.key_order import KeyOrder
from tui_lab.keys.own_keys import OwnKeys
from tui_lab.keys.vault import Vault
from tui_lab.log import log_to, stop_log
from tui_lab.models.registry import Registry, load_registry
from tui_lab.providers.catalogue import Provider, load_catalogue, with_overrides
from tui_lab.providers.dialects import dialect
from tui_lab.providers.exchange import Preview, TimeLimits, preview
from tui_lab.providers.http import HttpRoom
from tui_lab.providers.local_server import is_running
from tui_lab.sandbox.handler import Sandbox
from tui_lab.settings import Settings, load_settings
from tui_lab.store.deleting import DeletedRun
from tui_lab.store.owner import this_process
from tui_lab.store.reading import Page, RunFilter
from tui_lab.store.store import Store, StoreState
from tui_lab.templates.library import Library, Template, load_templates

T = TypeVar("T")

log = logging.getLogger(__name__)

CLOSE_SECONDS = 10.0
SANDBOX_HOST = "sandbox.invalid"
SHOWN_KEY_EVENTS = 200


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
        self.providers: dict[str, Provider]
        self.providers, refused = _providers(self.settings)
        self._registry: Registry = load_registry()
        self.templates: Library = load_templates(
            [resources.templates_file(), self.directories.templates_file]
        )
        self.problems: tuple[Problem, ...] = (*found, *wrong, *refused, *self.templates.problems)
        self._thread = LoopThread("tui-lab engine", on_death)
        self._thread.start()
        self._own_keys = self._open_keys()
        self._store, self._engine, self._lists, self._keys = self._thread.call(
            self._build()
        ).result()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Stops what runs, records it, closes the history; what cannot be closed is left."""
        try:
            self._thread.call(self._close()).result(CLOSE_SECONDS)
        except (LabError, FutureCancelledError, TimeoutError) as error:
            log.error("the lab could not be closed", exc_info=error)
        self._thread.stop(CLOSE_SECONDS)
        stop_log(self._log)

    # Runs

    def start(self, draft: Draft, tap: Tap, *, record: bool = True) -> Future[Batch]:
        """Begins a batch (see `Engine.start`)."""
        return self._thread.call(self._engine.start(draft, tap, record=record))

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
        provider = self.provider(model.provider)
        found = self.found_key(draft.workspace, provider)
        variable = f"${provider.key_env[0]}" if provider.key_env else None
        mark = found.mask if found else variable
        fitted = fitted_call(draft, model, provider, self.facts(model))
        spoken = dialect(provider.dialect_of(model.model))
        seen = preview(provider, spoken, fitted.call, mark)
        dropped = (*fitted.dropped, *seen.request.dropped)
        return replace(seen, request=replace(seen.request, dropped=dropped), note=fitted.note)

    # History

    @property
    def store_state(self) -> StoreState:
        return self._store.state

    def run(self, ref: str, *, workspace: str | None = None) -> Future[RunRecord]:
        """A run by id, unique beginning of an id, or `last`; in any workspace, or in this one."""
        return self._thread.call(self._store.run(ref, workspace))

    def runs(
        self,
        wanted: RunFilter,
        *,
        limit: int,
        after: str | None = None,
        before: str | None = None,
    ) -> Future[Page]:
        """A page of runs, newest first: the first, or the one after or before a cursor."""
        return self.search("", wanted, limit=limit, after=after, before=before)

    def search(
        self,
        words: str,
        wanted: RunFilter,
        *,
        limit: int,
        after: str | None = None,
        before: str | None = None,
    ) -> Future[Page]:
        """The same of the runs in which all these words occur; cancelling it stops the search."""
        return self._thread.call(
            self._store.search(words, wanted, limit=limit, after=after, before=before)
        )

    def history_version(self) -> Future[int]:
        """A number that is another one after any process has written to the history."""
        return self._thread.call(self._store.version())

    def delete(self, run_ids: Sequence[str]) -> Future[tuple[DeletedRun, ...]]:
        """Removes runs that are over; what it gives can be restored."""
        return self._thread.call(self._store.delete(run_ids))

    def restore(self, deleted: Sequence[DeletedRun]) -> Future[None]:
        """Puts deleted runs back into their places."""
        return self._thread.call(self._store.restore(deleted))

    # Models and keys

    @property
    def default_model(self) -> str | None:
        """The workspace's default model, else everyone's."""
        return self.settings.default_model_of(self.workspace)

    def model(self, name: str) -> ModelRef:
        """The model of this name; raises `LabError` of kind `usage` with the nearest one."""
        if "/" not in name:
            full_names = {model.model: str(model) for model in reversed(self.known_models())}
            meant = closest(name, full_names)
            hint = f"did you mean {full_names[meant]}?" if meant else "write provider/model"
            raise LabError(ErrorKind.USAGE, f"{name!r} names no provider", hint)
        model = ModelRef.parse(name)
        self.provider(model.provider).check_model(model.model)
        return model

    def provider(self, provider_id: str) -> Provider:
        """The provider of this id; raises `LabError` of kind `usage` with the nearest one."""
        if provider_id not in self.providers:
            raise LabError(
                ErrorKind.USAGE,
                f"there is no provider {provider_id!r}",
                nearest(provider_id, self.providers),
            )
        return self.providers[provider_id]

    def facts(self, model: ModelRef) -> ModelFacts:
        """What is known of a model; of one that nobody knows a guess that says so."""
        listed = self._lists.of(model.provider)
        return self._registry.find(model, listed.find(model.model) if listed else None)

    def model_list(self, provider_id: str) -> ModelList | None:
        """What the provider said it serves, the last time that it was asked."""
        return self._lists.of(provider_id)

    def refresh_models(self, provider_id: str) -> Future[ModelList]:
        """Asks a provider what it serves. Raises `LabError` in the future."""
        return self._thread.call(self._refresh(self.provider(provider_id)))

    async def _refresh(self, provider: Provider) -> ModelList:
        return await self._lists.refresh(
            provider, await self._keys.key_for(self.workspace, provider)
        )

    def look_for_local_servers(self) -> Future[None]:
        """Finds the servers on this machine and what they serve: done within a second or so."""
        local = [provider for provider in self.providers.values() if provider.local]
        return self._thread.call(self._lists.look_around(local))

    def known_models(self) -> list[ModelRef]:
        """The models that providers, settings and lists name; most providers have others too."""
        return [
            ModelRef(provider.id, model)
            for provider in self.providers.values()
            for model in self._known_of(provider)
        ]

    def _known_of(self, provider: Provider) -> list[str]:
        """Suggestions first; of a local server that was found what it has, and nothing else."""
        listed = self._lists.of(provider.id)
        served = [model.id for model in listed.models] if listed else []
        suggested = () if listed and provider.local else provider.models
        return list(dict.fromkeys((*suggested, *served)))

    def usable_models(self) -> list[ModelRef]:
        """Those of the known models that could be asked now."""
        return [model for model in self.known_models() if self.is_usable(model)]

    def is_usable(self, model: ModelRef) -> bool:
        provider = self.providers.get(model.provider)
        if provider is None:
            return False
        return not provider.key_env or self.found_key(self.workspace, provider) is not None

    def is_running(self, provider: Provider) -> bool:
        """Whether a local provider's server is running; true of all others."""
        return not provider.local or is_running(provider.base_url)

    def can_be_asked(self, model: ModelRef) -> bool:
        """Whether it is usable and, where it is local, its server runs."""
        return self.is_usable(model) and self.is_running(self.providers[model.provider])

    def suggested(self, template: Template, *, simulated: bool = False) -> ModelRef | None:
        """The first model that the template suggests and that can be asked now: a real one, or
        a simulated one.
        """
        for model in map(ModelRef.parse, template.suggested_models):
            provider = self.providers.get(model.provider)
            if provider and provider.simulated is simulated and self.can_be_asked(model):
                return model
        return None

    def limits_for(self, provider: Provider, changed: Mapping[str, float]) -> TimeLimits:
        """Time limits in seconds: everyone's, the provider's, then those changed for this run."""
        limits = self.settings.timeouts_of(provider.id).model_dump() | dict(changed)
        return TimeLimits(**{f"{name}_s": seconds for name, seconds in limits.items()})

    # Keys

    def found_key(self, workspace: str, provider: Provider) -> FoundKey | None:
        """The key that a workspace would use for a provider, without fetching it."""
        return self._keys.found(workspace, provider)

    def key_rows(self) -> Future[list[KeyRow]]:
        """Every provider with its keys in this workspace, and what is known of them."""
        return self._thread.call(self._keys.rows(self.workspace, self.providers))

    def check_key(self, provider: Provider, label: str | None = None) -> Future[KeyCheck]:
        """Asks the provider about the workspace's key of this label, or about the one in use."""
        return self._thread.call(self._keys.check(self.workspace, provider, label))

    def with_keys(self, work: Callable[[OwnKeys], T]) -> Future[T]:
        """Does this with the workspaces' own keys: it may take seconds, and keeps nobody waiting
        but those who wait for the future."""
        return self._thread.call(asyncio.to_thread(work, self._own_keys))

    @property
    def vault(self) -> Vault:
        """The encrypted vault: where it is, whether it is locked."""
        return self._own_keys.stores.vault

    def key_events(self) -> Future[tuple[KeyEvent, ...]]:
        """What was done with the workspace's keys, the newest first."""
        return self._thread.call(self._store.key_events(self.workspace, SHOWN_KEY_EVENTS))

    def _open_keys(self) -> OwnKeys:
        for provider in self.providers.values():
            if shared := environment_key(provider.key_env, self._environ):
                self.known_secrets.add(shared.secret)
        return OwnKeys(
            self.directories.data,
            self._environ,
            now=_now,
            known=self.known_secrets,
            note=lambda event: self._thread.do(self._keys.record(event)),
            passphrase_command=self.settings.vault.passphrase_command,
        )

    # The engine's thread

    async def _build(self) -> tuple[Store, Engine, ModelLists, KeyDesk]:
        store = await Store.open(
            self.directories.data / "history.db", owner=this_process(), now=_now
        )
        room = HttpRoom({SANDBOX_HOST: Sandbox()})
        lists = ModelLists(room, store, _now)
        await lists.load(self.providers)
        order = KeyOrder(
            self._own_keys,
            self._environ,
            may_share=self.settings.environment_keys_of,
            known=self.known_secrets,
        )
        keys = KeyDesk(
            self._own_keys,
            order,
            room=room,
            store=store,
            now=_now,
            origin=origin_of(self._environ),
        )
        engine = Engine(
            room=room,
            providers=self.providers,
            key_for=keys.key_for,
            limits_for=self.limits_for,
            facts_of=self.facts,
            new_id=UlidFactory(lambda: time.time_ns() // 1_000_000, os.urandom),
            store=store,
            known=self.known_secrets,
            now=_now,
        )
        return store, engine, lists, keys

    async def _close(self) -> None:
        await self._engine.close()
        await self._store.close()


def _now() -> datetime:
    return datetime.now(UTC)


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
