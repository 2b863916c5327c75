"""`tui-lab history delete`: asks, or takes --yes."""

from __future__ import annotations

import pytest

from tests.cli.program import ECHO, Program


def prompts(program: Program) -> list[str]:
    return [run["prompt"] for run in program("history", "list", "--json").json["items"]]


def test_nothing_is_deleted_unasked(program: Program) -> None:
    program("run", "Hello", *ECHO)
    done = program("history", "delete", "last")
    assert (done.code, done.out) == (2, b"")
    assert "1 run would be deleted for good" in done.errors
    assert "--yes" in done.errors
    assert prompts(program) == ["Hello"]


def test_named_runs_are_deleted_each_once(program: Program) -> None:
    for prompt in ("one", "two", "three"):
        program("run", prompt, *ECHO)
    last = program.last()["id"]
    done = program("history", "delete", "last", last, "--yes")
    assert (done.code, done.errors) == (0, "1 run deleted\n")
    assert prompts(program) == ["two", "one"]


def test_what_a_query_finds_is_deleted(program: Program) -> None:
    for prompt in ("old cat", "old dog", "new cat"):
        program("run", prompt, *ECHO)
    done = program("history", "delete", "--query", "old", "--yes")
    assert done.errors == "2 runs deleted\n"
    assert prompts(program) == ["new cat"]
    assert program("history", "delete", "--query", "old", "--yes").errors == "no such runs\n"


@pytest.mark.parametrize(
    "words", [(), ("last", "--query", "x"), ("--query", " "), ("--query", "*")]
)
def test_it_must_be_said_what_to_delete(program: Program, words: tuple[str, ...]) -> None:
    program("run", "x", *ECHO)
    assert program("history", "delete", *words, "--yes").code == 2
    assert prompts(program) == ["x"]
