"""Keys of a workspace's own: kept where the person said, used by nobody else, really deleted."""

from __future__ import annotations

import json
import os
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from tests.keys.builders import (
    FIRST,
    MINE,
    SECOND,
    THEIRS,
    WORK,
    FailingKeyring,
    MemoryKeyring,
    own_keys,
)
from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.core.keys import KeyAction, KeyEvent, KeyId, KeyKind
from tui_lab.core.secret import KnownSecrets, Secret
from tui_lab.keys import stores
from tui_lab.keys.own_keys import OwnKeys
from tui_lab.keys.references import Reference


def used(keys: OwnKeys, workspace: str = "default") -> str | None:
    entry = keys.active(workspace, "openai")
    return None if entry is None else keys.read(entry).reveal()


def labels(keys: OwnKeys) -> list[str]:
    return [entry.id.label for entry in keys.entries("default", "openai")]


def a_command(folder: Path, key: str) -> tuple[Reference, Path]:
    """A command that prints a key and leaves a line behind each time."""
    script, runs = folder / "print-key", folder / "runs"
    script.write_text(f"#!/bin/sh\necho run >> {runs}\necho {key}\n")
    script.chmod(0o700)
    return Reference.parse(f"command:{script}"), runs


@pytest.mark.parametrize("kind", [KeyKind.VAULT, KeyKind.KEYRING])
def test_a_stored_key_survives_a_restart(tmp_path: Path, kind: KeyKind) -> None:
    backend = MemoryKeyring()
    own_keys(tmp_path, backend=backend).keep(MINE, FIRST, kind)
    again = own_keys(tmp_path, backend=backend)
    assert used(again) == FIRST.reveal()
    entry = again.find(MINE)
    assert entry.kind is kind
    assert entry.mask == FIRST.mask


def test_each_kind_is_named_with_its_source(tmp_path: Path) -> None:
    keys = own_keys(tmp_path, backend=MemoryKeyring())
    keys.keep(MINE, FIRST, KeyKind.KEYRING)
    assert keys.source(keys.find(MINE)) == "keyring (Memory)"
    keys.keep(MINE, FIRST, KeyKind.VAULT)
    assert keys.source(keys.find(MINE)) == "encrypted vault"
    keys.refer(MINE, Reference.parse("env:WORK_KEY"))
    assert keys.source(keys.find(MINE)) == "reference to environment WORK_KEY"
    keys.keep(MINE, FIRST, KeyKind.SESSION)
    assert keys.source(keys.find(MINE)) == "this session only"


def test_beneath_a_session_key_is_the_kept_one_of_its_label(tmp_path: Path) -> None:
    keys = own_keys(tmp_path)
    keys.keep(MINE, FIRST, KeyKind.VAULT)
    assert keys.beneath(MINE) is None
    keys.keep(MINE, SECOND, KeyKind.SESSION)
    assert keys.beneath(MINE) == "encrypted vault"
    keys.delete(MINE)
    assert used(keys) == FIRST.reveal()


def test_a_session_key_is_used_at_once_and_gone_with_the_session(tmp_path: Path) -> None:
    keys = own_keys(tmp_path)
    keys.keep(MINE, FIRST, KeyKind.VAULT)
    keys.keep(WORK, SECOND, KeyKind.SESSION)
    assert used(keys) == SECOND.reveal()
    assert used(own_keys(tmp_path)) == FIRST.reveal()
    assert SECOND.reveal() not in "".join(
        path.read_text("latin-1") for path in tmp_path.iterdir() if path.is_file()
    )
    keys.activate(MINE)
    assert used(keys) == FIRST.reveal()
    keys.activate(WORK)
    assert used(keys) == SECOND.reveal()
    keys.delete(WORK)
    assert labels(keys) == ["default"]


def test_nothing_crosses_from_one_workspace_to_another(tmp_path: Path) -> None:
    keys = own_keys(tmp_path)
    keys.keep(MINE, FIRST, KeyKind.VAULT)
    assert used(keys, "team") is None
    keys.keep(THEIRS, SECOND, KeyKind.VAULT)
    assert (used(keys), used(keys, "team")) == (FIRST.reveal(), SECOND.reveal())
    keys.delete(THEIRS)
    assert (used(keys), used(keys, "team")) == (FIRST.reveal(), None)


