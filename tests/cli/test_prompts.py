"""Prompts of every origin and form, and streams that are closed, full or of another encoding."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.cli.program import COMMAND, ECHO, Program

ODD = b"a\x00b \xff\xfe \xed\xa0\x80 \r\n c\xe2\x80\xae\x1b[31m"
AS_TEXT = ODD.decode("utf-8", "replace")


def test_a_prompt_comes_from_argument_file_and_pipe_in_this_order(program: Program) -> None:
    (program.home / "note.txt").write_text("from a file")
    done = program(
        "run", "from an argument", "--file", "note.txt", *ECHO, "--json", given=b"from a pipe"
    )
    assert done.json["prompt"] == "from an argument\n\nfrom a file\n\nfrom a pipe"
    assert program("run", *ECHO, given=b"only a pipe\n").text == "only a pipe\n"
    with (program.home / "note.txt").open("rb") as file:
        assert program("run", *ECHO, stdin=file).text == "from a file\n"


@pytest.mark.parametrize("given", [b"", b" \n\t"])
def test_a_prompt_without_a_word_is_refused(program: Program, given: bytes) -> None:
    done = program("run", *ECHO, given=given)
    assert (done.code, done.out) == (2, b"")
    assert "the prompt is empty" in done.errors


def test_bytes_that_are_no_text_become_marks_and_nothing_is_lost(program: Program) -> None:
    piped = program("run", *ECHO, "--json", given=ODD).json
    assert piped["prompt"] == piped["text"] == AS_TEXT
    assert program.last() == piped
    (program.home / "odd").write_bytes(ODD)
    assert program("run", "--file", "odd", *ECHO, "--raw").out == AS_TEXT.encode()
    argument = program("run", ODD.replace(b"\x00", b""), *ECHO, "--workspace", b"w\xff", "--json")
    assert argument.json["prompt"] == AS_TEXT.replace("\x00", "")
    assert argument.json["workspace"] == "w\ufffd"
    assert program("history", "list", "--workspace", b"w\xff", "--json").json["items"]


@pytest.mark.parametrize("option", [r"stop=\ud800", r'schema={"a": "\udfff"}'])
def test_an_option_that_is_no_text_is_refused(program: Program, option: str) -> None:
    done = program("run", "hi", *ECHO, "-o", option)
    assert done.code == 2
    assert "cannot be" in done.errors


def test_five_megabytes_are_a_prompt(program: Program) -> None:
    text = "All day long he sat on it. " * (5_000_000 // 27)
    (program.home / "long").write_text(text)
    words = ("-m", "sandbox/fast", "-o", "sandbox.pace=0", "-o", "sandbox.tokens=5")
    record = program("run", "--file", "long", *words, "--json").json
    assert record["status"] == "ok"
    assert record["prompt"] == text
    assert program("history", "show", "last", "--field", "prompt").json == text


@pytest.mark.parametrize(
    ("environ", "shown"),
    [
        ({"LANG": "C"}, "héé 日\n"),
        ({"LC_ALL": "C"}, "héé 日\n"),
        ({"PYTHONIOENCODING": "ascii"}, "h?? ?\n"),
        ({"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}, "h?? ?\n"),
    ],
)
def test_a_narrow_encoding_narrows_what_is_shown_not_what_is_kept(
    program: Program, environ: dict[str, str], shown: str
) -> None:
    done = program.with_environ(**environ)("run", "héé 日".encode(), *ECHO)
    assert (done.code, done.text) == (0, shown)
    assert program.last()["text"] == "héé 日"


def shell(program: Program, command: str) -> subprocess.CompletedProcess[bytes]:
    """A shell's line; `lab` is the program."""
    function = f'lab() {{ {" ".join(COMMAND)} "$@"; }}; set -o pipefail; '
    return subprocess.run(
        ["bash", "-c", function + command],
        env=program.variables(),
        cwd=program.home,
        capture_output=True,
        timeout=120,
        check=False,
    )


def runs(program: Program) -> list[Any]:
    items: list[Any] = program("history", "list", "--json").json["items"]
    return items


def test_closed_streams_do_no_harm(program: Program) -> None:
    echo = " ".join(ECHO)
    assert shell(program, f"lab run hi {echo} <&-").stdout == b"hi\n"
    assert shell(program, f"lab run hi {echo} 2>&-").stdout == b"hi\n"
    assert shell(program, f"lab run hi {echo} 2>/dev/full").returncode == 0
    assert len(runs(program)) == 3
    closed = shell(program, f"lab run hi {echo} >&-")
    assert closed.returncode == 2
    assert b"standard output is closed" in closed.stderr
    assert len(runs(program)) == 3
    assert shell(program, f"lab run hi {echo} <&- >&- 2>&-").returncode == 2


def test_output_that_cannot_be_written_stops_the_run_and_says_so(program: Program) -> None:
    words = "-m sandbox/markdown -o sandbox.tokens=9000 -o sandbox.pace=900"
    full = shell(program, f"lab run hi {words} >/dev/full")
    assert full.returncode == 130
    assert full.stderr.decode().count("\n") == 1
    assert b"standard output cannot be written: No space left on device" in full.stderr
    assert [run["status"] for run in runs(program)] == ["cancelled"]


def test_a_reader_that_goes_away_stops_the_run_without_a_word(program: Program) -> None:
    words = "-m sandbox/markdown -o sandbox.tokens=9000 -o sandbox.pace=900"
    head = shell(program, f"lab run hi {words} | head -1")
    assert head.returncode == 130
    assert head.stdout.count(b"\n") == 1
    assert head.stderr == b""
    assert [run["status"] for run in runs(program)] == ["cancelled"]
    listed = shell(program, "lab history show last --json | head -c 1")
    assert (listed.returncode, listed.stdout, listed.stderr) == (0, b"{", b"")


def test_a_pipe_gets_data_alone_and_plain(program: Program) -> None:
    environ = program.with_environ(TERM="xterm-256color", COLORTERM="truecolor", FORCE_COLOR="1")
    done = environ("run", "plain", *ECHO)
    assert done.out == b"plain\n"
    assert "✓ stop" in done.errors
    for words in (("history", "list"), ("models",), ("doctor",), ("templates", "list")):
        assert b"\x1b" not in environ(*words).out


def test_a_program_without_a_home_still_runs(tmp_path: Path) -> None:
    directories = {"TUI_LAB_CONFIG_DIR", "TUI_LAB_DATA_DIR", "HOME", "LANG"}
    environ = {
        name: value
        for name, value in Program(tmp_path).variables().items()
        if name not in directories
    }
    done = subprocess.run(
        [*COMMAND, "templates", "list"],
        env={**environ, "XDG_DATA_HOME": str(tmp_path / "d"), "XDG_CONFIG_HOME": str(tmp_path)},
        cwd=tmp_path,
        capture_output=True,
        timeout=60,
        check=True,
    )
    assert done.stdout.count(b"\n") == 10
    assert os.listdir(tmp_path / "d" / "tui-lab")
