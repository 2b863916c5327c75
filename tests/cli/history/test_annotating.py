"""`tui-lab history tag|rate`: what a person says of a run."""

from __future__ import annotations

import pytest

from tests.cli.program import ECHO, Program


def test_tags_are_given_and_taken_away(program: Program) -> None:
    program("run", "Hello", *ECHO)
    done = program("history", "tag", "last", "Keep", "two words")
    assert (done.code, done.out) == (0, b"")
    assert done.errors.endswith(": keep, two-words\n")
    assert program.last()["tags"] == ["keep", "two-words"]
    program("history", "tag", "last", "keep", "--remove")
    assert program.last()["tags"] == ["two-words"]


def test_a_run_is_rated_with_a_note(program: Program) -> None:
    program("run", "Hello", *ECHO)
    assert program("history", "rate", "last", "4", "--note", "short and right").code == 0
    rated = program.last()
    assert (rated["rating"], rated["note"]) == (4, "short and right")
    assert program("history", "rate", "last", "none").code == 0
    cleared = program.last()
    assert (cleared["rating"], cleared["note"]) == (None, "short and right")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("tag", "last", "#"), "is no tag"),
        (("rate", "last", "6"), "from 1 to 5"),
        (("rate", "last", "good"), "from 1 to 5"),
        (("rate", "last"), "nothing to say"),
        (("tag", "zz", "keep"), "there is no run"),
    ],
)
def test_what_cannot_be_said_is_refused(
    program: Program, words: tuple[str, ...], said: str
) -> None:
    program("run", "Hello", *ECHO)
    done = program("history", *words)
    assert done.code == 2
    assert said in done.errors
