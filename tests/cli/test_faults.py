"""Files that are broken, full, locked or not ours: no call where it could not be recorded."""

from __future__ import annotations

import hashlib
import os
import resource
import sqlite3
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.program import ECHO, Done, Program
from tests.cli.servers import Provider, chat, serving
from tests.cli.test_providers import pointed_at

ASK = ("run", "hi", "-m", "own/x")


@pytest.fixture
def provider() -> Iterator[Provider]:
    with serving(lambda asked: chat("hello")) as provider:
        yield provider


def assert_not_recording(done: Done, reason: str) -> None:
    assert done.code == 5
    assert done.out == b""
    assert reason in done.errors
    assert "Traceback" not in done.errors


def assert_answers_without_a_record(lab: Program) -> None:
    done = lab(*ASK, "--no-record")
    assert (done.code, done.out) == (0, b"hello\n")


def test_a_file_in_place_of_the_data_directory(program: Program, provider: Provider) -> None:
    lab = pointed_at(program, provider)
    program.data.write_text("mine")
    assert_not_recording(lab(*ASK), "data")
    assert_not_recording(lab("history", "list"), "data")
    assert provider.asked == []
    assert_answers_without_a_record(lab)
    assert program.data.read_text() == "mine"
    doctor = lab("doctor")
    assert doctor.code == 5
    assert "not recording" in doctor.text


def test_a_history_that_may_only_be_read(program: Program, provider: Provider) -> None:
    if os.geteuid() == 0 and not make_immutable(program):
        pytest.skip("root may write everywhere, and immutable files cannot be made here")
    program("run", "before", *ECHO)
    lab = pointed_at(program, provider)
    with read_only(program):
        assert_not_recording(lab(*ASK), "cannot be written")
        assert provider.asked == []
        assert_answers_without_a_record(lab)
        assert lab("history", "show", "last", "--field", "prompt").json == "before"


def test_a_newer_history_is_not_touched(program: Program, provider: Provider) -> None:
    program("run", "before", *ECHO)
    with sqlite3.connect(program.database) as db:
        db.execute("PRAGMA journal_mode = DELETE")
        db.execute("PRAGMA user_version = 999")
    db.close()
    before = hashlib.sha256(program.database.read_bytes()).hexdigest()
    lab = pointed_at(program, provider)
    assert_not_recording(lab(*ASK), "newer tui-lab")
    assert_not_recording(lab("history", "list"), "newer tui-lab")
    assert provider.asked == []
    assert_answers_without_a_record(lab)
    assert hashlib.sha256(program.database.read_bytes()).hexdigest() == before
    assert {path.name for path in program.data.iterdir()} <= {
        "history.db",
        "history.lock",
        "tui-lab.log",
    }


def test_a_damaged_history_is_set_aside_and_a_new_one_begins(program: Program) -> None:
    program("run", "before", *ECHO)
    program.database.write_bytes(b"this is no database" * 500)
    done = program("run", "after", *ECHO)
    assert (done.code, done.out) == (0, b"after\n")
    assert "the history was damaged" in done.errors
    assert len(list(program.data.glob("history.damaged-*.db"))) == 1
    assert [run["prompt"] for run in program("history", "list", "--json").json["items"]] == [
        "after"
    ]


def test_a_history_that_another_program_holds(program: Program, provider: Provider) -> None:
    program("run", "before", *ECHO)
    holder = sqlite3.connect(program.database)
    holder.execute("PRAGMA locking_mode = EXCLUSIVE")
    holder.execute("BEGIN EXCLUSIVE")
    lab = pointed_at(program, provider)
    done = lab(*ASK)
    holder.close()
    assert_not_recording(done, "locked")
    assert provider.asked == []


def on_a_small_disk(program: Program) -> Program:
    """Half a compiled module, which Python takes for a whole one, would stay in this checkout."""
    return program.with_environ(PYTHONDONTWRITEBYTECODE="1")


