"""One template over rows of variables, from the command line."""

from __future__ import annotations

import csv
import io
import signal
import sqlite3
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.cli.program import Program

MODELS = ("-m", "sandbox/echo", "-m", "sandbox/markdown", "-m", "sandbox/fast")
SLOWLY = ("-o", "sandbox.pace=200", "-o", "sandbox.tokens=60", "--parallel", "2")
AT_ONCE = ("-o", "sandbox.pace=0", "-o", "sandbox.tokens=5")
PATIENCE_S = 60.0


def a_file(program: Program, text: str, name: str = "rows.csv") -> str:
    program.home.joinpath(name).write_text(text)
    return name


def twenty_rows(program: Program) -> str:
    return a_file(program, "subject,lines\n" + "".join(f"sea {n},{n + 2}\n" for n in range(20)))


def answered(program: Program) -> int:
    """Runs that are over and were answered, as the history has them now."""
    if not program.database.exists():
        return 0
    db = sqlite3.connect(program.database, timeout=10)
    try:
        return int(db.execute("SELECT count(*) FROM runs WHERE status = 'ok'").fetchone()[0])
    except sqlite3.OperationalError:
        return 0  # the tables are being made
    finally:
        db.close()


def stopped_half_way(program: Program, data: str, number: signal.Signals) -> tuple[int, str]:
    """Its exit code and what it said, after a signal when some of the runs were answered."""
    words = ("templates", "run", "write-poem", "--data", data, *MODELS, *SLOWLY)
    with program.start(*words) as process:
        end = time.monotonic() + PATIENCE_S
        while answered(program) < 5:
            assert process.poll() is None
            assert time.monotonic() < end, "waited too long"
            time.sleep(0.05)
        process.send_signal(number)
        _, errors = process.communicate(timeout=PATIENCE_S)
    return process.returncode, errors.decode()


def table(path: Path) -> list[dict[str, Any]]:
    return list(csv.DictReader(io.StringIO(path.read_text())))


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_twenty_rows_and_three_models_are_gone_on_with_after_any_end(
    program: Program, number: signal.Signals
) -> None:
    data = twenty_rows(program)
    code, said = stopped_half_way(program, data, number)
    assert code == (-9 if number is signal.SIGKILL else 130)
    if number is signal.SIGINT:
        assert "with --resume goes on" in said
    before = answered(program)
    assert 5 <= before < 60

    resumed = ("templates", "run", "write-poem", "--data", data, *MODELS, *AT_ONCE)
    done = program(*resumed, "--resume", "--output", "results.csv")
    assert done.code == 0, done.errors
    assert f"{before} of 60 are answered already" in done.errors
    assert answered(program) == 60

    results = table(program.home / "results.csv")
    assert [int(one["line"]) for one in results] == [n for n in range(2, 22) for _ in range(3)]
    assert Counter(one["model"] for one in results) == dict.fromkeys(
        ("sandbox/echo", "sandbox/markdown", "sandbox/fast"), 20
    )
    assert {one["status"] for one in results} == {"ok"}
    assert all(one["text"] for one in results)


def test_each_row_is_a_batch_of_its_own_with_its_values_and_the_tag(program: Program) -> None:
    data = a_file(program, '{"subject": "sea"}\n{"subject": "hill", "lines": 3}\n', "a b.jsonl")
    done = program("templates", "run", "write-poem", "--data", data, *MODELS, *AT_ONCE, "--json")
    records = done.json
    assert [one["template"]["variables"] for one in records[::3]] == [
        {"subject": "sea"},
        {"subject": "hill", "lines": "3"},
    ]
    assert len({one["batch_id"] for one in records}) == 2
    assert {tuple(one["tags"]) for one in records} == {("batch:write-poem:a-b",)}
    assert {one["source"] for one in records} == {"template"}


def test_bad_rows_are_listed_with_their_lines_and_nothing_is_sent(program: Program) -> None:
    data = a_file(program, '{"subject": "sea"}\nnope\n{"subjct": "hill"}\n', "rows.jsonl")
    words = ("templates", "run", "write-poem", "--data", data, "-m", "sandbox/echo", *AT_ONCE)
    done = program(*words)
    assert done.code == 2
    assert f"{data}:2: no JSON" in done.errors
    assert f"{data}:3: the template has no variable 'subjct' (did you mean subject?)" in done.errors
    assert answered(program) == 0
    assert program(*words, "--skip-bad-rows").code == 0
    assert answered(program) == 1


def test_a_failed_row_is_in_the_results_and_asked_again(program: Program) -> None:
    data = a_file(program, "subject\nsea\n")
    words = ("templates", "run", "write-poem", "--data", data, *AT_ONCE)
    both = ("-m", "sandbox/echo", "-m", "sandbox/down")
    done = program(*words, *both, "--output", "r.csv")
    assert done.code == 1
    assert "sandbox/down: " in done.errors
    assert [one["status"] for one in table(program.home / "r.csv")] == ["ok", "error"]
    again = program(*words, *both, "--resume", "--output", "r.csv")
    assert "1 of 2 are answered already" in again.errors
    assert len(program("history", "list", "--json").json["items"]) == 3


def test_rows_may_be_routed(program: Program) -> None:
    data = a_file(program, "subject\nsea\nsky\n")
    lab = program.with_environ(TUI_LAB_ROUTING__PREFERRED="sandbox/echo")
    words = ("templates", "run", "write-poem", "--data", data, *AT_ONCE, "--route", "cheapest")
    records = lab(*words, "--json").json
    assert [one["model"] for one in records] == ["cheapest", "cheapest"]
    assert {one["answered_by"] for one in records} == {"sandbox/echo"}
    assert "2 of 2 are answered already" in lab(*words, "--resume").errors


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--data", "rows.txt"], "name it .csv or .jsonl"),
        (["--data", "none.csv"], "none.csv cannot be read"),
        (["--data", "rows.csv", "--output", "r.txt"], "name it .csv or .jsonl"),
        (["--data", "rows.csv", "--jsonl"], "--jsonl does not go with --data"),
        (["--data", "rows.csv", "--parallel", "0"], "--parallel 1 or more"),
        (["--resume"], "--resume goes with --data"),
    ],
)
def test_words_that_make_no_batch_are_refused(
    program: Program, words: list[str], said: str
) -> None:
    a_file(program, "subject\nsea\n")
    done = program("templates", "run", "write-poem", "-m", "sandbox/echo", *words)
    assert (done.code, said in done.errors) == (2, True), done.errors
