"""The vault: opened by its passphrase alone, and never worse off than before."""

from __future__ import annotations

import json
import resource
import shutil
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path
from time import monotonic
from typing import Any

import pytest

from tests.keys.builders import PASSPHRASE
from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.core.secret import Secret
from tui_lab.keys.vault import Vault
from tui_lab.lockfile import LockFile

WORDS = Secret(PASSPHRASE)
OTHER_WORDS = Secret("entirely other words")


def a_vault(folder: Path, **secrets: str) -> Vault:
    vault = reopened(folder)
    vault.change(lambda kept: {**kept, **secrets})
    return vault


def reopened(folder: Path, passphrase: Secret = WORDS) -> Vault:
    vault = Vault(folder / "keys.vault", work=2)
    vault.unlock(passphrase)
    return vault


def edit(folder: Path, change: Callable[[dict[str, Any]], object]) -> None:
    file = folder / "keys.vault"
    document = json.loads(file.read_text())
    change(document)
    file.write_text(json.dumps(document))


def refusal(folder: Path, passphrase: Secret = WORDS) -> LabError:
    """What unlocking says; the file is as it was after that."""
    before = (folder / "keys.vault").read_bytes()
    with pytest.raises(LabError) as refused:
        reopened(folder, passphrase)
    assert (folder / "keys.vault").read_bytes() == before
    return refused.value


def test_secrets_survive_a_restart_and_are_not_readable_in_the_file(tmp_path: Path) -> None:
    a_vault(tmp_path, one="sk-proj-planted")
    assert reopened(tmp_path).secrets() == {"one": "sk-proj-planted"}
    assert b"planted" not in (tmp_path / "keys.vault").read_bytes()


def test_file_and_folder_are_for_their_owner_alone(tmp_path: Path) -> None:
    a_vault(tmp_path / "new" / "folder")
    assert (tmp_path / "new" / "folder").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "new" / "folder" / "keys.vault").stat().st_mode & 0o777 == 0o600


def test_wide_modes_are_taken_back_and_told(tmp_path: Path) -> None:
    a_vault(tmp_path)
    (tmp_path / "keys.vault").chmod(0o644)
    vault = reopened(tmp_path)
    assert (tmp_path / "keys.vault").stat().st_mode & 0o777 == 0o600
    assert "was open to other users (mode 0644)" in vault.notices[0]


def test_a_new_vault_takes_memory_and_time_to_guess_at(tmp_path: Path) -> None:
    Vault(tmp_path / "keys.vault").unlock(WORDS)
    said = json.loads((tmp_path / "keys.vault").read_text())["scrypt"]
    assert 128 * said["n"] * said["r"] >= 32 * 2**20
    assert said["p"] >= 3
    assert reopened(tmp_path).secrets() == {}


def test_a_locked_vault_gives_nothing(tmp_path: Path) -> None:
    a_vault(tmp_path, one="1")
    locked = Vault(tmp_path / "keys.vault")
    assert locked.is_locked
    with pytest.raises(LabError, match="the vault is locked"):
        locked.secrets()


def test_a_wrong_passphrase_is_loud_and_changes_nothing(tmp_path: Path) -> None:
    a_vault(tmp_path, one="1")
    error = refusal(tmp_path, OTHER_WORDS)
    assert error.kind is ErrorKind.CONFIG
    assert "passphrase does not open" in error.message
    assert reopened(tmp_path).secrets() == {"one": "1"}


def test_of_two_that_make_it_at_once_the_second_opens_what_the_first_made(tmp_path: Path) -> None:
    with ThreadPoolExecutor() as threads:
        with LockFile(tmp_path / "keys.vault.lock").held(monotonic() + 5):
            both = [threads.submit(a_vault, tmp_path, **{name: name}) for name in ("one", "two")]
            assert not wait(both, timeout=0.1).done
        for made in both:
            made.result()
    assert reopened(tmp_path).secrets() == {"one": "one", "two": "two"}


def test_a_short_passphrase_makes_no_vault(tmp_path: Path) -> None:
    with pytest.raises(LabError, match="at least 8"):
        reopened(tmp_path, Secret("short"))
    assert not (tmp_path / "keys.vault").exists()


@pytest.mark.parametrize("share", [0, 0.3, 0.9, 0.99])
def test_a_truncated_vault_is_damaged_and_not_a_matter_of_the_passphrase(
    tmp_path: Path, share: float
) -> None:
    a_vault(tmp_path, one="1")
    file = tmp_path / "keys.vault"
    file.write_bytes(file.read_bytes()[: int(file.stat().st_size * share)])
    assert "is damaged" in refusal(tmp_path).message


def test_a_vault_overwritten_with_anything_is_damaged(tmp_path: Path) -> None:
    a_vault(tmp_path, one="1")
    for rubbish in (b"\0\xff" * 100, b"[" * 100_000, b"null", b'{"format": []}'):
        (tmp_path / "keys.vault").write_bytes(rubbish)
        assert "is damaged" in refusal(tmp_path).message


