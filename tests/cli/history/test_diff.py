"""`tui-lab history diff`: two runs, their answers word by word."""

from __future__ import annotations

import os

import pytest

from tests.cli.program import ECHO, Program


def two_runs(program: Program, first: str, second: str) -> tuple[str, str]:
    one, other = (
        program("run", prompt, *ECHO, *more, "--json").json["id"]
        for prompt, more in ((first, ("-o", "temperature=0.2")), (second, ()))
    )
    return one, other


def test_two_answers_are_compared_word_by_word(program: Program) -> None:
    one, other = two_runs(program, "a quick brown fox", "a slow brown fox")
    done = program("history", "diff", one, other)
    assert done.code == 0
    assert "[-quick-]{+slow+} brown fox" in done.text
    facts = {line.split()[0]: line.split() for line in done.text.split("\n\n")[0].splitlines()}
    assert facts["run"] == ["run", one, other]
    assert facts["model"] == ["model", "sandbox/echo", "=", "sandbox/echo"]
    assert facts["temperature"] == ["temperature", "0.2", "≠", "–"]
    assert "\x1b" not in done.text


def test_programs_get_every_segment(program: Program) -> None:
    one, other = two_runs(program, "yes", "yes \x1b[31m")
    found = program("history", "diff", one, other, "--json").json
    assert found["runs"] == [one, other]
    assert found["asked"]["temperature"] == [0.2, None]
    assert found["measured"]["status"] == ["ok", "ok"]
    added = "".join(s["text"] for s in found["prompt"]["segments"] if s["change"] == "added")
    assert added.strip() == "\x1b[31m"


def test_hostile_answers_reach_no_terminal(program: Program) -> None:
    one, other = two_runs(program, "yes", "yes \x1b[31mred\x1b]0;title\x07")
    assert b"\x1b" not in program("history", "diff", one, other).out


@pytest.mark.parametrize(("no_color", "coloured"), [("", True), ("1", False)])
def test_on_a_terminal_marks_have_colours_unless_they_are_not_wanted(
    program: Program, no_color: str, coloured: bool
) -> None:
    one, other = two_runs(program, "yes", "no")
    screen, terminal = os.openpty()
    with os.fdopen(screen, "rb", buffering=0) as shown:
        program.with_environ(NO_COLOR=no_color)("history", "diff", one, other, stdout=terminal)
        text = shown.read(100_000).decode()
    os.close(terminal)
    assert ("\x1b[31m[-yes-]\x1b[0m" in text) is coloured
    assert "[-yes-]" in text


def test_far_from_changes_lines_are_left_out(program: Program) -> None:
    lines = [f"line {number}" for number in range(40)]
    one, other = two_runs(program, "\n".join(lines), "\n".join([*lines, "one more"]))
    text = program("history", "diff", one, other).text
    assert "lines are the same …" in text
    assert "line 36\nline 37\nline 38\nline 39{+\none more+}" in text
    assert "line 20" not in text


def test_the_same_run_is_the_same(program: Program) -> None:
    program("run", "Hello", *ECHO)
    assert "── answer: the same" in program("history", "diff", "last", "last").text
