"""`tui-lab history search`: the language of searches on the command line."""

from __future__ import annotations

import json

from tests.cli.program import ECHO, Program


def test_a_search_takes_filters_and_shows_the_line_that_it_found(program: Program) -> None:
    program("run", "Nothing here\nbut a needle in it", *ECHO)
    program("run", "Another one", *ECHO)
    done = program("history", "search", "needle model:echo -status:error")
    assert done.code == 0
    assert done.out.decode().rstrip().endswith("  but a needle in it")
    assert done.out.count(b"\n") == 1
    only = program("history", "search", "--json", "--", "-needle")
    assert [run["prompt"] for run in json.loads(only.out)["items"]] == ["Another one"]


def test_what_is_wrong_with_a_search_is_told_beside_what_it_finds(program: Program) -> None:
    program("run", "about modle:x", *ECHO)
    done = program("history", "search", "about", "modle:x")
    assert done.code == 0
    assert b"about modle:x" in done.out
    assert "character 7, modle:x: there is no filter modle:" in done.errors
    assert "did you mean model:?" in done.errors


def test_nothing_is_deleted_or_exported_by_a_search_with_something_wrong(program: Program) -> None:
    program("run", "Hello", *ECHO)
    for command in (("delete", "--yes"), ("export", "--format", "csv")):
        done = program("history", *command, "--query", "Hello cost:>much")
        assert (done.code, done.out) == (2, b"")
        assert "'>much' is no cost to compare with" in done.errors
    assert program.last()["prompt"] == "Hello"


def test_the_best_come_first_on_request(program: Program) -> None:
    program("run", "needle needle needle", *ECHO)
    program("run", "a needle and very much else besides it", *ECHO)
    newest, best = (
        json.loads(program("history", "search", "needle", "--json", *rank).out)
        for rank in ((), ("--rank",))
    )
    assert [run["prompt"][0] for run in newest["items"]] == ["a", "n"]
    assert [run["prompt"][0] for run in best["items"]] == ["n", "a"]
    assert best["next"] is None
    assert program("history", "search", "x", "--rank", "--after", "x").code == 2