def test_identities_do_not_run_into_one_another(tmp_path: Path) -> None:
    keys = own_keys(tmp_path)
    tricky = [
        KeyId("a", "b", "c"),
        KeyId("a", "b_c", "d"),
        KeyId("a b", "c", "d"),
        KeyId("a", "b", "c/d"),
        KeyId('a", "b', "c", "d"),
    ]
    for number, key in enumerate(tricky):
        keys.keep(key, Secret(f"key-number-{number}"), KeyKind.VAULT)
    read = [keys.read(keys.find(key)).reveal() for key in tricky]
    assert read == [f"key-number-{number}" for number in range(len(tricky))]


def test_the_first_key_is_active_and_another_only_when_it_is_made_so(tmp_path: Path) -> None:
    keys = own_keys(tmp_path)
    keys.keep(MINE, FIRST, KeyKind.VAULT)
    keys.keep(WORK, SECOND, KeyKind.VAULT)
    assert used(keys) == FIRST.reveal()
    keys.activate(WORK)
    assert used(keys) == SECOND.reveal()
    assert [one.active for one in keys.entries("default", "openai")] == [False, True]


def test_replacing_keeps_a_key_active(tmp_path: Path) -> None:
    keys = own_keys(tmp_path)
    keys.keep(MINE, FIRST, KeyKind.VAULT)
    keys.keep(MINE, SECOND, KeyKind.VAULT)
    assert used(keys) == SECOND.reveal()
    assert labels(keys) == ["default"]


def test_a_deleted_key_is_gone_and_no_other_takes_its_place(tmp_path: Path) -> None:
    backend = MemoryKeyring()
    keys = own_keys(tmp_path, backend=backend)
    keys.keep(MINE, FIRST, KeyKind.KEYRING)
    keys.keep(WORK, SECOND, KeyKind.VAULT)
    keys.delete(MINE)
    assert backend.kept == {}
    assert used(keys) is None
    assert labels(keys) == ["work"]
    keys.delete(WORK)
    assert keys.stores.vault.secrets() == {}
    with pytest.raises(LabError, match="has no key 'work'"):
        keys.delete(WORK)


@pytest.mark.parametrize("kind", [KeyKind.VAULT, KeyKind.SESSION, KeyKind.KEYRING])
def test_a_key_with_another_label_is_the_same_key_in_the_same_place(
    tmp_path: Path, kind: KeyKind
) -> None:
    trail: list[KeyEvent] = []
    keys = own_keys(tmp_path, backend=MemoryKeyring(), trail=trail)
    keys.keep(MINE, FIRST, kind)
    keys.relabel(MINE, "work")
    (entry,) = keys.entries("default", "openai")
    assert (entry.id, entry.kind, entry.active) == (WORK, kind, True)
    assert keys.read(entry) == FIRST
    assert (trail[-1].action, trail[-1].detail) == (KeyAction.RELABEL, "was default")
    if kind is not KeyKind.SESSION:
        assert keys.stores.get(kind, MINE) is None


def test_a_label_that_another_key_has_is_refused(tmp_path: Path) -> None:
    keys = own_keys(tmp_path)
    keys.keep(MINE, FIRST, KeyKind.VAULT)
    keys.keep(WORK, SECOND, KeyKind.VAULT)
    with pytest.raises(LabError, match="there is a key 'work' already"):
        keys.relabel(MINE, "work")
    assert keys.read(keys.find(MINE)) == FIRST


def test_a_key_that_somebody_else_has_removed_can_still_be_deleted(tmp_path: Path) -> None:
    backend = MemoryKeyring()
    keys = own_keys(tmp_path, backend=backend)
    keys.keep(MINE, FIRST, KeyKind.KEYRING)
    backend.kept.clear()
    with pytest.raises(LabError, match="no longer in the keyring"):
        used(keys)
    keys.delete(MINE)
    assert labels(keys) == []


