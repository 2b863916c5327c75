"""Keys on the command line: kept where it was said, tested, deleted, and nowhere else."""

from __future__ import annotations

import json
import os
import pty
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cli.program import ECHO, Done, Program
from tests.cli.servers import Asked, Provider, Reply, chat, serving
from tui_lab.cli.key_tables import row_to_json
from tui_lab.core.secret import Secret
from tui_lab.keys.vault import Vault
from tui_lab.lab import Lab

PASSPHRASE = "planted words of passage"
KEY = "sk-proj-0123456789abcdefghijKLMNOPQRSTUV"
PLANTED = {
    "openai": KEY,
    "anthropic": "sk-ant-api03-0123456789abcdefghijKLMNOPQRSTUV",
    "gemini": "AQ.0123456789abcdefghijKLMNOPQRSTUV",
    "openrouter": "sk-or-v1-0123456789abcdef0123456789abcdef",
    "deepseek": "sk-0123456789abcdef0123456789abcdef",
    "groq": "gsk_0123456789abcdefghijKLMNOPQRSTUV",
    "together": "tgp_0123456789abcdefghijKLMNOPQRSTUV",
    "mistral": "0123456789abcdefghijKLMNOPQRSTUVwx",
    "xai": "xai-0123456789abcdefghijKLMNOPQRSTUV",
}


@pytest.fixture
def lab(program: Program) -> Program:
    """With a vault that opens by itself, and quickly."""
    Vault(program.data / "keys.vault", work=2).unlock(Secret(PASSPHRASE))
    return program.with_environ(TUI_LAB_VAULT_PASSPHRASE=PASSPHRASE)


def keys(program: Program, *words: str, given: str | None = None) -> Done:
    """Without a terminal, so that a passphrase cannot be asked for."""
    text = None if given is None else given.encode()
    return program("keys", *words, given=text, start_new_session=True)


def keep(program: Program, provider: str = "openai", key: str = KEY, *words: str) -> Done:
    done = keys(program, "set", provider, "--store", "vault", *words, given=f"{key}\n")
    assert done.code == 0, done.errors
    return done


def rows(program: Program, workspace: str = "default", of: str = "openai") -> list[dict[str, Any]]:
    """What `keys list --json` prints of a provider, without another process."""
    with Lab(program.variables(), workspace=workspace) as lab:
        listed = lab.keys.rows().result()
    return [row_to_json(row, workspace) for row in listed if row.provider.id == of]


def pointed_at(program: Program, provider: Provider, *ids: str) -> Program:
    """These providers are at the loopback server."""
    names = {f"TUI_LAB_PROVIDERS__{one.upper()}__BASE_URL": provider.url for one in ids}
    return program.with_environ(**names)


def answering(status: int, body: Any) -> Reply:
    return Reply([json.dumps(body).encode()], status, "application/json")


def test_a_key_is_kept_and_found_again(lab: Program) -> None:
    done = keep(lab)
    assert done.out == b""
    assert "sk-p…STUV" in done.errors
    (row,) = [item for item in keys(lab, "list", "--json").json["items"] if item["key"]]
    assert row == {
        "workspace": "default",
        "provider": "openai",
        "label": "default",
        "status": "unverified",
        "kind": "vault",
        "source": "encrypted vault",
        "key": "sk-p…STUV",
        "in_use": True,
        "last_verified": None,
        "credit": None,
        "keys_url": "https://platform.openai.com/api-keys",
    }


def test_where_to_keep_a_key_is_asked_once_and_remembered(lab: Program) -> None:
    asked = keys(lab, "set", "openai", given=KEY)
    assert asked.code == 2
    assert "there is no keyring service here" in asked.errors
    assert "--store vault" in asked.errors
    keep(lab)
    assert keys(lab, "set", "openai", "--label", "work", given=KEY).code == 0
    assert [row["kind"] for row in rows(lab)] == ["vault", "vault"]


def test_without_a_keyring_nothing_is_kept_elsewhere(lab: Program) -> None:
    done = keys(lab, "set", "openai", "--store", "keyring", given=KEY)
    assert done.code == 3
    assert "the keyring cannot be used: there is no keyring service here" in done.errors
    assert rows(lab)[0]["status"] == "missing"


def test_a_bus_that_hangs_keeps_nobody_waiting(lab: Program) -> None:
    with socket.socket(socket.AF_UNIX) as bus:
        bus.bind(str(lab.home / "bus"))
        bus.listen()
        hanging = lab.with_environ(DBUS_SESSION_BUS_ADDRESS=f"unix:path={lab.home / 'bus'}")
        done = keys(hanging, "set", "openai", "--store", "keyring", given=KEY)
        assert done.code == 3
        assert keys(hanging, "list").code == 0
        assert hanging("run", "hi", *ECHO).code == 0


