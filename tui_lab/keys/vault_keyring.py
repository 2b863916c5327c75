"""The vault as a backend of `keyring`. To be imported inside functions only."""

from __future__ import annotations

from keyring.backend import KeyringBackend
from keyring.errors import PasswordDeleteError

from tui_lab.keys.vault import Secrets, Vault


class VaultKeyring(KeyringBackend):
    """Names in the vault are those of the user; it serves one service, the lab."""

    priority = -1  # never chosen by itself: it wants a passphrase

    def __init__(self, vault: Vault) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._vault = vault

    def get_password(self, service: str, username: str) -> str | None:
        return self._vault.secrets().get(username)

    def set_password(self, service: str, username: str, password: str) -> None:
        self._vault.change(lambda secrets: {**secrets, username: password})

    def delete_password(self, service: str, username: str) -> None:
        def without(secrets: Secrets) -> Secrets:
            if username not in secrets:
                raise PasswordDeleteError("not in the vault")
            return {name: value for name, value in secrets.items() if name != username}

        self._vault.change(without)
