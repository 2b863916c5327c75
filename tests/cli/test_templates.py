"""Templates of one's own, from the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.program import ECHO, Done, Program

GREET = ("templates", "new", "greet", "--prompt", "Hi {{who | Ada}}", "--category", "fun")


def own_file(program: Program) -> Path:
    return program.home / "config" / "templates.toml"


def an_editor(program: Program, script: str) -> Program:
    """The program with an editor that is a command of sed, at a terminal of its own."""
    return program.with_environ(EDITOR=f"sed -i {script}")


def at_a_terminal(program: Program, *words: str) -> Done:
    import os
    import pty

    master, slave = pty.openpty()
    try:
        return program(*words, stdin=slave)
    finally:
        os.close(master)
        os.close(slave)


def test_a_template_is_made_shown_run_changed_and_deleted(program: Program) -> None:
    assert program(*GREET).code == 0
    shown = program("templates", "show", "greet", "--json").json
    assert (shown["name"], shown["own"], shown["version"]) == ("Greet", True, 1)
    assert program("templates", "run", "greet", *ECHO).text == "Hi Ada\n"

    done = program("templates", "edit", "greet", "--prompt", "Ho {{who | Ada}}")
    assert "now version 2" in done.errors
    run = program("templates", "run", "greet", *ECHO, "--json").json
    assert (run["prompt"], run["template"]["version"]) == ("Ho Ada", 2)

    assert program("templates", "delete", "greet", "--yes").code == 0
    assert program("templates", "show", "greet").code == 2


def test_versions_are_kept_with_their_runs_and_compared(program: Program) -> None:
    program(*GREET)
    program("templates", "run", "greet", *ECHO)
    program.home.joinpath("config/templates.toml").write_text(
        own_file(program).read_text().replace("Hi", "Hello")
    )
    program("templates", "run", "greet", *ECHO)
    program("templates", "run", "greet", *ECHO)
    items = program("templates", "show", "greet", "--versions", "--json").json["items"]
    assert [(one["version"], one["runs"]) for one in items] == [(2, 2), (1, 1)]
    diff = program("templates", "diff", "greet", "1", "2").text
    assert "-Hi {{who | Ada}}\n+Hello {{who | Ada}}\n" in diff
    assert "no version 9" in program("templates", "diff", "greet", "9").errors


def test_a_packaged_template_is_changed_as_a_copy_that_a_deletion_takes_away(
    program: Program,
) -> None:
    done = program("templates", "edit", "write-poem", "--name", "My poems")
    assert "your own copy takes its place" in done.errors
    assert program("templates", "show", "write-poem", "--json").json["name"] == "My poems"
    assert program("templates", "delete", "write-poem").code == 2
    done = program("templates", "delete", "write-poem", "--yes")
    assert "is there again" in done.errors
    assert program("templates", "show", "write-poem", "--json").json["name"] == "Write a poem"
    assert "cannot be deleted" in program("templates", "delete", "write-poem", "--yes").errors


def test_an_editor_changes_the_table_as_it_stands(program: Program) -> None:
    program(*GREET)
    done = at_a_terminal(an_editor(program, "s/Hi/Hey/"), "templates", "edit", "greet")
    assert done.code == 0, done.errors
    assert program("templates", "run", "greet", *ECHO).text == "Hey Ada\n"


def test_what_an_editor_left_broken_is_kept_aside(program: Program) -> None:
    program(*GREET)
    before = own_file(program).read_bytes()
    editor = an_editor(program, "s/^name.*/name=/")
    done = at_a_terminal(editor, "templates", "edit", "greet")
    assert done.code == 2
    assert "line 3" in done.errors
    assert own_file(program).read_bytes() == before
    kept = program.data / "greet.unsaved.toml"
    assert str(kept) in done.errors
    assert "name=\n" in kept.read_text()
    assert kept.stat().st_mode & 0o777 == 0o600


def test_without_a_terminal_there_is_no_editor(program: Program) -> None:
    program(*GREET)
    done = program("templates", "edit", "greet")
    assert (done.code, "no terminal" in done.errors) == (2, True)


def test_a_broken_file_is_told_and_stays_as_it_is(program: Program) -> None:
    program(*GREET)
    with own_file(program).open("a") as file:
        file.write("\nbroken\n")
    before = own_file(program).read_bytes()
    done = program("templates", "new", "other", "--prompt", "x")
    assert done.code == 3
    assert f"{own_file(program)}:10:" in done.errors
    assert own_file(program).read_bytes() == before
    assert program("templates", "run", "write-poem", *ECHO, "sea").code == 0


def test_templates_go_out_and_come_back(program: Program, tmp_path: Path) -> None:
    program(*GREET)
    file = tmp_path / "shared.toml"
    assert program("templates", "export", "greet", "write-poem", "--output", str(file)).code == 0
    other = Program(tmp_path / "elsewhere")
    other.home.mkdir()
    done = other("templates", "import", str(file))
    assert "greet is in" in done.errors
    assert "write-poem is there already, and the same" in done.errors
    assert other("templates", "export").text == program("templates", "export").text


@pytest.mark.parametrize(
    ("option", "ids"), [("--replace", ["greet"]), ("--rename", ["greet", "greet-2"])]
)
def test_an_import_of_an_id_that_is_taken_needs_a_word(
    program: Program, option: str, ids: list[str]
) -> None:
    program(*GREET)
    given = program("templates", "export").text.replace("Hi", "Ho").encode()
    refused = program("templates", "import", "-", given=given)
    assert (refused.code, "already greet" in refused.errors) == (2, True)
    assert program("templates", "import", "-", option, given=given).code == 0
    items = program("templates", "list", "--json").json["items"]
    assert [one["id"] for one in items if one["own"]] == ids
    assert "Ho" in program("templates", "show", ids[-1]).text


TYPED = """
[[template]]
id = "typed"
name = "Typed"
category = "c"
prompt = "{{lines}} of {{notes}}"
[template.variables.lines]
type = "number"
max = 9
[template.variables.notes]
type = "file"
"""


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (["lines=10", "notes=notes.txt"], "lines cannot be '10' (it is a number, 9 or less)"),
        (["lines=1", "notes=none.txt"], "none.txt cannot be read"),
        (["lines=1", "notes=picture.bin"], "picture.bin is no text"),
        (["lines=1"], "needs a value for notes"),
    ],
)
def test_a_value_of_the_wrong_type_is_refused_before_anything_is_sent(
    program: Program, given: list[str], words: str
) -> None:
    program.configure(TYPED, "templates.toml")
    program.home.joinpath("picture.bin").write_bytes(b"\x89PNG\r\n\x1a\n\0")
    values = [word for value in given for word in ("-v", value)]
    done = program("templates", "run", "typed", *values, *ECHO)
    assert (done.code, words in done.errors) == (2, True), done.errors
    assert program("history", "list", "--json").json["items"] == []


def test_a_file_is_put_in_and_its_path_recorded(program: Program) -> None:
    program.configure(TYPED, "templates.toml")
    program.home.joinpath("notes.txt").write_text("what I\r\nnoted\n", newline="")
    done = program(
        "templates", "run", "typed", "-v", "lines=2", "-v", "notes=notes.txt", *ECHO, "--json"
    )
    run = json.loads(done.out)
    assert run["prompt"] == "2 of what I\nnoted"
    assert run["template"]["variables"] == {"lines": "2", "notes": "notes.txt"}
