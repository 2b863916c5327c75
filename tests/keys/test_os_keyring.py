"""The keyring of the system, or why there is none, within two seconds."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
from pathlib import Path

import keyring.core
import pytest
from keyring.backend import KeyringBackend
from keyring.backends import chainer

from tests.keys.builders import MemoryKeyring
from tui_lab.keys import os_keyring
from tui_lab.keys.os_keyring import probe

LOOK = (
    "from tui_lab.keys.os_keyring import probe; found = probe(); print(found.backend, found.name)"
)


def a_backend(module: str, **members: object) -> KeyringBackend:
    """A backend as if it came from this module."""
    backend: KeyringBackend = type("Keyring", (MemoryKeyring,), {"__module__": module} | members)()
    return backend


def a_chain(*modules: str) -> KeyringBackend:
    return a_backend(chainer.__name__, backends=[a_backend(module) for module in modules])


def of_keyring(name: str) -> KeyringBackend:
    return keyring.core.load_keyring(f"keyring.backends.{name}.Keyring")


def look(home: Path, **environ: str) -> str:
    """What a process of its own finds."""
    done = subprocess.run(
        [sys.executable, "-c", LOOK],
        env={"PATH": os.environ["PATH"], "HOME": str(home), **environ},
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return done.stdout


@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("keyring.backends.SecretService", "Secret Service"),
        ("keyring.backends.kwallet", "KWallet"),
        ("keyring.backends.macOS", "macOS Keychain"),
    ],
)
def test_a_real_keyring_is_named(module: str, name: str) -> None:
    backend = a_backend(module)
    assert probe(lambda: backend) == os_keyring.Keyring(name, backend)


@pytest.mark.parametrize(
    ("backend", "reason"),
    [
        (of_keyring("fail"), "there is no keyring service"),
        (of_keyring("null"), "forgets every key"),
        (a_backend("keyrings.alt.file"), "keyrings.alt"),
        (a_backend("keyrings.cryptfile.cryptfile"), "keyrings.cryptfile"),
        (a_backend("somebody.else"), "somebody.else is not known"),
        (a_chain("keyrings.alt.file", "keyrings.cryptfile.cryptfile"), "keyrings.alt"),
    ],
)
def test_what_forgets_or_asks_is_refused(backend: KeyringBackend, reason: str) -> None:
    found = probe(lambda: backend)
    assert found.backend is None
    assert reason in found.name


def test_of_a_chain_only_a_silent_member_is_used() -> None:
    found = probe(lambda: a_chain("keyrings.alt.file", "keyring.backends.libsecret"))
    assert found.name == "libsecret"
    assert type(found.backend).__module__ == "keyring.backends.libsecret"


def test_a_keyring_that_never_answers_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os_keyring, "PROBE_SECONDS", 0.1)
    over = threading.Event()

    def hang() -> KeyringBackend:
        over.wait(60)
        return of_keyring("fail")

    assert "did not answer" in probe(hang).name
    over.set()


def test_a_backend_that_fails_is_no_backend() -> None:
    def broken() -> KeyringBackend:
        raise ImportError("no such backend")

    assert "ImportError" in probe(broken).name


def test_without_a_bus_there_is_no_keyring(tmp_path: Path) -> None:
    assert look(tmp_path) == "None there is no keyring service here\n"


def test_a_stale_bus_address_is_no_keyring(tmp_path: Path) -> None:
    address = f"unix:path={tmp_path}/nobody"
    assert look(tmp_path, DBUS_SESSION_BUS_ADDRESS=address).startswith("None there is no keyring")


def test_the_null_backend_of_the_environment_is_recognised(tmp_path: Path) -> None:
    found = look(tmp_path, PYTHON_KEYRING_BACKEND="keyring.backends.null.Keyring")
    assert "forgets every key" in found


def silent_bus(bus: socket.socket) -> None:
    """Lets a client in, as D-Bus does, and never says another word."""
    client, _ = bus.accept()
    with client:
        while words := client.recv(4096):
            if b"AUTH" in words:
                client.sendall(b"OK 0123456789abcdef0123456789abcdef\r\n")
            elif b"NEGOTIATE" in words:
                client.sendall(b"AGREE_UNIX_FD\r\n")


def test_a_bus_that_hangs_is_given_up_and_keeps_nothing_from_ending(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as bus:
        bus.bind(str(tmp_path / "bus"))
        bus.listen()
        answering = threading.Thread(target=silent_bus, args=(bus,))
        answering.start()
        found = look(tmp_path, DBUS_SESSION_BUS_ADDRESS=f"unix:path={tmp_path}/bus")
        answering.join()
    assert found == "None the keyring service did not answer within 2 s\n"


def test_a_bus_that_takes_no_notice_is_no_keyring(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as bus:
        bus.bind(str(tmp_path / "bus"))
        bus.listen()
        found = look(tmp_path, DBUS_SESSION_BUS_ADDRESS=f"unix:path={tmp_path}/bus")
    assert found.startswith("None ")


def test_a_chain_without_members_is_no_keyring() -> None:
    found = probe(lambda: a_chain())
    assert (found.backend, found.name) == (None, "there is no keyring service here")
