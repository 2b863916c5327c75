"""What providers say they serve: fetched when asked for, kept on disk, at hand at once."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Protocol

from tui_lab.core.errors import LabError
from tui_lab.core.model_facts import ModelList
from tui_lab.core.secret import Secret
from tui_lab.providers.catalogue import Provider
from tui_lab.providers.http import HttpRoom
from tui_lab.providers.model_lists import fetch_models

LOCAL_CONNECT_SECONDS = 0.3
LOCAL_SECONDS = 1.0
"""A server on this machine that does not answer so soon is taken not to be there."""

log = logging.getLogger(__name__)


class ListStore(Protocol):
    """What is needed of the history database."""

    async def save_model_list(self, listed: ModelList) -> None: ...
    async def model_lists(self) -> tuple[ModelList, ...]: ...


class ModelLists:
    """Lists by provider. They are fetched on the engine's loop, and may be read anywhere.

    Local servers come and go: one that does not answer has no list. What its models were like is
    remembered all the same, on disk as well: a run that asks one of them wants to know.
    """

    def __init__(self, room: HttpRoom, store: ListStore, now: Callable[[], datetime]) -> None:
        self._room = room
        self._store = store
        self._now = now
        self._lists: Mapping[str, ModelList] = {}
        self._remembered: Mapping[str, ModelList] = {}

    def of(self, provider_id: str) -> ModelList | None:
        """The last list of this provider; None if there never was one, or if it is not there."""
        return self._lists.get(provider_id)

    def remembered(self, provider_id: str) -> ModelList | None:
        """The last list of this provider, whether it is there now or not."""
        return self._remembered.get(provider_id)

    async def load(self, providers: Mapping[str, Provider]) -> None:
        """The lists of the last time, as far as they are from where the providers are now."""
        with suppress(LabError):
            for listed in await self._store.model_lists():
                provider = providers.get(listed.provider)
                if provider is not None and provider.base_url == listed.base_url:
                    self._keep(listed, found=not provider.local)

    async def refresh(self, provider: Provider, key: Secret | None) -> ModelList:
        """Asks the provider. Raises `LabError` where it does not tell; the last list stays then."""
        models = await fetch_models(self._room, provider, key)
        listed = ModelList(provider.id, provider.base_url, self._now(), models)
        await self._save(listed)
        return listed

    async def look_around(self, providers: Iterable[Provider]) -> None:
        """Asks these servers on this machine, all at once; those that are not there are passed."""
        await asyncio.gather(*(self._look_at(provider) for provider in providers))

    async def _look_at(self, provider: Provider) -> None:
        try:
            models = await fetch_models(
                self._room,
                provider,
                None,
                connect_s=LOCAL_CONNECT_SECONDS,
                total_s=LOCAL_SECONDS,
            )
        except LabError:
            self._lists = {id: kept for id, kept in self._lists.items() if id != provider.id}
        else:
            before = self._remembered.get(provider.id)
            listed = ModelList(provider.id, provider.base_url, self._now(), models)
            if before is not None and before.models == models:
                self._keep(listed)
            else:
                await self._save(listed)

    async def _save(self, listed: ModelList) -> None:
        self._keep(listed)
        try:
            await self._store.save_model_list(listed)
        except LabError as error:
            log.warning("the list of %s is not kept: %s", listed.provider, error)

    def _keep(self, listed: ModelList, *, found: bool = True) -> None:
        # A new mapping each time: whoever reads on another thread has a whole one.
        self._remembered = {**self._remembered, listed.provider: listed}
        if found:
            self._lists = {**self._lists, listed.provider: listed}