def test_workspaces_have_keys_of_their_own(lab: Program) -> None:
    keep(lab)
    shared = lab.with_environ(OPENAI_API_KEY="sk-proj-the-shared-key-0123456789")
    assert [row["source"] for row in rows(shared)] == [
        "encrypted vault",
        "environment OPENAI_API_KEY",
    ]
    assert [row["in_use"] for row in rows(shared)] == [True, False]
    assert rows(shared, "team")[0]["status"] == "missing"
    keep(shared, "openai", "sk-proj-the-key-of-the-team-01234", "--workspace", "team")
    (row,) = rows(shared, "team")
    assert row["key"] == "sk-p…1234"
    assert rows(shared)[0]["key"] == "sk-p…STUV"


def test_one_of_several_labelled_keys_is_in_use(lab: Program) -> None:
    keep(lab)
    done = keep(lab, "openai", "sk-proj-another-key-0123456789", "--label", "work")
    assert "another key is in use" in done.errors
    assert {row["label"]: row["in_use"] for row in rows(lab)} == {"default": True, "work": False}
    assert keys(lab, "activate", "openai", "--label", "work").code == 0
    assert {row["label"]: row["in_use"] for row in rows(lab)} == {"default": False, "work": True}


def test_a_key_gets_another_label(lab: Program) -> None:
    keep(lab)
    done = keys(lab, "relabel", "openai", "work")
    assert done.code == 0, done.errors
    (row,) = rows(lab)
    assert (row["label"], row["in_use"]) == ("work", True)
    assert keys(lab, "relabel", "openai", "other").code == 2


def test_a_key_is_cleaned_and_what_was_taken_off_is_told(lab: Program) -> None:
    done = keep(lab, key=f' "Bearer {KEY}" ')
    assert "white space around" in done.errors
    assert "`Bearer`" in done.errors
    assert rows(lab)[0]["key"] == "sk-p…STUV"


@pytest.mark.parametrize("given", ["", "two\nlines"])
def test_what_is_no_key_is_refused(lab: Program, given: str) -> None:
    assert keys(lab, "set", "openai", "--store", "vault", given=given).code == 2
    assert rows(lab)[0]["status"] == "missing"


def test_a_key_that_looks_like_anothers_is_questioned(lab: Program) -> None:
    planted = PLANTED["anthropic"]
    words = ("set", "openai", "--store", "vault")
    questioned = keys(lab, *words, given=planted)
    assert questioned.code == 2
    assert "looks like a key of Anthropic" in questioned.errors
    assert rows(lab)[0]["status"] == "missing"
    assert keys(lab, *words, "--yes", given=planted).code == 0


def test_a_key_as_an_argument_is_refused_and_not_repeated(lab: Program) -> None:
    key = "sk-proj-in-an-argument-0123456789"
    done = keys(lab, "set", "openai", key)
    assert done.code == 2
    assert key not in done.errors


def test_a_reference_is_looked_up_and_never_stored(lab: Program) -> None:
    done = keys(lab, "set", "openai", "--reference", "env:WORK_KEY")
    assert done.code == 0
    assert "nothing is there now" in done.errors
    assert rows(lab)[0]["status"] == "missing"
    (row,) = rows(lab.with_environ(WORK_KEY=KEY))
    assert row["kind"] == "reference"
    assert row["source"] == "reference to environment WORK_KEY"
    assert row["key"] == "sk-p…STUV"


def test_a_deleted_key_is_gone(lab: Program) -> None:
    keep(lab)
    asked = keys(lab, "delete", "openai")
    assert asked.code == 2
    assert "--yes" in asked.errors
    done = keys(lab, "delete", "openai", "--yes")
    assert done.code == 0
    assert "there is no key in use now" in done.errors
    assert rows(lab)[0]["status"] == "missing"
    assert keys(lab, "delete", "openai", "--yes").code == 2


def test_a_wrong_passphrase_is_loud_and_the_vault_as_it_was(lab: Program) -> None:
    keep(lab)
    vault = lab.data / "keys.vault"
    before = vault.read_bytes()
    wrong = lab.with_environ(TUI_LAB_VAULT_PASSPHRASE="not the passphrase")
    for words in (("set", "groq", "--store", "vault"), ("delete", "openai", "--yes")):
        done = keys(wrong, *words, given=PLANTED["groq"])
        assert done.code == 3
        assert "the passphrase does not open the vault" in done.errors
    assert vault.read_bytes() == before
    run = wrong("run", "hi", "-m", "openai/m-1", start_new_session=True)
    assert run.code == 3
    assert "passphrase does not open" in run.errors