def test_a_key_that_moves_does_not_stay_where_it_was(tmp_path: Path) -> None:
    backend = MemoryKeyring()
    keys = own_keys(tmp_path, backend=backend)
    keys.keep(MINE, FIRST, KeyKind.KEYRING)
    keys.keep(MINE, SECOND, KeyKind.VAULT)
    assert backend.kept == {}
    keys.refer(MINE, Reference.parse("env:WORK_KEY"))
    assert keys.stores.vault.secrets() == {}


def test_the_choice_of_a_store_is_remembered(tmp_path: Path) -> None:
    keys = own_keys(tmp_path)
    assert keys.chosen_store is None
    keys.keep(MINE, FIRST, KeyKind.VAULT)
    keys.refer(WORK, Reference.parse("env:WORK_KEY"))
    keys.keep(THEIRS, FIRST, KeyKind.SESSION)
    assert own_keys(tmp_path).chosen_store is KeyKind.VAULT


def test_where_the_keyring_cannot_be_used_nothing_is_stored_elsewhere(tmp_path: Path) -> None:
    keys = own_keys(tmp_path)
    with pytest.raises(LabError, match="keyring cannot be used: there is none"):
        keys.keep(MINE, FIRST, KeyKind.KEYRING)
    assert labels(keys) == []
    assert keys.stores.open_vault()
    assert keys.stores.vault.secrets() == {}


@pytest.mark.parametrize(
    ("error", "told"),
    [("KeyringLocked", "the keyring is locked"), ("OSError", "the keyring refused: OSError")],
)
def test_a_keyring_that_refuses_is_told_in_words(tmp_path: Path, error: str, told: str) -> None:
    def refuse() -> None:
        raise type(error, (Exception,), {})("details that nobody checked")

    keys = own_keys(tmp_path, backend=FailingKeyring(refuse))
    with pytest.raises(LabError, match=told) as failed:
        keys.keep(MINE, FIRST, KeyKind.KEYRING)
    assert failed.value.kind is ErrorKind.NO_KEY


def test_a_keyring_that_never_answers_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stores, "CALL_SECONDS", 0.1)
    over = threading.Event()
    keys = own_keys(tmp_path, backend=FailingKeyring(lambda: over.wait(60)))
    with pytest.raises(LabError, match="did not answer within"):
        keys.keep(MINE, FIRST, KeyKind.KEYRING)
    over.set()


def test_a_command_is_run_once_a_session_and_when_asked_anew(tmp_path: Path) -> None:
    reference, runs = a_command(tmp_path, "a-key-from-a-command")
    keys = own_keys(tmp_path, {"PATH": "/usr/bin:/bin"})
    keys.refer(MINE, reference)
    assert not runs.exists()
    assert keys.mask(keys.find(MINE)) == "…"
    assert used(keys) == used(keys) == "a-key-from-a-command"
    assert keys.mask(keys.find(MINE)) == "a-ke…mand"
    assert runs.read_text().count("run") == 1
    keys.read(keys.find(MINE), anew=True)
    assert runs.read_text().count("run") == 2
    assert "a-key-from" not in (tmp_path / "keys.json").read_text()