@pytest.mark.parametrize(
    "change",
    [
        lambda document: document.update(fernet=document["fernet"][:-8]),
        lambda document: document["scrypt"].update(n=2**30),
        lambda document: document["scrypt"].update(n=12345),
        lambda document: document["scrypt"].update(salt="!"),
        lambda document: document.pop("scrypt"),
        lambda document: document.update(format="another"),
        lambda document: document.update(version="1"),
    ],
)
def test_a_vault_that_was_tampered_with_is_damaged(
    tmp_path: Path, change: Callable[[dict[str, Any]], object]
) -> None:
    a_vault(tmp_path, one="1")
    edit(tmp_path, change)
    assert "is damaged" in refusal(tmp_path).message


def test_a_newer_vault_is_left_alone(tmp_path: Path) -> None:
    a_vault(tmp_path, one="1")
    edit(tmp_path, lambda document: document.update(version=2, scrypt={"other": True}))
    assert "newer tui-lab" in refusal(tmp_path).message


def test_another_passphrase_encrypts_everything_anew(tmp_path: Path) -> None:
    vault = a_vault(tmp_path, one="1")
    before = (tmp_path / "keys.vault").read_bytes()
    vault.change_passphrase(OTHER_WORDS)
    vault.change(lambda kept: {**kept, "two": "2"})
    assert reopened(tmp_path, OTHER_WORDS).secrets() == {"one": "1", "two": "2"}
    assert "does not open" in refusal(tmp_path).message
    old, new = json.loads(before), json.loads((tmp_path / "keys.vault").read_bytes())
    assert old["scrypt"]["salt"] != new["scrypt"]["salt"]


def test_a_vault_that_was_replaced_while_open_is_not_written_over(tmp_path: Path) -> None:
    vault = a_vault(tmp_path, one="1")
    a_vault(tmp_path / "other", two="2")
    shutil.copy(tmp_path / "other" / "keys.vault", tmp_path / "keys.vault")
    with pytest.raises(LabError, match="replaced"):
        vault.change(lambda kept: {**kept, "three": "3"})
    assert vault.is_locked
    assert reopened(tmp_path).secrets() == {"two": "2"}


def test_a_vault_that_has_gone_while_open_is_not_made_anew(tmp_path: Path) -> None:
    vault = a_vault(tmp_path, one="1")
    (tmp_path / "keys.vault").unlink()
    with pytest.raises(LabError, match="is not there"):
        vault.change(lambda kept: {**kept, "two": "2"})
    assert not (tmp_path / "keys.vault").exists()


def test_an_open_vault_sees_what_another_session_has_written(tmp_path: Path) -> None:
    one, other = a_vault(tmp_path), reopened(tmp_path)
    one.change(lambda kept: {**kept, "one": "1"})
    other.change(lambda kept: {**kept, "two": "2"})
    assert one.secrets() == {"one": "1", "two": "2"}


def test_a_link_to_a_vault_stays_one(tmp_path: Path) -> None:
    a_vault(tmp_path / "real", one="1")
    (tmp_path / "keys.vault").symlink_to(tmp_path / "real" / "keys.vault")
    reopened(tmp_path).change(lambda kept: {**kept, "two": "2"})
    assert (tmp_path / "keys.vault").is_symlink()
    assert reopened(tmp_path / "real").secrets() == {"one": "1", "two": "2"}


WRITER = """
import sys
from pathlib import Path
from tui_lab.core.secret import Secret
from tui_lab.keys.vault import Vault
vault = Vault(Path(sys.argv[1]) / "keys.vault")
vault.unlock(Secret("correct horse battery"))
name, times, size = sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
print("begun", flush=True)
for number in range(times):
    vault.change(lambda kept: {**kept, f"{name}{number % 100}": str(number) + "x" * size})
    print(number, flush=True)
"""


def writer(folder: Path, name: str, times: int, size: int = 0, **how: Any) -> Any:
    words = [sys.executable, "-B", "-c", WRITER, str(folder), name, str(times), str(size)]
    return subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **how)


def test_two_writers_lose_nothing_of_each_other(tmp_path: Path) -> None:
    a_vault(tmp_path)
    with writer(tmp_path, "a", 30) as one, writer(tmp_path, "b", 30) as other:
        for process in (one, other):
            _, errors = process.communicate(timeout=60)
            assert process.returncode == 0, errors
    assert len(reopened(tmp_path).secrets()) == 60


def test_a_writer_that_is_killed_leaves_a_whole_vault(tmp_path: Path) -> None:
    a_vault(tmp_path, first="1")
    for moment in range(6):
        with writer(tmp_path, "a", 10_000, size=20_000) as process:
            for _ in range(2 + moment):
                process.stdout.readline()
            process.kill()
        assert reopened(tmp_path).secrets()["first"] == "1"
    reopened(tmp_path).change(lambda kept: {"last": "1"})
    assert sorted(path.name for path in tmp_path.iterdir()) == ["keys.vault", "keys.vault.lock"]


def test_a_full_disk_leaves_the_vault_as_it_was(tmp_path: Path) -> None:
    a_vault(tmp_path, one="1")

    def little_room() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))

    with writer(tmp_path, "a", 1, size=10_000, preexec_fn=little_room) as process:
        _, errors = process.communicate(timeout=60)
    assert b"the disk is full: the vault is as it was" in errors
    assert reopened(tmp_path).secrets() == {"one": "1"}
    assert not (tmp_path / "keys.vault.new").exists()
