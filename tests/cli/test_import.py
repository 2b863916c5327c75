"""`tui-lab history import`, from outside."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.program import ECHO, Program
from tests.cli.test_export import export, ran


@pytest.fixture
def other(tmp_path: Path) -> Program:
    """Another machine."""
    (tmp_path / "other").mkdir()
    return Program(tmp_path / "other")


@pytest.mark.parametrize("name", ["json", "jsonl"])
def test_there_and_back_is_the_same_to_the_byte(
    program: Program, other: Program, name: str
) -> None:
    ran(program, "one", "zwei é😀", "\x1b[2J")
    assert program("run", *ECHO, "--repeat", "3", "a batch").code == 0
    text = program(*export(name)).out
    first = other("history", "import", "-", given=text)
    assert (first.code, first.out, first.errors) == (0, b"", "runs: 6 added\n")
    assert other(*export(name)).out == text
    assert other("history", "import", "-", given=text).errors == "runs: 0 added, 6 here already\n"
    assert other(*export(name)).out == text


def test_a_bad_line_is_reported_and_the_good_ones_come_in(program: Program, other: Program) -> None:
    line = program_line(program)
    file = other.home / "runs.jsonl"
    file.write_bytes(b"\x1b]0;x\x07nonsense\n" + line + b'{"schema": 2}\n')
    done = other("history", "import", str(file))
    assert done.code == 1
    assert done.errors == (
        "line 1: it is not JSON\n"
        "line 3: it comes from a newer tui-lab (schema 2): import it with that\n"
        "runs: 1 added, 2 refused\n"
    )
    assert other("history", "show", "last", "--field", "prompt").json == "one"


def test_a_run_that_is_here_with_other_content_is_kept(program: Program, other: Program) -> None:
    line = program_line(program)
    other("history", "import", "-", given=line)
    changed = json.dumps(json.loads(line) | {"text": "changed"}).encode()
    done = other("history", "import", "-", given=changed)
    assert done.code == 0
    assert "is here with other content: it is kept" in done.errors
    assert other(*export("jsonl")).out == line


def test_a_file_that_is_not_there_is_told(program: Program) -> None:
    done = program("history", "import", "no.jsonl")
    assert done.code == 2
    assert "cannot be read" in done.errors


def program_line(program: Program) -> bytes:
    return ran(program, "one")(*export("jsonl")).out
