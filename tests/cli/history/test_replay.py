"""`tui-lab history replay`: an answer once more, as it came."""

from __future__ import annotations

import signal

import pytest

from tests.cli.program import ECHO, Program

REASONING = ("-m", "sandbox/reasoner", "-o", "sandbox.pace=0")


def test_the_answer_is_printed_as_it_was(program: Program) -> None:
    answer = program("run", "Hello \x1b[31mthere", *ECHO).out
    done = program("history", "replay", "last", "--speed", "0")
    assert (done.code, done.out) == (0, answer)
    assert "pieces in" in done.errors


def test_reasoning_comes_before_the_answer_under_its_title(program: Program) -> None:
    program("run", "Hello", *REASONING)
    run = program.last()
    text = program("history", "replay", "last", "--speed", "0").text
    assert text == f"── reasoning\n{run['reasoning'].rstrip()}\n── answer\n{run['text'].rstrip()}\n"


def test_programs_get_the_pieces_with_their_times(program: Program) -> None:
    program("run", "Hello there, all of you", *ECHO)
    run = program.last()
    told = program("history", "replay", "last", "--json").json
    assert "".join(piece["text"] for piece in told["pieces"]) == run["text"]
    times = [piece["t_ms"] for piece in told["pieces"]]
    assert times == sorted(times)
    assert (told["is_whole"], told["run"]) == (True, run["id"])
    assert told["end_ms"] == run["timing"]["latency_ms"]


def test_a_replay_stops_at_once(program: Program) -> None:
    program("run", "word " * 40, "-m", "sandbox/echo", "-o", "sandbox.pace=400")
    with program.start("history", "replay", "last", "--speed", "0.001") as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stderr.readline()
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=20)
    assert process.returncode == 130


@pytest.mark.parametrize("speed", ["-1", "fast", "inf", "nan"])
def test_a_speed_is_a_number_that_is_not_below_zero(program: Program, speed: str) -> None:
    program("run", "Hello", *ECHO)
    done = program("history", "replay", "last", f"--speed={speed}")
    assert done.code == 2
    assert "the speed cannot be" in done.errors
