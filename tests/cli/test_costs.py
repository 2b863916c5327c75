"""What runs may cost and cost: told before, asked for where wanted, recorded after."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.cli.program import ECHO, Program

PRICED = '[prices."sandbox/echo"]\ninput = 2\noutput = 8\ndate = 2026-11-01\n'


@pytest.fixture
def priced(program: Program) -> Program:
    write_config(program, PRICED)
    return program


def write_config(program: Program, text: str) -> None:
    folder = program.home / "config"
    folder.mkdir(mode=0o700, exist_ok=True)
    (folder / "config.toml").write_text(text)


def test_a_run_is_charged_by_its_price(priced: Program) -> None:
    run = priced("run", *ECHO, "--json", "hello there").json
    usage, cost = run["usage"], run["cost"]
    expected = (2 * usage["input_tokens"] + 8 * usage["output_tokens"]) / Decimal(1_000_000)
    assert Decimal(cost["usd"]) == expected > 0
    assert (cost["source"], cost["price_date"]) == ("table", "2026-11-01")
    assert run["attempts"][0]["cost"] == cost


def test_the_price_travels_with_the_run(priced: Program) -> None:
    lines = priced("run", *ECHO, "--jsonl", "hello").lines
    routed = next(line for line in lines if line["type"] == "routed")
    assert routed["free"] is False
    assert (routed["price"]["input"], routed["price"]["source"]) == ("2", "config.toml")


def test_simulated_and_local_models_cost_exactly_nothing(program: Program) -> None:
    cost = program("run", *ECHO, "--json", "hello").json["cost"]
    assert cost == {"usd": "0", "source": "free", "price_date": None}


def test_a_dry_run_tells_what_it_may_cost(priced: Program) -> None:
    done = priced("run", *ECHO, "-o", "max_tokens=100", "--dry-run", "--repeat", "3", "hello")
    told = done.json["estimated_cost"]
    assert Decimal(told["low"]) < Decimal(told["likely"]) <= Decimal(told["cap"])
    assert told["cap_is_certain"]
    assert "in all ~$" in done.errors


def test_what_may_cost_much_is_not_sent_where_nobody_can_be_asked(program: Program) -> None:
    write_config(program, PRICED + "[budgets]\nconfirm = 0.01\n")
    done = program("run", *ECHO, "hello")
    assert done.code == 4
    assert "may cost $0.03 or more" in done.errors
    assert "--yes" in done.errors
    assert program("history", "list", "--json").json["items"] == []
    assert program("run", *ECHO, "--yes", "hello").code == 0
    assert program("run", *ECHO, "-o", "max_tokens=50", "hello").code == 0


def test_repeats_are_counted_before_they_are_sent(program: Program) -> None:
    write_config(program, PRICED + "[budgets]\nconfirm = 0.01\n")
    few = ("-o", "max_tokens=50")
    assert program("run", *ECHO, *few, "--repeat", "40", "hello").code == 4
