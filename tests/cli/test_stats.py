"""`tui-lab stats`: sums over the history."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.cli.program import ECHO, Program
from tui_lab.cli.commands.stats import moment
from tui_lab.core.errors import LabError
from tui_lab.core.value_json import format_time

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def test_runs_are_counted_by_model_provider_workspace_and_day(program: Program) -> None:
    program("run", "Hello", *ECHO)
    program("run", "Hello", *ECHO, "--workspace", "work")
    found = program("stats", "--json").json
    assert found["totals"]["runs"] == 2
    assert (found["totals"]["usd"], found["totals"]["unknown_cost_calls"]) == ("0", 0)
    assert [one["model"] for one in found["by"]["model"]] == ["sandbox/echo"]
    assert {one["workspace"] for one in found["by"]["workspace"]} == {"default", "work"}
    assert program("stats", "--workspace", "work", "--json").json["totals"]["runs"] == 1


def test_a_person_gets_a_table_with_a_last_line_for_all(program: Program) -> None:
    program("run", "Hello", *ECHO)
    lines = program("stats", "--by", "provider").text.splitlines()
    assert lines[0].split()[:3] == ["provider", "runs", "failed"]
    assert [line.split()[0] for line in lines[1:]] == ["sandbox", "in"]
    assert "ttft p50/p95/p99" in lines[0]


def test_a_period_is_compared_with_the_one_before(program: Program) -> None:
    program("run", "Hello", *ECHO)
    run = program.last()
    began = datetime.fromisoformat(run["created_at"])
    until, since = began + timedelta(days=2), began + timedelta(days=1)
    program("run", "Hello", *ECHO)
    words = ("--since", since.isoformat(), "--until", until.isoformat())
    found = program("stats", *words, "--json").json
    assert found["totals"]["runs"] == 0
    assert found["before"]["since"] == format_time(began)
    assert found["before"]["totals"]["runs"] == 2
    assert found["change"]["runs"] == -1
    assert program("stats", "--since", "all", "--json").json["before"] is None
    assert len(program("stats", "--json").json["by"]["hour"]) == 1


def test_an_empty_history_has_nothing_to_count(program: Program) -> None:
    done = program("stats")
    assert (done.code, done.text) == (0, "no runs since 30d: try --since all\n")


def test_days_are_those_of_the_budgets(program: Program) -> None:
    zone = ZoneInfo("Pacific/Kiritimati")
    there = program.with_environ(TUI_LAB_BUDGETS__TIMEZONE=str(zone), TZ="Pacific/Pago_Pago")
    created = datetime.fromisoformat(there("run", "Hello", *ECHO, "--json").json["created_at"])
    day = created.astimezone(zone).date()
    found = there("stats", "--since", day.isoformat(), "--json").json
    assert [one["day"] for one in found["by"]["day"]] == [day.isoformat()]
    assert found["since"] == format_time(datetime.combine(day, time(), zone))


def test_a_time_is_an_age_or_a_date() -> None:
    assert moment("7d", NOW) == NOW - timedelta(days=7)
    assert moment("24h", NOW) == NOW - timedelta(days=1)
    assert moment("2026-11-01", NOW.astimezone(ZoneInfo("Asia/Tokyo"))) == datetime(
        2026, 10, 31, 15, tzinfo=UTC
    )
    assert moment("2026-11-01T00:00:00+01:00", NOW) == datetime(2026, 10, 31, 23, tzinfo=UTC)


@pytest.mark.parametrize("text", ["", "soon", "7x", "999999w", "2026-13-01", "-1d"])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(LabError, match="no time"):
        moment(text, NOW)
