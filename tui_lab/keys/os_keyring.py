"""The keyring of the operating system: whether there is one, and which it really is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

from tui_lab.keys.time_limit import within

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

PROBE_SECONDS = 2.0
CALL_SECONDS = 5.0
"""A locked keyring may ask for its password on a screen that nobody sees."""

_SILENT = {
    "keyring.backends.SecretService": "Secret Service",
    "keyring.backends.libsecret": "libsecret",
    "keyring.backends.kwallet": "KWallet",
    "keyring.backends.macOS": "macOS Keychain",
    "keyring.backends.Windows": "Windows Credential Locker",
}
"""Backends that never ask in the terminal, where a question would freeze the screen."""

_ON_BUS = [f"keyring.backends.{name}" for name in ("SecretService", "libsecret", "kwallet")]

_REFUSED = {
    "keyring.backends.fail": "there is no keyring service here",
    "keyring.backends.null": "keyring is switched off (its null backend forgets every key)",
    "keyrings.alt": "a file keyring of keyrings.alt asks in the terminal or does not encrypt",
    "keyrings.cryptfile": "the keyring keyrings.cryptfile asks for its password in the terminal",
}


@dataclass(frozen=True, slots=True)
class Keyring:
    """The keyring that keys can be kept in, by its real name; or, without a backend, why not:
    `is_silent` where its service does not answer."""

    name: str
    backend: KeyringBackend | None
    is_silent: bool = False


def probe(find: Callable[[], KeyringBackend] | None = None) -> Keyring:
    """Looks for the keyring once; waits no longer than `PROBE_SECONDS` for a service. `find` is
    keyring's own choice unless a test says otherwise."""
    try:
        _import_backends()
        return within(PROBE_SECONDS, lambda: _judged((find or _chosen)()))
    except TimeoutError:
        words = f"the keyring service did not answer within {PROBE_SECONDS:g} s"
        return Keyring(words, None, is_silent=True)
    except Exception as error:  # a backend named in the environment may be anything
        return Keyring(f"no keyring can be used: {type(error).__name__}", None)


def _import_backends() -> None:
    """Asks no service, but may take seconds on a busy machine: nothing to be counted."""
    for name in ("keyring", *_ON_BUS):
        import_module(name)


def _chosen() -> KeyringBackend:
    import keyring

    return keyring.get_keyring()


def _judged(chosen: KeyringBackend) -> Keyring:
    """A chain is looked into: its silent members are used, the others never."""
    reason = ""
    for backend in _members(chosen):
        module = type(backend).__module__
        if module in _SILENT:
            return Keyring(_SILENT[module], backend)
        reason = reason or _refusal(module)
    return Keyring(reason or _REFUSED["keyring.backends.fail"], None)  # an empty chain


def _members(backend: KeyringBackend) -> Iterator[KeyringBackend]:
    if type(backend).__module__ != "keyring.backends.chainer":
        yield backend
        return
    for member in getattr(backend, "backends", ()):
        yield from _members(member)


def _refusal(module: str) -> str:
    for beginning, reason in _REFUSED.items():
        if module == beginning or module.startswith(f"{beginning}."):
            return reason
    return f"the keyring {module} is not known to work without asking in the terminal"
