"""The lab: what a face, the screens or the command line, is given.

A face sees settings, providers and templates as values, and reaches the engine and the history,
which live on a thread of their own, through futures.
"""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Callable, Mapping
from concurrent.futures import CancelledError as FutureCancelledError
from concurrent.futures import Future
from dataclasses import replace
from types import TracebackType
from typing import Self

from tui_lab.core.asked import Asked
from tui_lab.core.curl import as_curl
from tui_lab.core.draft import Draft, check_attached, repeat
from tui_lab.core.errors import LabError
from tui_lab.core.problem import Problem
from tui_lab.core.record import RunRecord
from tui_lab.core.refs import ModelRef
from tui_lab.core.secret import KnownSecrets
from tui_lab.directories import Directories, directories, prepare_directory
from tui_lab.engine.calls import fitted_call
from tui_lab.engine.engine import Batch
from tui_lab.engine.outages import Outages
from tui_lab.engine.tap import Tap
from tui_lab.engine.thread import LoopThread
from tui_lab.lab.building import Ground, build
from tui_lab.log import log_to, stop_log
from tui_lab.providers.catalogue import Provider, load_catalogue, with_overrides
from tui_lab.providers.dialects import dialect
from tui_lab.providers.exchange import Preview, preview
from tui_lab.settings import Settings, load_settings

log = logging.getLogger(__name__)

CLOSE_SECONDS = 10.0


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
        self.outages = Outages(self.settings.outage)
        ground = Ground(
            environ=environ,
            directories=self.directories,
            settings=self.settings,
            providers=providers,
            problems=self._problems,
            known=self.known_secrets,
            outages=self.outages,
            thread=self._thread,
            workspace=lambda: self.workspace,
        )
        parts = self._thread.call(build(ground)).result()
        self._store, self._engine = parts.store, parts.engine
        self.history = parts.history
        self.templates = parts.templates
        self.drafts = parts.drafts
        self.presets = parts.presets
        self.models = parts.models
        self.estimates = parts.estimates
        self.keys = parts.keys
        self.budgets = parts.budgets
        self.votes = parts.votes
        self.routing = parts.routing
        self.health = parts.health

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

    async def _close(self, interrupted: bool) -> None:
        await self._engine.close(interrupted=interrupted)
        await self._store.close()


def _key_variable(provider: Provider) -> str | None:
    """`$NAME` of the variable that customarily has the key; None where no key is needed."""
    return f"${provider.key_env[0]}" if provider.key_env else None


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
