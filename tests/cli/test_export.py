"""`tui-lab history export`, from outside."""

from __future__ import annotations

import os

import pytest

from tests.cli.program import ECHO, Program
from tests.export.reading import Page, csv_rows

FORMATS = ("csv", "json", "jsonl", "markdown", "html")


def ran(program: Program, *prompts: str) -> Program:
    for prompt in prompts:
        assert program("run", *ECHO, "--", prompt).code == 0
    return program


def export(name: str, *words: str) -> tuple[str, ...]:
    return ("history", "export", "--format", name, *words)


def test_all_runs_go_to_standard_output_newest_first(program: Program) -> None:
    ran(program, "one", "=two")
    done = program(*export("jsonl"))
    assert [line["prompt"] for line in done.lines] == ["=two", "one"]
    assert done.lines[0] == program.last()
    assert program(*export("json")).json == done.lines
    assert [row["prompt"] for row in csv_rows(program(*export("csv")).text)] == ["=two", "one"]
    assert done.error_bytes == b""


def test_a_search_a_filter_or_runs_choose(program: Program) -> None:
    ran(program, "red apple", "green pear")
    assert [one["prompt"] for one in program(*export("jsonl", "--query", "apple")).lines] == [
        "red apple"
    ]
    assert [one["prompt"] for one in program(*export("jsonl", "last")).lines] == ["green pear"]
    none = program(*export("jsonl", "--status", "error"))
    assert (none.code, none.out, none.errors) == (0, b"", "no such runs\n")
    assert program(*export("jsonl", "last", "--query", "apple")).code == 2
    assert program(*export("jsonl", "--workspace", "elsewhere")).lines == []


@pytest.mark.parametrize("name", FORMATS)
def test_a_file_is_private_and_replaced_only_when_that_is_said(program: Program, name: str) -> None:
    ran(program, "one")
    file = program.home / "out"
    assert program(*export(name, "--output", str(file))).code == 0
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.read_bytes() == program(*export(name)).out
    refused = program(*export(name, "--output", str(file)))
    assert refused.code == 2
    assert "--yes" in refused.errors
    assert program(*export(name, "--output", str(file), "--yes")).code == 0


def test_a_known_key_is_in_no_export(program: Program) -> None:
    key = "sk-proj-abcdefghijklmnopqrstuvwxyz0123"
    ran(program, f"is {key} good?")
    lab = program.with_environ(OPENAI_API_KEY=key)
    for name in FORMATS:
        file = program.home / name
        assert lab(*export(name, "--output", str(file))).code == 0
        assert key not in file.read_text(encoding="utf-8")
        assert "[key removed]" in file.read_text(encoding="utf-8")


def test_hostile_text_is_whole_in_a_file_and_shown_in_a_page(program: Program) -> None:
    ran(program, "\x1b]0;owned\x07<script>")
    assert program(*export("jsonl")).lines[0]["prompt"] == "\x1b]0;owned\x07<script>"
    page = Page(program(*export("html")).text)
    assert not any("\x1b" in text for text in page.texts)
    assert "script" not in {tag for tag, _ in page.tags}


def test_what_cannot_be_written_leaves_nothing(program: Program) -> None:
    ran(program, "one")
    before = set(os.listdir(program.home))
    lost = program(*export("html", "--output", str(program.home / "no" / "out")))
    assert lost.code == 5
    assert "no such file" in lost.errors
    assert set(os.listdir(program.home)) == before
