"""Budgets and plans, from the command line to a provider that counts its calls."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.cli.program import ECHO, Done, Program
from tests.cli.servers import Asked, Provider, Reply, chat, serving

ASK = ("run", "Say hello", "-m", "paid/m", "-o", "max_tokens=5")
PRICES = 'prices."paid/m" = {input = 0, output = 200_000}\n'
"""An answer of five tokens is a dollar."""
DEAR_PROMPT = PRICES.replace("input = 0", "input = 1_000_000")
"""A dollar for each token of the prompt as well."""


def answer(_: Asked) -> Reply:
    return chat("Hello")


@pytest.fixture
def provider() -> Iterator[Provider]:
    with serving(answer) as provider:
        yield provider


def a_program(
    home: Path, provider: Provider, settings: str = "", *, prices: str = PRICES, **environ: str
) -> Program:
    program = Program(home).with_environ(
        TUI_LAB_PROVIDERS__PAID__DIALECT="openai-chat",
        TUI_LAB_PROVIDERS__PAID__BASE_URL=f"{provider.url}/v1",
        **environ,
    )
    program.configure(prices + settings)
    return program


def budgets(program: Program, *words: str) -> dict[str, Any]:
    """The first limit, as it stands."""
    first: dict[str, Any] = program("stats", "--budgets", "--json", *words).json["items"][0]
    return first


def assert_blocked(done: Done, provider: Provider, kind: str = "budget") -> None:
    assert (done.code, provider.asked) == (4, [])
    assert f"■ {kind}: " in done.errors


def test_fifty_runs_of_two_programs_on_a_budget_for_ten(tmp_path: Path, provider: Provider) -> None:
    program = a_program(tmp_path, provider, "budgets.day = 10\n")
    many = (*ASK, "--repeat", "25", "--json")
    both = [program.start(*many), program.start(*many, "--no-record")]
    for one in both:
        one.communicate(timeout=120)
    assert len(provider.asked) == 10
    assert max(one.returncode for one in both) == 4
    state = budgets(program)
    assert (state["spent_usd"], state["reserved_usd"], state["left_usd"]) == ("10", "0", "0")


@pytest.mark.parametrize(
    "words",
    [
        ASK,
        (*ASK, "--no-stream"),
        (*ASK, "--no-record"),
        (*ASK, "--repeat", "3"),
        (*ASK, "-m", "paid/other"),
        ("templates", "run", "write-poem", "-m", "paid/m", "-v", "subject=rain"),
        ("run", "-t", "write-poem", "-m", "paid/m", "-v", "subject=rain"),
    ],
)
def test_no_way_leads_past_a_budget(
    words: tuple[str, ...], tmp_path: Path, provider: Provider
) -> None:
    settings = 'budgets = {day = 0.5, unknown = "block"}\n'
    assert_blocked(a_program(tmp_path, provider, settings)(*words), provider)


def test_a_run_that_goes_on_from_another_passes_the_gates(
    tmp_path: Path, provider: Provider
) -> None:
    program = a_program(tmp_path, provider, "budgets.day = 0.5\n")
    assert program("run", "Hello", *ECHO).code == 0
    assert_blocked(program(*ASK, "--continue", "last"), provider)


def test_a_refusal_says_what_there_is_and_what_is_needed(
    tmp_path: Path, provider: Provider
) -> None:
    program = a_program(tmp_path, provider, "budgets.month = 1.5\n")
    assert program(*ASK).code == 0
    done = program(*ASK)
    assert (done.code, len(provider.asked)) == (4, 1)
    assert (
        "this run may cost up to $1.00: of this month's budget, $1.50, $1.00 is spent"
    ) in done.errors
    assert "raise budgets.month; there is room again at 20" in done.errors
    record = program.last()
    assert (record["status"], record["error"]["kind"]) == ("blocked", "budget")
    assert record["attempts"] == []


@pytest.mark.parametrize(
    ("settings", "words"), [("budgets.day = 2\n", ()), ("", ("--max-cost", "2"))]
)
def test_a_second_call_without_the_limit_that_was_refused_must_have_room(
    settings: str, words: tuple[str, ...], tmp_path: Path
) -> None:
    def refusing(asked: Asked) -> Reply:
        if "max_tokens" not in asked.body:
            return chat("Hello")
        error = {"error": {"message": "Unsupported parameter: 'max_tokens'"}}
        return Reply([json.dumps(error).encode()], 400, "application/json")

    with serving(refusing) as provider:
        program = a_program(tmp_path, provider, settings)
        done = program(*ASK, *words)
        assert (done.code, len(provider.asked)) == (1, 1)
        assert "Unsupported parameter" in done.errors
        assert "this run may cost up to $819.20" in done.errors


def test_the_most_that_one_run_may_cost(tmp_path: Path, provider: Provider) -> None:
    program = a_program(tmp_path, provider)
    assert_blocked(program(*ASK, "--max-cost", "0.99"), provider)
    assert program(*ASK, "--max-cost", "1").code == 0


@pytest.mark.parametrize("wrong", ["-1", "a dollar", "nan", "inf"])
def test_an_absurd_most_is_refused(wrong: str, tmp_path: Path) -> None:
    done = Program(tmp_path)("run", "Hello", *ECHO, f"--max-cost={wrong}")
    assert (done.code, done.out) == (2, b"")


def test_a_warning_is_told_and_the_run_goes_on(tmp_path: Path, provider: Provider) -> None:
    program = a_program(tmp_path, provider, 'budgets = {day = 0.5, action = "warn"}\n')
    done = program(*ASK)
    assert (done.code, done.text) == (0, "Hello\n")
    assert "this run may cost up to $1.00: of today's budget, $0.50" in done.errors
    assert "100% of today's budget is spent: $1.00 of $0.50" in done.errors
    assert "% of today's budget" not in program(*ASK).errors


def test_workspaces_have_budgets_of_their_own(tmp_path: Path, provider: Provider) -> None:
    program = a_program(tmp_path, provider, "workspaces.team.budgets.day = 1\n")
    assert [program(*ASK, "--workspace", "team").code for _ in range(2)] == [0, 4]
    assert program(*ASK).code == 0


def test_a_budget_that_cannot_be_read_is_not_taken_for_none(
    tmp_path: Path, provider: Provider
) -> None:
    program = a_program(tmp_path, provider, 'budgets.day = "five"\n')
    done = program(*ASK)
    assert (done.code, provider.asked) == (3, [])
    assert "budgets.day is 'five'" in done.errors
    assert program("run", "Hello", *ECHO).code == 0


def test_a_plan_lets_through_what_is_free_alone(tmp_path: Path, provider: Provider) -> None:
    program = a_program(tmp_path, provider, TUI_LAB_PLAN="trial")
    done = program(*ASK)
    assert_blocked(done, provider, "policy")
    assert "the plan trial does not allow paid/m: it is a premium model" in done.errors
    assert "the plan enterprise allows it" in done.errors
    assert program("run", "Hello", *ECHO).code == 0


def test_a_plan_that_has_expired_lets_nothing_through(tmp_path: Path) -> None:
    expired = Program(tmp_path).with_environ(
        TUI_LAB_PLAN="trial", TUI_LAB_PLAN_EXPIRES="2020-01-31"
    )
    done = expired("run", "Hello", *ECHO)
    assert done.code == 4
    assert "the plan trial has expired: its last day was 2020-01-31" in done.errors


def test_budgets_are_listed_with_exact_numbers(tmp_path: Path, provider: Provider) -> None:
    settings = """
    [budgets]
    day = 2.5
    timezone = "Asia/Kathmandu"
    [providers.openai.budgets]
    month = 20
    """
    program = a_program(tmp_path, provider, settings)
    assert program(*ASK).code == 0
    day = budgets(program)
    assert Decimal(day.pop("percent")) == 40
    assert day.pop("resets_at").endswith("T18:15:00.000Z")
    assert day == {
        "setting": "budgets.day",
        "period": "day",
        "workspace": None,
        "provider": None,
        "action": "block",
        "limit_usd": "2.5",
        "spent_usd": "1",
        "estimated_usd": "0",
        "reserved_usd": "0",
        "left_usd": "1.5",
    }
    table = program("stats", "--budgets").text.splitlines()
    assert [line.split()[0] for line in table] == [
        "budget",
        "budgets.day",
        "providers.openai.budgets.month",
    ]


def test_without_budgets_there_is_an_empty_list(tmp_path: Path) -> None:
    assert Program(tmp_path)("stats", "--budgets", "--json").json == {"items": [], "next": None}
    assert "no budgets" in Program(tmp_path)("stats", "--budgets").text


def test_the_doctor_names_plan_and_budgets(tmp_path: Path, provider: Provider) -> None:
    program = a_program(tmp_path, provider, "budgets.day = 1\n", TUI_LAB_PLAN="enterprise")
    assert program(*ASK).code == 0
    checks = program("doctor", "--json").json["items"]
    found = {one["name"]: one for one in checks if one["name"] in ("plan", "budgets")}
    assert found["plan"]["message"] == "enterprise"
    assert found["budgets"]["status"] == "warning"
    assert found["budgets"]["message"] == "budgets.day is $1.00, $1.00 is spent"


def test_a_call_that_nobody_waited_for_is_counted_at_an_estimate(tmp_path: Path) -> None:
    with serving(lambda asked: None) as silent:
        brief = {"TUI_LAB_TIMEOUTS__FIRST_EVENT": "0.5"}
        program = a_program(tmp_path, silent, "budgets.day = 40\n", prices=DEAR_PROMPT, **brief)
        run = program(*ASK, "--json").json
    assert (run["error"]["kind"], run["cost"]["source"]) == ("timeout", "table")
    assert run["usage"]["estimated"]
    state = budgets(program)
    assert state["spent_usd"] == state["estimated_usd"] == run["cost"]["usd"]


def test_a_connection_that_never_was_costs_nothing(tmp_path: Path) -> None:
    with serving(answer) as gone:
        program = a_program(tmp_path, gone, "budgets.day = 40\n", prices=DEAR_PROMPT)
    run = program(*ASK, "--json").json
    assert (run["status"], run["cost"]["usd"]) == ("error", "0")


@pytest.mark.parametrize("words", [(), ("--no-record",)])
def test_what_a_killed_program_had_under_way_is_counted_at_an_estimate(
    words: tuple[str, ...], tmp_path: Path
) -> None:
    with serving(lambda asked: None) as silent:
        program = a_program(tmp_path, silent, "budgets.day = 40\n", prices=DEAR_PROMPT)
        with program.start(*ASK, *words) as process:
            while not silent.asked and process.poll() is None:
                time.sleep(0.01)
            process.kill()
    state = budgets(program)
    assert state["reserved_usd"] == "0"
    assert Decimal(state["spent_usd"]) == Decimal(state["estimated_usd"]) > 0
