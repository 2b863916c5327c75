"""The encrypted vault: one file of keys, opened with a passphrase.

scrypt (RFC 7914) makes the key, Fernet (AES-128-CBC with HMAC-SHA256, from `cryptography`)
encrypts all secrets as one text. Its parameters are OWASP's for 32 MiB of memory.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.core.secret import Secret
from tui_lab.private_file import PrivateFile

Secrets = Mapping[str, str]
"""The secrets by the name that each was stored under."""

SHORTEST_PASSPHRASE = 8
_FORMAT = "tui-lab vault"
_VERSION = 1
_WORK = 2**15
_LARGEST_WORK = 2**20  # a file must not make us take more memory than 1 GiB


@dataclass(frozen=True, slots=True)
class _Lock:
    """How the key is made from the passphrase; another salt, another key."""

    salt: bytes
    n: int
    r: int = 8
    p: int = 3

    def key(self, passphrase: Secret) -> bytes:
        from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

        scrypt = Scrypt(salt=self.salt, length=32, n=self.n, r=self.r, p=self.p)
        return base64.urlsafe_b64encode(scrypt.derive(passphrase.reveal().encode()))


@dataclass(frozen=True, slots=True)
class _Opened:
    lock: _Lock
    key: bytes

    def __repr__(self) -> str:
        return "_Opened(…)"


class Vault:
    """Raises `LabError`: `storage` for the file, `config` for what is in it or the passphrase,
    `no_key` while it is locked. It is locked until `unlock`; making the key takes a moment: `work`
    says for a new vault how long (scrypt's n)."""

    def __init__(self, path: Path, work: int = _WORK) -> None:
        self._file = PrivateFile(path, "the vault")
        self._work = work
        self._opened: _Opened | None = None

    @property
    def path(self) -> Path:
        return self._file.path

    @property
    def notices(self) -> list[str]:
        return self._file.notices

    @property
    def exists(self) -> bool:
        return self._file.version is not None

    @property
    def is_locked(self) -> bool:
        return self._opened is None

    def unlock(self, passphrase: Secret) -> None:
        """Opens the vault for this session; makes an empty one where there is none."""
        data = self._file.read()
        if data is None:
            self._make(passphrase)
            return
        lock, token = self._parsed(data)
        opened = _Opened(lock, lock.key(passphrase))
        self._decrypted(opened, token)
        self._opened = opened

    def change_passphrase(self, passphrase: Secret) -> None:
        """Encrypts everything anew, for the new passphrase alone."""
        _check_new(passphrase)
        with self._file.alone():
            secrets = self._secrets()
            opened = self._new_lock(passphrase)
            self._write(opened, secrets)
            self._opened = opened

    def secrets(self) -> Secrets:
        """All of them, as the file has them now."""
        return self._secrets()

    def change(self, step: Callable[[Secrets], Secrets]) -> None:
        with self._file.alone():
            secrets = step(self._secrets())
            assert self._opened is not None
            self._write(self._opened, secrets)

    def _make(self, passphrase: Secret) -> None:
        _check_new(passphrase)
        opened = self._new_lock(passphrase)
        with self._file.alone():
            if not self.exists:
                self._write(opened, {})
                self._opened = opened
                return
        self.unlock(passphrase)  # another process has been faster

    def _new_lock(self, passphrase: Secret) -> _Opened:
        lock = _Lock(os.urandom(16), self._work)
        return _Opened(lock, lock.key(passphrase))

    def _secrets(self) -> Secrets:
        data = self._file.read()
        if data is None:
            raise self._fault("is not there", "put it back, or set TUI_LAB_VAULT_PASSPHRASE")
        if self._opened is None:
            raise LabError(
                ErrorKind.NO_KEY,
                "the vault is locked",
                "set TUI_LAB_VAULT_PASSPHRASE, or unlock it in a terminal",
            )
        lock, token = self._parsed(data)
        if lock != self._opened.lock:
            self._opened = None
            raise LabError(
                ErrorKind.NO_KEY,
                "the vault was replaced, or given another passphrase, while it was open",
                "unlock it again; nothing was written",
            )
        return self._decrypted(self._opened, token)

    def _decrypted(self, opened: _Opened, token: bytes) -> Secrets:
        from cryptography.fernet import Fernet, InvalidToken

        try:
            secrets = json.loads(Fernet(opened.key).decrypt(token))
        except InvalidToken:
            raise LabError(
                ErrorKind.CONFIG,
                "the passphrase does not open the vault",
                "try again; its file is as it was",
            ) from None
        return {str(name): str(value) for name, value in secrets.items()}

    def _write(self, opened: _Opened, secrets: Secrets) -> None:
        from cryptography.fernet import Fernet

        token = Fernet(opened.key).encrypt(json.dumps(dict(secrets)).encode())
        lock = opened.lock
        document = {
            "format": _FORMAT,
            "version": _VERSION,
            "scrypt": {
                "n": lock.n,
                "r": lock.r,
                "p": lock.p,
                "salt": base64.b64encode(lock.salt).decode(),
            },
            # Tells damage from a wrong passphrase.
            "sha256": hashlib.sha256(token).hexdigest(),
            "fernet": token.decode(),
        }
        self._file.write((json.dumps(document, indent=1) + "\n").encode())

    def _parsed(self, data: bytes) -> tuple[_Lock, bytes]:
        try:
            document = json.loads(data)
            if document["format"] != _FORMAT:
                raise ValueError
            newer = document["version"] > _VERSION
            if not newer:
                return _lock_of(document), _token_of(document)
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            raise self._fault("is damaged", "put a copy of it back, or move it away") from None
        raise self._fault("was written by a newer tui-lab", "use that version")

    def _fault(self, what: str, hint: str) -> LabError:
        return LabError(ErrorKind.CONFIG, f"the vault {self.path} {what}", hint)


def _lock_of(document: Mapping[str, Mapping[str, int | str]]) -> _Lock:
    said = document["scrypt"]
    lock = _Lock(
        base64.b64decode(str(said["salt"]), validate=True),
        int(said["n"]),
        int(said["r"]),
        int(said["p"]),
    )
    within = 2 <= lock.n <= _LARGEST_WORK and 1 <= lock.r <= 8 and 1 <= lock.p <= 16
    if not within or lock.n & (lock.n - 1) or len(lock.salt) < 16:
        raise ValueError
    return lock


def _token_of(document: Mapping[str, str]) -> bytes:
    token = document["fernet"].encode()
    if hashlib.sha256(token).hexdigest() != document["sha256"]:
        raise ValueError
    return token


def _check_new(passphrase: Secret) -> None:
    if len(passphrase.reveal()) < SHORTEST_PASSPHRASE:
        raise LabError(
            ErrorKind.USAGE,
            f"a passphrase has at least {SHORTEST_PASSPHRASE} characters",
            "four or five words that you can remember are a good one",
        )
