"""Budgets and plans in config.toml and in the environment."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tui_lab.core.budget import BudgetRules, OverBudget, Period, Scope, UnknownCost
from tui_lab.core.problem import Problem
from tui_lab.settings import Settings, load_settings


def load(
    folder: Path, text: str, environ: Mapping[str, str] | None = None
) -> tuple[Settings, tuple[Problem, ...]]:
    file = folder / "config.toml"
    file.write_text(text, encoding="utf-8")
    return load_settings(file, environ or {})


def test_without_a_budget_there_is_no_limit() -> None:
    assert Settings().limits() == ()
    assert Settings().budget_rules_of("team", "openai") == BudgetRules()


def test_amounts_are_exact_whether_number_or_text(tmp_path: Path) -> None:
    loaded, _ = load(tmp_path, '[budgets]\nrun = 0.1\nday = "0.30"\nmonth = 7\n')
    assert [limit.usd for limit in loaded.limits()] == [Decimal("0.1"), Decimal("0.30"), Decimal(7)]


def test_limits_of_a_workspace_and_a_provider_hold_beside_those_of_everyone(
    tmp_path: Path,
) -> None:
    text = """
    [budgets]
    day = 5
    [workspaces.team.budgets]
    month = 20
    [providers.openai.budgets]
    day = 1
    """
    loaded, problems = load(tmp_path, text)
    assert problems == ()
    both = [(one.setting, one.scope) for one in loaded.budget_rules_of("team", "openai").limits]
    assert both == [
        ("budgets.day", Scope()),
        ("workspaces.team.budgets.month", Scope(workspace="team")),
        ("providers.openai.budgets.day", Scope(provider="openai")),
    ]
    [general] = loaded.budget_rules_of("other", "groq").limits
    assert (general.setting, general.period) == ("budgets.day", Period.DAY)
    assert len(loaded.limits()) == 3


def test_what_a_workspace_does_not_say_is_as_for_everyone(tmp_path: Path) -> None:
    text = """
    budgets = {action = "warn", timezone = "Europe/Berlin", assume_output = 100}
    workspaces.a.budgets = {day = 1}
    workspaces.b.budgets = {day = 1, action = "block", timezone = "UTC", assume_output = 7}
    """
    loaded, _ = load(tmp_path, text)
    [a], [b] = (loaded.budget_rules_of(name, "openai").limits for name in ("a", "b"))
    assert (a.over, a.zone) == (OverBudget.WARN, ZoneInfo("Europe/Berlin"))
    assert (b.over, b.zone) == (OverBudget.BLOCK, UTC)
    assert loaded.budget_rules_of("a", "openai").assume_output == 100
    assert loaded.budget_rules_of("b", "openai").assume_output == 7


def test_an_unknown_cost_is_blocked_where_anyone_says_so(tmp_path: Path) -> None:
    loaded, _ = load(tmp_path, 'providers.openai.budgets = {unknown = "block"}')
    assert loaded.budget_rules_of("team", "openai").unknown is UnknownCost.BLOCK
    assert loaded.budget_rules_of("team", "groq").unknown is UnknownCost.ALLOW


def test_the_environment_sets_budgets_and_plan(tmp_path: Path) -> None:
    environ = {
        "TUI_LAB_BUDGETS__DAY": "5",
        "TUI_LAB_WORKSPACES__TEAM__BUDGETS__DAY": "2.5",
        "TUI_LAB_PLAN": "starter",
        "TUI_LAB_PLAN_EXPIRES": "2026-12-31",
    }
    loaded, problems = load(tmp_path, "[budgets]\nday = 9\n", environ)
    assert problems == ()
    assert [limit.usd for limit in loaded.limits()] == [Decimal(5), Decimal("2.5")]
    assert loaded.plan_of("team") == ("starter", date(2026, 12, 31))


def test_a_workspace_has_its_own_plan_and_its_own_last_day(tmp_path: Path) -> None:
    text = """
    plan_expires = 2026-12-31
    [workspaces.team]
    plan = "trial"
    """
    loaded, _ = load(tmp_path, text)
    assert loaded.plan_of("team") == ("trial", None)
    assert loaded.plan_of("default") == ("enterprise", date(2026, 12, 31))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("budgets.day = -5", "budgets.day is -5: it should be greater than or equal to 0"),
        ("budgets.day = 'five'", "it should be an amount of US dollars"),
        ("budgets.day = true", "it should be an amount of US dollars"),
        ("budgets.day = inf", "it should be a finite number"),
        ("budgets.day = nan", "it should be a finite number"),
        ("budgets.day = 1e300", "it should be less than or equal to 1000000"),
        ("budgets = 5", "budgets is 5: it should be a table"),
        ("budgets.action = 'stop'", "it should be 'block' or 'warn'"),
        ("budgets.unknown = 'warn'", "it should be 'allow' or 'block'"),
        ("budgets.assume_output = 0", "it should be greater than or equal to 1"),
        ("budgets.timezone = 'Mars/Base'", "it should be a time zone"),
        ("budgets.timezone = '../etc/passwd'", "it should be a time zone"),
        ("plan = 'gold'", "it should be trial, starter, professional or enterprise"),
        ("workspaces.w.plan = 'Trial'", "it should be trial, starter, professional or enterprise"),
        ("plan_expires = 'soon'", "it should be a day, such as 2026-12-31"),
        ("plan_expires = 5", "it should be a day, such as 2026-12-31"),
    ],
)
def test_a_budget_that_cannot_be_read_is_told_and_does_not_count_as_none(
    text: str, said: str, tmp_path: Path
) -> None:
    _, [problem] = load(tmp_path, text)
    assert said in problem.message
    assert problem.hint == "until it is corrected, runs that may cost money are blocked"
    assert problem.hides_budget


@pytest.mark.parametrize(
    "text",
    [
        "budgets.dya = 5",
        "workspaces = 3",
        "workspaces.w = 3",
        "providers.openai.budgets.day = -1",
        "not toml",
    ],
)
def test_a_budget_that_is_lost_in_something_else_does_not_count_as_none(
    text: str, tmp_path: Path
) -> None:
    assert [problem.hides_budget for problem in load(tmp_path, text)[1]] == [True]


def test_the_environment_can_hide_a_budget_too(tmp_path: Path) -> None:
    _, [problem] = load(tmp_path, "", {"TUI_LAB_BUDGETS__DAY": "x"})
    assert problem.hides_budget
    assert problem.message.startswith("TUI_LAB_BUDGETS__DAY is 'x'")


@pytest.mark.parametrize("text", ["timeouts.idle = -1", "zeta = 1", "workspaces.w.x = 1"])
def test_other_problems_hide_no_budget(text: str, tmp_path: Path) -> None:
    assert [problem.hides_budget for problem in load(tmp_path, text)[1]] == [False]
