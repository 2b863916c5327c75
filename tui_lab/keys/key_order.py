"""Which key a workspace uses: its own active one, else the environment's where it may, else none.

A key of its own that cannot be had is an error; nothing takes its place unasked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.core.key_input import SHORTEST_KEY
from tui_lab.core.keys import FoundKey, KeyId, KeyKind
from tui_lab.core.secret import KnownSecrets, Secret
from tui_lab.keys.environment import environment_key
from tui_lab.keys.index import KeyEntry
from tui_lab.keys.own_keys import OwnKeys


class ReadKey(NamedTuple):
    found: FoundKey
    secret: Secret


class KeyOrder:
    """`may_share` says whether a workspace may use the keys of the environment. Threads as for
    `OwnKeys`; `found` is fast and changes nothing."""

    def __init__(
        self,
        own: OwnKeys,
        environ: Mapping[str, str],
        may_share: Callable[[str], bool],
        known: KnownSecrets,
    ) -> None:
        self._own = own
        self._environ = environ
        self._may_share = may_share
        self._known = known

    def found(self, workspace: str, provider: str, key_env: Iterable[str]) -> FoundKey | None:
        """The key that would be used, not yet fetched; None also where it cannot be had."""
        try:
            own = self._own.active(workspace, provider)
        except LabError:
            return None
        if own is not None:
            return self.of_entry(own)
        return self.shared(workspace, provider, key_env)

    def of_entry(self, entry: KeyEntry) -> FoundKey | None:
        """A key of the workspace's own; None where it certainly cannot be had now."""
        mask = self._own.mask(entry)
        if mask is None:
            return None
        return FoundKey(entry.id, entry.kind, self._own.source(entry), mask)

    def shared(self, workspace: str, provider: str, key_env: Iterable[str]) -> FoundKey | None:
        """The environment's key, where the workspace may use it."""
        key = self.read_shared(workspace, provider, key_env)
        return key.found if key else None

    def read_shared(self, workspace: str, provider: str, key_env: Iterable[str]) -> ReadKey | None:
        """The environment's key itself, where the workspace may use it."""
        variable = environment_key(key_env, self._environ) if self._may_share(workspace) else None
        if variable is None:
            return None
        self._known.add(variable.secret)
        source = f"environment {variable.name}"
        key = KeyId(workspace, provider, label="")
        return ReadKey(
            FoundKey(key, KeyKind.ENVIRONMENT, source, variable.secret.mask), variable.secret
        )

    def read(
        self, workspace: str, provider: str, key_env: Iterable[str], *, anew: bool = False
    ) -> ReadKey | None:
        """The key that is used. Raises `LabError` where it cannot be had; may take seconds."""
        own = self._own.active(workspace, provider)
        if own is not None:
            return self.read_entry(own, anew=anew)
        key = self.read_shared(workspace, provider, key_env)
        if key is not None and len(key.secret.reveal()) < SHORTEST_KEY:
            raise LabError(
                ErrorKind.NO_KEY,
                f"the key in {key.found.source} is too short to be one",
                "check it",
            )
        return key

    def read_entry(self, entry: KeyEntry, *, anew: bool = False) -> ReadKey:
        secret = self._own.read(entry, anew=anew)
        source = self._own.source(entry)
        return ReadKey(FoundKey(entry.id, entry.kind, source, secret.mask), secret)