def test_a_locked_vault_without_a_terminal_says_what_to_set(lab: Program) -> None:
    keep(lab)
    locked = lab.with_environ(TUI_LAB_VAULT_PASSPHRASE="")
    done = keys(locked, "test", "openai")
    assert done.code == 3
    assert "set TUI_LAB_VAULT_PASSPHRASE" in done.errors
    run = locked("run", "hi", "-m", "openai/m-1", start_new_session=True)
    assert run.code == 3
    assert "the vault is locked" in run.errors
    command = locked.with_environ(
        TUI_LAB_VAULT__PASSPHRASE_COMMAND="printenv WORDS", WORDS=PASSPHRASE
    )
    assert "locked" not in keys(command, "delete", "openai", "--yes").errors


def test_a_damaged_list_of_keys_keeps_only_what_needs_a_key(lab: Program) -> None:
    keep(lab)
    (lab.data / "keys.json").write_text("{")
    shared = lab.with_environ(OPENAI_API_KEY=KEY)
    done = shared("run", "hi", "-m", "openai/m-1")
    assert done.code == 3
    assert "keys.json is damaged" in done.errors
    assert shared("run", "hi", *ECHO).code == 0
    assert keys(shared, "list").code == 3


def test_doctor_says_where_keys_can_be_kept(lab: Program) -> None:
    keep(lab)
    told = lab("doctor").text
    assert "kept in the vault; there is no keyring service here" in told
    (lab.data / "keys.json").write_text("{")
    assert "is damaged" in lab("doctor").text


def test_wide_modes_are_taken_back_and_told(lab: Program) -> None:
    keep(lab)
    (lab.data / "keys.vault").chmod(0o644)
    (lab.data / "keys.json").chmod(0o640)
    done = keys(lab, "delete", "openai", "--yes")
    assert done.errors.count("was open to other users") == 2
    assert (lab.data / "keys.vault").stat().st_mode & 0o777 == 0o600


def test_a_test_tells_what_the_provider_says(lab: Program) -> None:
    keep(lab)
    shared = lab.with_environ(GROQ_API_KEY=PLANTED["groq"])

    def script(asked: Asked) -> Reply:
        if asked.headers["authorization"] == f"Bearer {KEY}":
            return answering(200, {"data": []})
        return answering(401, {"error": {"message": "no", "code": "invalid_api_key"}})

    with serving(script) as provider:
        done = keys(pointed_at(shared, provider, "openai", "groq"), "test", "--json")
        assert [asked.path for asked in provider.asked] == ["/models", "/models"]
    assert done.code == 3
    outcomes = [(item["provider"], item["outcome"]) for item in done.json["items"]]
    assert outcomes == [("openai", "valid"), ("groq", "invalid")]
    assert rows(shared)[0]["status"] == "verified"
    assert rows(shared)[0]["last_verified"] is not None
    assert rows(shared, of="groq")[0]["status"] == "invalid"


def test_a_test_cannot_hammer(lab: Program) -> None:
    keep(lab)
    with serving(lambda asked: answering(200, {"data": []})) as provider:
        there = pointed_at(lab, provider, "openai")
        for _ in range(2):
            assert keys(there, "test", "openai").code == 0
        assert len(provider.asked) == 1
        keep(there, "openai", "sk-proj-another-key-0123456789")
        assert keys(there, "test").code == 0
        assert len(provider.asked) == 2


def test_a_verdict_is_about_the_key_that_was_asked_about(lab: Program) -> None:
    with serving(lambda asked: answering(200, {"data": []})) as provider:
        there = pointed_at(lab, provider, "openai").with_environ(OPENAI_API_KEY=KEY)
        keys(there, "test", "openai")
    assert rows(lab.with_environ(OPENAI_API_KEY=KEY))[0]["status"] == "verified"
    other = "sk-proj-changed-in-the-environment"
    assert rows(lab.with_environ(OPENAI_API_KEY=other))[0]["status"] == "unverified"


def test_what_was_done_is_in_the_trail_without_the_key(lab: Program) -> None:
    keep(lab)
    keep(lab, "openai", "sk-proj-another-key-0123456789")
    keys(lab, "delete", "openai", "--yes")
    events = keys(lab, "log", "--json").json["items"]
    actions = [event["action"] for event in reversed(events)]
    assert actions == ["unlock", "add", "unlock", "replace", "unlock", "delete"]
    assert events[0]["key"] == "sk-p…6789"
    assert "@" in events[0]["origin"]


