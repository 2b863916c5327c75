"""`tui-lab history backup|check|repair|compact|prune`, from outside, whatever state the file is
in."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from tests.cli.program import Program
from tests.cli.test_export import ran

ON_THE_FILE = ("backup", "check", "repair", "compact")


def change(program: Program, sql: str) -> None:
    with sqlite3.connect(program.database) as db:
        db.execute(sql)
    db.close()


def test_before_the_first_run_there_is_nothing_to_care_for(program: Program) -> None:
    for action in ON_THE_FILE:
        done = program("history", action)
        assert (done.code, done.out) == (2, b"")
        assert "there is no history yet" in done.errors
    assert not program.database.exists()


def test_a_sound_history_is_checked_saved_and_made_small(program: Program) -> None:
    ran(program, "one")
    found = program("history", "check", "--json")
    assert (found.code, found.json["sound"], found.json["runs"]) == (0, True, 1)
    saved = program("history", "backup")
    copy = Path(saved.text.strip())
    assert copy.parent == program.data
    assert copy.stat().st_mode & 0o777 == 0o600
    with sqlite3.connect(copy) as db:
        assert db.execute("SELECT prompt FROM runs").fetchall() == [("one",)]
    db.close()
    assert program("history", "repair").errors == "nothing is wrong with the history\n"
    assert program("history", "compact").code == 0


def test_a_copy_replaces_a_file_only_when_that_is_said(program: Program) -> None:
    ran(program, "one")
    file = program.home / "copy.db"
    assert program("history", "backup", str(file)).code == 0
    refused = program("history", "backup", str(file))
    assert (refused.code, "--yes" in refused.errors) == (2, True)
    assert program("history", "backup", str(file), "--yes").code == 0
    lost = program("history", "backup", str(program.home / "no" / "copy.db"))
    assert lost.code == 5
    assert "cannot be written" in lost.errors
    assert "Traceback" not in lost.errors


def test_a_damaged_history_is_told_and_mended_before_the_lab_opens_it(program: Program) -> None:
    ran(program, "one", "two")
    change(program, "INSERT INTO runs_fts (runs_fts) VALUES ('delete-all')")
    found = program("history", "check")
    assert found.code == 5
    assert "not in the search index" in found.text
    assert program("history", "repair").code == 0
    assert program("history", "check").code == 0
    assert "two" in program("history", "search", "two").text


def test_what_is_no_database_is_left_to_the_person(program: Program) -> None:
    ran(program, "one")
    program.database.write_bytes(b"nothing" * 10_000)
    assert program("history", "check").code == 5
    for action in ("repair", "backup", "compact"):
        done = program("history", action)
        assert done.code == 5
        assert "Traceback" not in done.errors
    assert program.database.read_bytes() == b"nothing" * 10_000


@pytest.mark.parametrize("action", ON_THE_FILE)
def test_a_newer_history_is_not_touched(program: Program, action: str) -> None:
    ran(program, "one")
    change(program, "PRAGMA user_version = 999")
    before = program.database.read_bytes()
    done = program("history", action)
    assert done.code == 5
    assert "newer tui-lab" in done.errors
    assert program.database.read_bytes() == before


def test_old_runs_go_by_the_rules_and_marked_ones_stay(program: Program) -> None:
    ran(program, "one", "two", "three", "four")
    assert "every run is kept" in program("history", "prune").errors
    program.configure("[history]\nkeep_runs = 1\n")
    assert program("history", "rate", "last", "5").code == 0
    told = program("history", "prune", "--dry-run")
    assert told.text.split() == ["default", "3"]
    assert len(program("history", "list", "--json").json["items"]) == 4
    assert program("history", "prune").code == 2
    assert program("history", "prune", "--yes").errors == "3 runs deleted\n"
    (left,) = program("history", "list", "--json").json["items"]
    assert left["prompt"] == "four"
    ran(program, "five", "six")
    assert program("history", "prune", "--yes").errors == "1 run deleted\n"


def test_a_bad_rule_lets_nothing_go(program: Program) -> None:
    ran(program, "one", "two")
    program.configure("[history]\nkeep_days = true\nkeep_runs = 0\n")
    assert "every run is kept" in program("history", "prune", "--yes").errors
    assert len(program("history", "list", "--json").json["items"]) == 2