def test_to_look_at_a_key_in_a_named_pipe_takes_nothing_out_of_it(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    keys = own_keys(tmp_path)
    keys.refer(MINE, Reference.parse(f"file:{pipe}"))
    writer = threading.Thread(target=pipe.write_text, args=["a-key-from-a-pipe"])
    writer.start()
    assert keys.mask(keys.find(MINE)) == "…"
    assert used(keys) == used(keys) == "a-key-from-a-pipe"
    writer.join()


def test_a_reference_that_leads_nowhere_has_no_mask(tmp_path: Path) -> None:
    environ = {"WORK_KEY": FIRST.reveal()}
    keys = own_keys(tmp_path, environ)
    keys.refer(MINE, Reference.parse("env:WORK_KEY"))
    assert keys.mask(keys.find(MINE)) == FIRST.mask
    del environ["WORK_KEY"]
    assert keys.mask(keys.find(MINE)) is None


def test_the_vault_opens_with_the_passphrase_of_a_command(tmp_path: Path) -> None:
    own_keys(tmp_path).keep(MINE, FIRST, KeyKind.VAULT)
    locked = own_keys(tmp_path, {})
    with pytest.raises(LabError, match="the vault is locked"):
        used(locked)
    command = "echo correct horse battery"
    keys = own_keys(tmp_path, {"PATH": "/usr/bin:/bin"}, passphrase_command=command)
    assert used(keys) == FIRST.reveal()


def test_what_is_done_is_noted_without_the_key(tmp_path: Path) -> None:
    trail: list[KeyEvent] = []
    keys = own_keys(tmp_path, trail=trail)
    keys.keep(MINE, FIRST, KeyKind.VAULT)
    keys.keep(MINE, SECOND, KeyKind.VAULT)
    keys.activate(MINE)
    keys.change_passphrase(Secret("entirely other words"))
    keys.delete(MINE)
    assert [event.action for event in trail] == [
        KeyAction.UNLOCK,
        KeyAction.ADD,
        KeyAction.REPLACE,
        KeyAction.ACTIVATE,
        KeyAction.REENCRYPT,
        KeyAction.DELETE,
    ]
    assert trail[1].key == MINE
    assert trail[1].mask == FIRST.mask
    assert not any(key.reveal() in repr(trail) for key in (FIRST, SECOND))


def test_a_failed_try_to_open_the_vault_is_noted(tmp_path: Path) -> None:
    trail: list[KeyEvent] = []
    keys = own_keys(tmp_path, {}, trail=trail)
    with pytest.raises(LabError):
        keys.stores.unlock(Secret("not the passphrase"))
    assert trail[0].action is KeyAction.UNLOCK
    assert trail[0].detail == "the passphrase does not open the vault"


def test_keys_and_passphrases_become_known_to_the_session(tmp_path: Path) -> None:
    known = KnownSecrets()
    own_keys(tmp_path).keep(MINE, FIRST, KeyKind.VAULT)
    used(own_keys(tmp_path, known=known))
    assert known.remove_from(f"{FIRST.reveal()} correct horse battery").count("removed") == 2


def test_looking_changes_no_file(tmp_path: Path) -> None:
    own_keys(tmp_path).keep(MINE, FIRST, KeyKind.VAULT)
    before = {path: path.stat().st_mtime_ns for path in tmp_path.iterdir()}
    keys = own_keys(tmp_path)
    entry = keys.find(MINE)
    assert keys.mask(entry)
    assert keys.source(entry)
    assert used(keys)
    assert {path: path.stat().st_mtime_ns for path in tmp_path.iterdir()} == before


def test_the_list_is_private_and_holds_no_key(tmp_path: Path) -> None:
    own_keys(tmp_path).keep(MINE, FIRST, KeyKind.VAULT)
    file = tmp_path / "keys.json"
    assert file.stat().st_mode & 0o777 == 0o600
    assert FIRST.reveal() not in file.read_text()


@pytest.mark.parametrize(
    "text", ["", "[]", "{", '{"version": 1, "store": null, "keys": [{}]}', '{"version": "x"}']
)
def test_a_damaged_list_is_loud_and_stays_as_it_is(tmp_path: Path, text: str) -> None:
    (tmp_path / "keys.json").write_text(text)
    keys = own_keys(tmp_path)
    with pytest.raises(LabError, match="is damaged"):
        keys.active("default", "openai")
    with pytest.raises(LabError, match="is damaged"):
        keys.keep(MINE, FIRST, KeyKind.VAULT)
    assert (tmp_path / "keys.json").read_text() == text


def test_a_newer_list_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "keys.json").write_text(json.dumps({"version": 2}))
    with pytest.raises(LabError, match="newer tui-lab"):
        own_keys(tmp_path).active("default", "openai")


def test_what_another_process_adds_is_seen_at_once(tmp_path: Path) -> None:
    keys, other = own_keys(tmp_path), own_keys(tmp_path)
    assert used(keys) is None
    other.keep(MINE, FIRST, KeyKind.VAULT)
    assert used(keys) == FIRST.reveal()
    other.keep(MINE, SECOND, KeyKind.VAULT)
    assert used(keys) == SECOND.reveal()
    assert replace(keys.find(MINE)) == other.find(MINE)
