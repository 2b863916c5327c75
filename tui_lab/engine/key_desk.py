"""What is done with keys: kept, looked at, verified, and each of that noted in the audit trail."""

from __future__ import annotations

import asyncio
import getpass
import logging
import os
import shlex
import socket
from collections import defaultdict, deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.core.keys import (
    FoundKey,
    KeyAction,
    KeyCheck,
    KeyEvent,
    KeyId,
    KeyKind,
    KeyStatus,
)
from tui_lab.core.secret import Secret
from tui_lab.keys.index import KeyEntry
from tui_lab.keys.key_order import KeyOrder, ReadKey
from tui_lab.keys.own_keys import UNKNOWN_MASK, OwnKeys
from tui_lab.providers.catalogue import Provider
from tui_lab.providers.http import HttpRoom
from tui_lab.providers.key_check import check_key

CHECK_PAUSE = timedelta(seconds=5)
"""So soon after a check of a key its outcome is told again, instead of asking the provider."""
_RECENT = 50

log = logging.getLogger(__name__)


class KeyStore(Protocol):
    """What is needed of the history database."""

    async def add_key_event(self, event: KeyEvent) -> None: ...
    async def key_events(self, workspace: str, limit: int) -> tuple[KeyEvent, ...]: ...
    async def last_verdicts(self, workspace: str) -> tuple[KeyEvent, ...]: ...


@dataclass(frozen=True, slots=True)
class KeyRow:
    """A provider and one key for it, or none. `in_use`: it is the one that a run would take.

    `kind` and `source` are there also for a key that cannot be had (`found` is None then).
    `verdict` is what the provider last said of this very key.
    """

    provider: Provider
    status: KeyStatus
    key: KeyId | None = None
    kind: KeyKind | None = None
    source: str | None = None
    found: FoundKey | None = None
    in_use: bool = False
    verdict: KeyEvent | None = None