def test_looking_writes_nothing(lab: Program) -> None:
    keep(lab)
    files = [lab.data / name for name in ("keys.json", "keys.vault")]
    before = [file.stat().st_mtime_ns for file in files]
    trail = keys(lab, "log", "--json").json
    keys(lab, "list")
    assert [file.stat().st_mtime_ns for file in files] == before
    assert keys(lab, "log", "--json").json == trail


def test_a_run_uses_the_key_of_its_workspace(lab: Program) -> None:
    keep(lab)
    with serving(lambda asked: chat("hi")) as provider:
        there = pointed_at(lab, provider, "openai")
        assert there("run", "hi", "-m", "openai/m-1").text == "hi\n"
        assert provider.asked[0].headers["authorization"] == f"Bearer {KEY}"
        refused = there("run", "hi", "-m", "openai/m-1", "--workspace", "team")
        assert refused.code == 3
        assert "tui-lab keys set openai --workspace team" in refused.errors
        assert len(provider.asked) == 1


class Terminal:
    """The program at a terminal of its own; what is typed there is not echoed by us."""

    def __init__(self, program: Program, *words: str) -> None:
        self.main, child = pty.openpty()
        self.seen = b""
        self.process = program.start(
            *words,
            stdin=child,
            stdout=child,
            stderr=child,
            start_new_session=True,
            preexec_fn=lambda: os.close(os.open(os.ttyname(0), os.O_RDWR)),
        )
        os.close(child)

    def answer(self, question: str, text: str) -> None:
        while question.encode() not in self.seen:
            self.seen += os.read(self.main, 4096)
        time.sleep(0.1)  # the question comes before the echo is off
        os.write(self.main, f"{text}\n".encode())

    def end(self) -> int:
        while True:
            try:
                piece = os.read(self.main, 4096)
            except OSError:
                break
            if not piece:
                break
            self.seen += piece
        os.close(self.main)
        return self.process.wait(60)


def test_key_and_passphrase_are_asked_for_and_not_shown(program: Program) -> None:
    terminal = Terminal(program, "keys", "set", "openai", "--store", "vault")
    terminal.answer("New passphrase", PASSPHRASE)
    terminal.answer("again", PASSPHRASE)
    terminal.answer("Key for OpenAI", KEY)
    assert terminal.end() == 0, terminal.seen
    assert KEY.encode() not in terminal.seen
    assert PASSPHRASE.encode() not in terminal.seen

    terminal = Terminal(program, "keys", "passphrase")
    terminal.answer("Passphrase of the vault", PASSPHRASE)
    terminal.answer("New passphrase", "entirely other words")
    terminal.answer("again", "entirely other words")
    assert terminal.end() == 0, terminal.seen
    opened = program.with_environ(TUI_LAB_VAULT_PASSPHRASE="entirely other words")
    with serving(lambda asked: chat("hi")) as provider:
        there = pointed_at(opened, provider, "openai")
        assert there("run", "hi", "-m", "openai/m-1").code == 0
        there = pointed_at(program, provider, "openai")
        terminal = Terminal(there, "run", "hi", "-m", "openai/m-1")
        terminal.answer("Passphrase of the vault", "entirely other words")
        assert terminal.end() == 0, terminal.seen


def test_asking_for_models_asks_for_the_passphrase_that_it_needs(program: Program) -> None:
    Vault(program.data / "keys.vault", work=2).unlock(Secret(PASSPHRASE))
    keep(program.with_environ(TUI_LAB_VAULT_PASSPHRASE=PASSPHRASE))
    listed = {"data": [{"id": "a-listed-model"}]}
    with serving(lambda asked: answering(200, listed)) as provider:
        there = pointed_at(program, provider, "openai")
        terminal = Terminal(there, "models", "--refresh", "--provider", "openai")
        terminal.answer("Passphrase of the vault", PASSPHRASE)
        assert terminal.end() == 0, terminal.seen
        assert b"openai/a-listed-model" in terminal.seen


def test_a_known_key_in_a_prompt_is_warned_of(lab: Program) -> None:
    odd = "an-odd-key-without-any-known-format"
    done = lab.with_environ(MISTRAL_API_KEY=odd)("run", f"what is {odd}?", *ECHO)
    assert "looks like a key" in done.errors


def contents(folder: Path) -> Iterator[tuple[Path, bytes]]:
    for path in folder.rglob("*"):
        if path.is_file():
            yield path, path.read_bytes()


