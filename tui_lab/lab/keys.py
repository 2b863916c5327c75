"""The keys as a face sees them: which are found, what is done with them, what was done."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from datetime import datetime
from typing import TypeVar

from tui_lab.core.keys import FoundKey, KeyCheck, KeyEvent
from tui_lab.engine.key_desk import KeyDesk, KeyRow
from tui_lab.engine.thread import LoopThread
from tui_lab.keys.own_keys import OwnKeys
from tui_lab.keys.vault import Vault
from tui_lab.providers.catalogue import Provider
from tui_lab.store.store import Store

T = TypeVar("T")

SHOWN_EVENTS = 200


class LabKeys:
    """The keys of the workspace that is open, unless another one is named."""

    def __init__(
        self,
        desk: KeyDesk,
        *,
        providers: Mapping[str, Provider],
        store: Store,
        thread: LoopThread,
        workspace: Callable[[], str],
    ) -> None:
        self._desk = desk
        self._providers = providers
        self._store = store
        self._thread = thread
        self._workspace = workspace

    def found(self, workspace: str, provider: Provider) -> FoundKey | None:
        """The key that a workspace would use for a provider, without fetching it."""
        return self._desk.found(workspace, provider)

    def rows(self) -> Future[list[KeyRow]]:
        """Every provider with its keys in this workspace, and what is known of them."""
        return self._thread.call(self._desk.rows(self._workspace(), self._providers))

    def check(self, provider: Provider, label: str | None = None) -> Future[KeyCheck]:
        """Asks the provider about the workspace's key of this label (empty: the environment's), or
        about the one in use."""
        return self._thread.call(self._desk.check(self._workspace(), provider, label))

    def do(self, work: Callable[[OwnKeys], T]) -> Future[T]:
        """Does this with the workspaces' own keys: it may take seconds, and keeps nobody waiting
        but those who wait for the future."""
        return self._thread.call(asyncio.to_thread(work, self._desk.own))

    @property
    def vault(self) -> Vault:
        """The encrypted vault: where it is, whether it is locked."""
        return self._desk.own.stores.vault

    def runs_since(self, moment: datetime) -> Future[dict[str, int]]:
        """How many runs of the workspace each provider was asked for since then."""
        return self._thread.call(self._store.runs_by_provider(self._workspace(), moment))

    def events(self) -> Future[tuple[KeyEvent, ...]]:
        """What was done with the workspace's keys, the newest first."""
        return self._thread.call(self._store.key_events(self._workspace(), SHOWN_EVENTS))
