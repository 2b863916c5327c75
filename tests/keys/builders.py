"""Keys of a person who has some, in a directory of their own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from keyring.backend import KeyringBackend
from keyring.errors import PasswordDeleteError

from tests.builders import NOON
from tui_lab.core.keys import KeyEvent, KeyId
from tui_lab.core.secret import KnownSecrets, Secret
from tui_lab.keys.os_keyring import Keyring
from tui_lab.keys.own_keys import OwnKeys
from tui_lab.keys.vault import Vault

PASSPHRASE = "correct horse battery"
FIRST = Secret("sk-proj-the-first-0123456789")
SECOND = Secret("sk-proj-the-second-987654321")
MINE = KeyId("default", "openai")
THEIRS = KeyId("team", "openai")
WORK = KeyId("default", "openai", "work")


class MemoryKeyring(KeyringBackend):
    """A keyring that always works."""

    priority = -2

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        if self.kept.pop((service, username), None) is None:
            raise PasswordDeleteError("no such password")


class FailingKeyring(MemoryKeyring):
    """A keyring that does this instead of answering."""

    def __init__(self, act: Callable[[], object]) -> None:
        super().__init__()
        self.act = act

    def get_password(self, service: str, username: str) -> str | None:
        self.act()
        return None

    def set_password(self, service: str, username: str, password: str) -> None:
        self.act()


def own_keys(
    folder: Path,
    environ: Mapping[str, str] | None = None,
    *,
    backend: KeyringBackend | None = None,
    trail: list[KeyEvent] | None = None,
    known: KnownSecrets | None = None,
    passphrase_command: str | None = None,
) -> OwnKeys:
    """The keys in this folder, with a vault that is quickly opened; the environment holds its
    passphrase unless `environ` is given."""
    if not (folder / "keys.vault").exists():
        Vault(folder / "keys.vault", work=2).unlock(Secret(PASSPHRASE))
    return OwnKeys(
        folder,
        {"TUI_LAB_VAULT_PASSPHRASE": PASSPHRASE} if environ is None else environ,
        now=lambda: NOON,
        known=known or KnownSecrets(),
        note=(trail if trail is not None else []).append,
        passphrase_command=passphrase_command,
        find_keyring=lambda: Keyring("Memory" if backend else "there is none", backend),
    )
