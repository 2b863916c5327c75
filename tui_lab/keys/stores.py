"""The two places that keys are stored in, the system's keyring and our vault, behind one door."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, TypeVar

from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.core.keys import KeyId, KeyKind
from tui_lab.core.secret import KnownSecrets, Secret
from tui_lab.keys.os_keyring import CALL_SECONDS, Keyring, probe
from tui_lab.keys.references import PASSPHRASE_VARIABLE, Reference
from tui_lab.keys.time_limit import within
from tui_lab.keys.vault import Vault

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

T = TypeVar("T")

SERVICE = "tui-lab"
_LOCKED = ("KeyringLocked", "LockedException", "PromptDismissedException")


class Stores:
    """`kind` is `KEYRING` or `VAULT` everywhere. May be used from any thread but an event loop's.
    Raises `LabError`.

    `unlocked` is told how each try to open the vault went: None, or what went wrong.
    """

    def __init__(
        self,
        folder: Path,
        environ: Mapping[str, str],
        *,
        known: KnownSecrets,
        unlocked: Callable[[str | None], None],
        passphrase_command: str | None = None,
        find_keyring: Callable[[], Keyring] = probe,
    ) -> None:
        self.vault = Vault(folder / "keys.vault")
        self._environ = environ
        self._known = known
        self._unlocked = unlocked
        self._passphrase_command = passphrase_command
        self._find_keyring = find_keyring
        self._keyring: Keyring | None = None
        self._busy = Lock()

    def keyring(self) -> Keyring:
        """The keyring of the operating system, looked for once (`os_keyring.PROBE_SECONDS`)."""
        with self._busy:
            if self._keyring is None:
                self._keyring = self._find_keyring()
            return self._keyring

    def check(self, kind: KeyKind) -> None:
        """Raises `LabError` where a key of this kind could not be kept, before one is asked for."""
        if kind is KeyKind.KEYRING:
            self._os_backend()

    def unlock(self, passphrase: Secret) -> None:
        """Opens the vault for this session, or makes it."""
        self._known.add(passphrase)
        try:
            self.vault.unlock(passphrase)
        except LabError as error:
            self._unlocked(error.message)
            raise
        self._unlocked(None)

    def open_vault(self) -> bool:
        """Unlocks the vault, or makes it, with the passphrase that the environment or the settings
        name; whether it is open then."""
        with self._busy:
            if self.vault.is_locked and (passphrase := self._given_passphrase()):
                self.unlock(passphrase)
            return not self.vault.is_locked

    def get(self, kind: KeyKind, key: KeyId) -> Secret | None:
        backend, name = self._backend(kind), _name(key)
        value = _asked(kind, lambda: backend.get_password(SERVICE, name))
        return None if value is None else Secret(value)

    def put(self, kind: KeyKind, key: KeyId, secret: Secret) -> str:
        """Stores a key; the name of the keyring that has it, empty for the vault."""
        if kind is KeyKind.VAULT:
            self.open_vault()
        backend, name = self._backend(kind), _name(key)
        _asked(kind, lambda: backend.set_password(SERVICE, name, secret.reveal()))
        return self.keyring().name if kind is KeyKind.KEYRING else ""

    def erase(self, kind: KeyKind, key: KeyId) -> None:
        """Removes a key; one that is gone already is as good."""
        if kind is KeyKind.VAULT and not self.vault.exists:
            return
        from keyring.errors import PasswordDeleteError

        backend, name = self._backend(kind), _name(key)

        def erase() -> None:
            try:
                backend.delete_password(SERVICE, name)
            except PasswordDeleteError:
                if backend.get_password(SERVICE, name) is not None:
                    raise

        _asked(kind, erase)

    def _given_passphrase(self) -> Secret | None:
        if value := self._environ.get(PASSPHRASE_VARIABLE):
            return Secret(value)
        if self._passphrase_command:
            return Reference("command", self._passphrase_command).read(self._environ)
        return None

    def _backend(self, kind: KeyKind) -> KeyringBackend:
        if kind is KeyKind.VAULT:
            from tui_lab.keys.vault_keyring import VaultKeyring

            if self.vault.exists:
                self.open_vault()
            return VaultKeyring(self.vault)
        return self._os_backend()

    def _os_backend(self) -> KeyringBackend:
        keyring = self.keyring()
        if keyring.backend is None:
            raise LabError(
                ErrorKind.NO_KEY,
                f"the keyring cannot be used: {keyring.name}",
                "the encrypted vault needs none: tui-lab keys set … --store vault",
            )
        return keyring.backend


def _name(key: KeyId) -> str:
    """The name under which a key is stored: three texts that cannot run into one another."""
    return json.dumps([key.workspace, key.provider, key.label])


def _asked(kind: KeyKind, work: Callable[[], T]) -> T:
    """What a store answers; a keyring may raise any exception, or never answer."""
    if kind is KeyKind.VAULT:
        return work()
    try:
        return within(CALL_SECONDS, work)
    except TimeoutError:
        fault = f"did not answer within {CALL_SECONDS:g} s"
    except Exception as error:
        name = type(error).__name__
        fault = "is locked" if name in _LOCKED else f"refused: {name}"
    raise LabError(
        ErrorKind.NO_KEY,
        f"the keyring {fault}",
        "it may have to be unlocked on the desktop; the encrypted vault needs none",
    )