def test_a_full_disk_stops_a_run_before_its_call(program: Program, provider: Provider) -> None:
    lab = pointed_at(program, provider)

    def full() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (8192, 8192))

    assert_not_recording(on_a_small_disk(lab)(*ASK, preexec_fn=full), "disk")
    assert provider.asked == []
    assert_answers_without_a_record(lab)


def test_a_disk_that_fills_up_in_the_middle_is_told_and_the_answer_shown(program: Program) -> None:
    program("run", "before", *ECHO)
    room = max(path.stat().st_size for path in program.data.iterdir()) + 20_000

    def nearly_full() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))

    words = ("-m", "sandbox/markdown", "-o", "sandbox.pace=0", "-o", "sandbox.tokens=30000")
    done = on_a_small_disk(program)("run", "hi", *words, preexec_fn=nearly_full)
    assert done.code == 5
    assert "not recorded: the disk" in done.errors
    assert len(done.out) > 100_000
    assert program("run", "after", *ECHO).code == 0


def test_broken_files_are_told_by_line_and_column_and_the_rest_works(program: Program) -> None:
    config = program.configure("default_model = 'sandbox/echo'\n[budgets\nday = 5\n")
    templates = program.configure(
        '[[template]]\nid = "good"\nname = "G"\ncategory = "c"\nprompt = "Hi {{who}}"\n'
        '[[template]]\nid = "bad\n',
        "templates.toml",
    )
    before = templates.read_bytes(), config.read_bytes()
    done = program("run", "-t", "good", "-v", "who=you", *ECHO)
    assert (done.code, done.out) == (0, b"Hi you\n")
    assert f"{config}:2:9" in done.errors
    assert f"{templates}:7:" in done.errors
    assert (templates.read_bytes(), config.read_bytes()) == before
    assert program("doctor").code == 3


def test_a_setting_that_cannot_be_is_named_and_costs_only_itself(program: Program) -> None:
    config = program.configure(
        'default_model = "sandbox/echo"\n[timeouts]\nidel = 3\ntotal = "long"\n'
        '[providers.own]\ndialect = "opnai-chat"\nbase_url = "http://127.0.0.1:1/v1"\n'
    )
    done = program("run", "hi", "-o", "sandbox.pace=0")
    assert (done.code, done.out) == (0, b"hi\n")
    assert f"{config}:3:1" in done.errors
    assert "did you mean idle?" in done.errors
    assert f"{config}:4:" in done.errors
    assert "is 'opnai-chat': it should be 'openai-chat'" in done.errors
    assert program("doctor").text.count("did you mean idle?") == 1


def test_files_are_for_their_owner_alone(program: Program) -> None:
    program.data.mkdir(mode=0o755)
    (program.data / "tui-lab.log").touch(0o644)
    done = program("run", "hi", *ECHO)
    assert "was open to other users" in done.errors
    assert stat.S_IMODE(program.data.stat().st_mode) == 0o700
    for path in program.data.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path


def make_immutable(program: Program) -> bool:
    probe = program.home / "probe"
    probe.touch()
    done = os.system(f"chattr +i {probe} 2>/dev/null") == 0
    os.system(f"chattr -i {probe} 2>/dev/null")
    return done


class read_only:  # noqa: N801 - reads as a statement
    """The data directory as it is, but nobody may change it."""

    def __init__(self, program: Program) -> None:
        self.paths: list[Path] = [program.data, *program.data.iterdir()]

    def __enter__(self) -> None:
        for path in self.paths:
            if os.geteuid() == 0:
                os.system(f"chattr +i {path}")
            else:
                path.chmod(0o500 if path.is_dir() else 0o400)

    def __exit__(self, *error: object) -> None:
        for path in self.paths:
            if os.geteuid() == 0:
                os.system(f"chattr -i {path}")
            else:
                path.chmod(0o700 if path.is_dir() else 0o600)