def telling(asked: Asked) -> Reply:
    """A provider that repeats the key that it was given wherever it can."""
    key = asked.headers.get("x-api-key") or asked.headers.get("x-goog-api-key")
    key = key or asked.headers["authorization"].removeprefix("Bearer ")
    body = {"error": {"message": f"Incorrect API key provided: {key}", "code": key}}
    return Reply(
        [json.dumps(body).encode()], 401, "application/json", headers={"x-request-id": key}
    )


def command_lines() -> str:
    lines = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            lines.append(path.read_text("latin-1"))
        except OSError:
            continue
    return "\n".join(lines)


def test_planted_keys_are_nowhere_after_heavy_use(lab: Program) -> None:
    watching, seen = threading.Event(), [""]

    def watch() -> None:
        while not watching.wait(0.1):
            seen[0] += command_lines()

    watcher = threading.Thread(target=watch)
    watcher.start()
    said = b""
    with serving(telling) as provider:
        there = pointed_at(lab, provider, *PLANTED)
        for one in ("openai", "anthropic"):
            done = keep(there, one, PLANTED[one])
            said += done.out + done.error_bytes
        names = {f"{one.upper()}_API_KEY": PLANTED[one] for one in list(PLANTED)[2:]}
        by_name = there.with_environ(**names)
        models = [word for one in PLANTED for word in ("-m", f"{one}/some-model")]
        for words in (
            ("keys", "list"),
            ("keys", "test", "--json"),
            ("keys", "log"),
            ("run", "hi", *models, "--jsonl"),
            ("run", "hi", *models, "--dry-run"),
            ("models", "--refresh"),
            ("history", "show", "last", "--json"),
        ):
            done = by_name(*words)
            said += done.out + done.error_bytes
        assert len(provider.asked) >= 3 * len(PLANTED)
    watching.set()
    watcher.join()
    planted = [*PLANTED.values(), PASSPHRASE]
    for secret in planted:
        assert secret.encode() not in said
        assert secret not in seen[0]
    for path, data in contents(lab.home):
        assert not [secret for secret in planted if secret.encode() in data], path


def test_a_known_key_is_taken_out_of_prompts_and_answers(lab: Program) -> None:
    key = PLANTED["mistral"]
    shared = lab.with_environ(MISTRAL_API_KEY=key)
    with serving(lambda asked: chat("it is 01234567", "89abcdefghijKLMNOPQRST", "UVwx.")) as server:
        there = pointed_at(shared, server, "mistral")
        done = there("run", "-m", "mistral/m-1", given=f"is {key} good?".encode())
        assert done.text == "it is [key removed].\n"
        assert key in json.dumps(server.asked[0].body)
    assert there.last()["prompt"] == "is [key removed] good?"
    assert not [path for path, data in contents(lab.home) if key.encode() in data]


def test_what_looks_like_a_key_in_a_prompt_is_warned_of_and_sent(lab: Program) -> None:
    done = lab("run", *ECHO, given=f"is {KEY} good?".encode())
    assert "what looks like a key" in done.errors
    assert KEY in done.text
    assert "looks like" not in lab("run", "hi", *ECHO).errors


def test_a_crash_writes_no_key(lab: Program, tmp_path: Path) -> None:
    """A defect in a command, with the key in the error's text and in a local variable."""
    code = (
        "import sys, tui_lab.cli.commands.keys as commands\n"
        "def broken(args, lab):\n"
        "    secret = lab.keys.do(lambda k: k.read(k.active('default', 'mistral'))).result()\n"
        "    raise RuntimeError('failed with ' + secret.reveal())\n"
        "commands._ACTIONS['list'] = broken\n"
        "from tui_lab.cli import main\n"
        "sys.exit(main(['keys', 'list']))\n"
    )
    keep(lab, "mistral", PLANTED["mistral"])
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=lab.variables(),
        cwd=tmp_path,
        capture_output=True,
        timeout=60,
    )
    assert done.returncode == 1
    log = (lab.data / "tui-lab.log").read_text()
    assert "RuntimeError: failed with [key removed]" in log
    for text in (log, done.stdout.decode(), done.stderr.decode()):
        assert PLANTED["mistral"] not in text


def test_a_command_dumps_no_core(lab: Program) -> None:
    process = lab.start("sandbox", "serve", "--port", "0")
    try:
        assert process.stderr is not None
        process.stderr.readline()
        limits = Path(f"/proc/{process.pid}/limits").read_text()
        assert re.search(r"Max core file size\s+0 ", limits)
    finally:
        process.terminate()
        process.communicate(timeout=60)