class KeyDesk:
    """Its coroutines run on the engine's loop; `found` may be called anywhere. Slow stores are
    asked on other threads. Raises `LabError`."""

    def __init__(
        self,
        own: OwnKeys,
        order: KeyOrder,
        *,
        room: HttpRoom,
        store: KeyStore,
        now: Callable[[], datetime],
        origin: str,
    ) -> None:
        self.own = own
        self._order = order
        self._room = room
        self._store = store
        self._now = now
        self._origin = origin
        self._unrecorded: deque[KeyEvent] = deque(maxlen=_RECENT)
        self._checking: defaultdict[KeyId, asyncio.Lock] = defaultdict(asyncio.Lock)

    def found(self, workspace: str, provider: Provider) -> FoundKey | None:
        """The key that the workspace would use, without fetching it."""
        return self._order.found(workspace, provider.id, provider.key_env)

    async def key_for(self, workspace: str, provider: Provider) -> Secret | None:
        """The key itself, None where none is needed; raises `LabError` of kind `no_key`."""
        if provider.auth == "none":
            return None
        key = await self._read(workspace, provider)
        if key is None and provider.key_env:
            raise _no_key(workspace, provider)
        return key.secret if key else None

    async def rows(self, workspace: str, providers: Mapping[str, Provider]) -> list[KeyRow]:
        """Every provider with all its keys. Looking fetches nothing and changes nothing."""
        verdicts = {event.key: event for event in await self._verdicts(workspace)}
        return [
            _judged(row, verdicts)
            for provider in providers.values()
            for row in self._rows_of(workspace, provider)
        ]

    async def check(self, workspace: str, provider: Provider, label: str | None) -> KeyCheck:
        """Asks the provider about a key: of this label (empty: the environment's), or the one that
        is used. It is fetched anew for that, and not asked about again within `CHECK_PAUSE`."""
        key = await self._read(workspace, provider, label, anew=True)
        if key is None:
            raise _no_key(workspace, provider)
        async with self._checking[key.found.id]:
            recent = await self._recent_check(key.found)
            if recent is not None:
                return recent
            check = await check_key(self._room, provider, key.secret)
            found = key.found
            event = KeyEvent(
                self._now(), KeyAction.VERIFY, found.id, found.source, mask=found.mask, check=check
            )
            await self.record(event)
            return check

    async def record(self, event: KeyEvent) -> None:
        """Notes it in the audit trail; where nothing can be recorded, the work goes on."""
        event = replace(event, origin=self._origin)
        try:
            await self._store.add_key_event(event)
        except LabError as error:
            self._unrecorded.appendleft(event)
            log.warning("the audit trail of keys is not kept: %s", error)

    async def _read(
        self, workspace: str, provider: Provider, label: str | None = None, *, anew: bool = False
    ) -> ReadKey | None:
        if label == "":
            return self._order.read_shared(workspace, provider.id, provider.key_env)
        if label is not None:
            entry = self.own.find(KeyId(workspace, provider.id, label))
            return await asyncio.to_thread(self._order.read_entry, entry, anew=anew)
        read = self._order.read
        if self.own.active(workspace, provider.id) is None:
            return read(workspace, provider.id, provider.key_env)
        return await asyncio.to_thread(read, workspace, provider.id, provider.key_env, anew=anew)

    async def _verdicts(self, workspace: str) -> tuple[KeyEvent, ...]:
        try:
            return await self._store.last_verdicts(workspace)
        except LabError:
            return ()

    async def _recent_check(self, found: FoundKey) -> KeyCheck | None:
        """The outcome of a check that is only just over, in whichever process."""
        events = list(self._unrecorded)
        with suppress(LabError):
            events += await self._store.key_events(found.id.workspace, _RECENT)
        mine = [
            event
            for event in events
            if event.key == found.id and event.action is not KeyAction.ACTIVATE
        ]
        last = max(mine, key=lambda event: event.at, default=None)
        if last is None or last.mask != found.mask:
            return None
        # The clock may have been set back since then.
        return last.check if abs(self._now() - last.at) <= CHECK_PAUSE else None

    def _rows_of(self, workspace: str, provider: Provider) -> Iterator[KeyRow]:
        if provider.auth == "none":
            yield KeyRow(provider, KeyStatus.NOT_NEEDED)
            return
        used = self.found(workspace, provider)
        entries = self.own.entries(workspace, provider.id)
        for entry in entries:
            yield self._row_of(entry, provider, used)
        shared = self._order.shared(workspace, provider.id, provider.key_env)
        if shared is not None:
            yield _row(provider, shared, in_use=shared == used)
        elif not entries:
            yield KeyRow(provider, _without_key(provider))

    def _row_of(self, entry: KeyEntry, provider: Provider, used: FoundKey | None) -> KeyRow:
        found = self._order.of_entry(entry)
        if found is not None:
            return _row(provider, found, in_use=entry.active and found == used)
        source = self.own.source(entry)
        return KeyRow(provider, KeyStatus.MISSING, entry.id, entry.kind, source)


def _row(provider: Provider, found: FoundKey, *, in_use: bool) -> KeyRow:
    return KeyRow(provider, KeyStatus.UNVERIFIED, found.id, found.kind, found.source, found, in_use)


def _judged(row: KeyRow, verdicts: Mapping[KeyId | None, KeyEvent]) -> KeyRow:
    """With the last verdict, if it was about the key that is there now."""
    verdict = verdicts.get(row.key)
    if verdict is None or verdict.check is None or row.found is None:
        return row
    if row.found.mask not in (verdict.mask, UNKNOWN_MASK):
        return row
    return replace(row, status=KeyStatus.of(verdict.check.outcome), verdict=verdict)


def _without_key(provider: Provider) -> KeyStatus:
    if provider.key_env:
        return KeyStatus.MISSING
    return KeyStatus.LOCAL if provider.local else KeyStatus.NOT_NEEDED


def _no_key(workspace: str, provider: Provider) -> LabError:
    where = f" (get one at {provider.keys_url})" if provider.keys_url else ""
    within = f" in workspace {workspace}" if workspace != "default" else ""
    hint = f"tui-lab keys set {provider.id}"
    if workspace != "default":
        hint += f" --workspace {shlex.quote(workspace)}"
    elif provider.key_env:
        hint = f"set {provider.key_env[0]}, or: {hint}"
    return LabError(ErrorKind.NO_KEY, f"there is no key for {provider.name}{within}", hint + where)


def origin_of(environ: Mapping[str, str]) -> str:
    """Who this process belongs to, on which machine, reached from where: `ada@host, ssh from …`."""
    try:
        person = getpass.getuser()
    except (KeyError, OSError):
        person = str(os.getuid())
    client = environ.get("SSH_CONNECTION", "").partition(" ")[0]
    return f"{person}@{socket.gethostname()}" + (f", ssh from {client}" if client else "")
