"""`tui-lab history rerun`: the same once more."""

from __future__ import annotations

from tests.cli.program import ECHO, Program

FAST = ("-o", "sandbox.pace=0", "-o", "sandbox.tokens=5")


def test_the_same_is_asked_of_the_same_model(program: Program) -> None:
    first = program("run", "Hello", *ECHO, "-s", "Be brief", "-o", "temperature=0.5", "--json").json
    again = program("history", "rerun", "last", "-o", "sandbox.pace=0", "--json").json
    assert again["id"] != first["id"]
    assert again["source"] == "rerun"
    for name in ("model", "system", "messages", "parameters", "text", "workspace"):
        assert again[name] == first[name]


def test_other_models_and_parameters_take_the_place_of_the_first(program: Program) -> None:
    program("run", "Hello", *ECHO, "-o", "temperature=0.5", "-o", "seed=1")
    words = ("-m", "sandbox/fast", "-m", "sandbox/echo", "-o", "temperature=0.9", *FAST)
    runs = program("history", "rerun", "last", *words, "--json").json
    assert [run["model"] for run in runs] == ["sandbox/fast", "sandbox/echo"]
    assert runs[0]["parameters"] == {"temperature": 0.9, "seed": 1}
    assert runs[0]["prompt"] == "Hello"


def test_a_whole_batch_is_asked_again(program: Program) -> None:
    program("run", "Hello", *ECHO, "-m", "sandbox/fast", "--repeat", "2", *FAST)
    runs = program("history", "rerun", "last", "--batch", *FAST, "--json").json
    assert [(run["model"], run["repeat"]) for run in runs] == [
        ("sandbox/echo", 0),
        ("sandbox/echo", 1),
        ("sandbox/fast", 0),
        ("sandbox/fast", 1),
    ]
    assert len({run["batch_id"] for run in runs}) == 1


def test_a_conversation_is_asked_again_with_all_its_turns(program: Program) -> None:
    program("run", "Hello", *ECHO)
    first = program("run", "And now?", "--continue", "last", *FAST, "--json").json
    again = program("history", "rerun", "last", *FAST, "--json").json
    assert again["messages"] == first["messages"]
    assert again["parent_id"] == first["parent_id"]


def test_a_run_with_a_file_that_is_not_kept_is_not_asked_again(program: Program) -> None:
    (program.home / "cat.png").write_bytes(b"\x89PNG\r\n\x1a\n" + b"\0" * 8)
    program("run", "Look", *ECHO, "--image", "cat.png")
    done = program("history", "rerun", "last")
    assert (done.code, done.out) == (2, b"")
    assert "cat.png was attached" in done.errors
    assert len(program("history", "list", "--json").json["items"]) == 1


def test_a_run_with_a_fallback_is_asked_again_with_it(program: Program) -> None:
    program("run", "Hello", "-m", "sandbox/down", "--fallback", "sandbox/fast", *FAST)
    again = program("history", "rerun", "last", *FAST, "--json").json
    assert (again["model"], again["answered_by"]) == ("sandbox/down", "sandbox/fast")
